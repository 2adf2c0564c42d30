"""A command that is stopped while it judges: nothing of it lives on, and what it had judged is kept."""

import os
import select
import shutil
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import forked
import pytest
from support import commands, released_course

from autograder.engine.core.stopping import StoppedError, stoppable
from autograder.engine.grading import pool

GRADE = ("autograder", "grade", "submitted", "--jobs", "2", "--json", "report.json")
AUTOGRADE = ("nbgrader", "autograde", "bptt")
QUICK = ("ada", "alan")
ENDLESS = ("bob", "cyd", "dora", "emil", "fay")
LIMITS = "[limits]\n" + "".join(f"{name} = 99999\n" for name in ("call_s", "cell_s", "submission_s", "wall_s", "cpu_s"))
WAIT_S = 120.0  # for a command to reach its moment or its end: far above what either takes
STOPPED = {signal.SIGTERM: 143, signal.SIGHUP: 129, signal.SIGINT: 1}


@pytest.fixture(autouse=True)
def plain() -> Iterator[None]:
    """A closed terminal ends this process, and Ctrl-C interrupts it, even where the tests run under nohup or in the background."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL), signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    for number, handler in zip((signal.SIGHUP, signal.SIGINT), before, strict=True):
        signal.signal(number, handler)


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course in which two students are judged in a moment, and the next ones never."""
    course = released_course(tmp_path_factory.mktemp("stopped"))
    (course / "autograder.toml").write_text(LIMITS, encoding="utf-8")
    for name in (*QUICK, *ENDLESS):
        folder = course / "submitted" / name / "bptt"
        folder.mkdir(parents=True)
        (folder / "bptt.py").write_text(f"# {name}\n" + "while True: pass\n" * (name in ENDLESS), encoding="utf-8")
    return course


@pytest.fixture
def course(released: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(released, tmp_path / "course"))


def _judged(course: Path) -> list[Path]:
    return list(course.glob(".autograder/results/*/*.json"))


@contextmanager
def running(course: Path, words: tuple[str, ...], moment: Callable[[int], bool]) -> Iterator[forked.Started]:
    """The command when this moment has come. At the end of the block it has ended, and so has all that it had started."""
    process = forked.start(("-m", *words), course, commands(course))
    try:
        _until(lambda: moment(process.pid))
        left = list(_held((process.pid, *forked.processes(process.pid))))
        yield process
        for descriptor in left:
            assert select.select([descriptor], [], [], WAIT_S)[0], "a process lives on"
            os.close(descriptor)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def _held(pids: Iterable[int]) -> Iterator[int]:
    """A descriptor of each process that has not ended since it was seen."""
    for pid in pids:
        with suppress(ProcessLookupError):
            yield os.pidfd_open(pid)


def _until(has_come: Callable[[], bool]) -> None:
    end = time.monotonic() + WAIT_S
    while not has_come():
        assert time.monotonic() < end, "the moment has not come"
        select.select([], [], [], 0.01)


def _said(process: forked.Started) -> str:
    return b"".join(iter(lambda: os.read(process.said, 1 << 16), b"")).decode()


@pytest.mark.parametrize("number", STOPPED)
@pytest.mark.parametrize("words", [GRADE, AUTOGRADE], ids=lambda words: words[1])
def test_a_stopped_command_puts_all_away(course: Path, words: tuple[str, ...], number: signal.Signals) -> None:
    """Stopped by a signal, a command ends with all its processes and without a file half written, says so, and keeps verdicts."""
    with running(course, words, lambda pid: len(_judged(course)) == len(QUICK)) as process:
        os.kill(process.pid, number)
    said = _said(process)
    assert process.wait() == STOPPED[number]
    assert "Traceback" not in said
    if number != signal.SIGINT:
        assert f"stopped by {number.name}: what " in said
        assert "the same command does the rest" in said
    assert len(_judged(course)) == len(QUICK)
    assert not list(course.rglob("*.part"))
    assert not list((course / "tmp").iterdir())


def test_what_a_killed_command_has_started_ends_with_it(course: Path) -> None:
    """Where the command's own process is killed, which can put nothing away, all processes that it has started end."""
    with running(course, GRADE, lambda pid: len(_judged(course)) == len(QUICK)) as process:
        os.kill(process.pid, signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP])
def test_what_a_terminal_sends_while_processes_start_prints_no_traceback(course: Path, number: signal.Signals) -> None:
    """Ctrl-C and a closed terminal, which reach all processes, are told plainly, even while the judging ones still import."""
    with running(course, GRADE, _is_importing) as process:
        os.killpg(process.pid, number)
    said = _said(process)
    assert process.wait() == STOPPED[number]
    assert "Traceback" not in said
    assert "Warning" not in said
    assert said.splitlines()[-1].startswith(("Aborted!", "stopped by SIGHUP: "))


def _is_importing(pid: int) -> bool:
    """Whether a process that this one has started, and that is no sandbox, has begun to import NumPy."""
    for child in forked.processes(pid):
        with suppress(OSError):  # it has just ended
            is_ours = b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()
            if is_ours and "numpy" in Path(f"/proc/{child}/maps").read_text():
                return True
    return False


def test_no_signal_leaves_a_process_half_started() -> None:
    """A signal that comes while a process is started is obeyed once it has been told all that it needs."""
    told = []

    def start() -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        told.append("all")

    with stoppable(), pytest.raises(StoppedError, match="stopped by SIGTERM"):
        pool._shielded(start)
    assert told


class _Cleared:
    """A signal comes while it is cleared away, where Python drops whatever is raised."""

    def __init__(self, number: signal.Signals) -> None:
        self._number = number

    def __del__(self) -> None:
        os.kill(os.getpid(), self._number)


def _wait_signalled(number: signal.Signals) -> None:
    _Cleared(number)
    _until(lambda: False)


@pytest.mark.parametrize("number", STOPPED)
def test_no_signal_is_lost(number: signal.Signals, capsys: pytest.CaptureFixture[str]) -> None:
    """A signal that comes where Python drops exceptions is obeyed a little later, and nothing is said of it."""
    with stoppable(), pytest.raises(StoppedError if number != signal.SIGINT else KeyboardInterrupt):
        _wait_signalled(number)
    assert capsys.readouterr().err == ""


def test_the_second_signal_ends_a_command_at_once() -> None:
    """The first signal raises; from then on, and after the block, both do what they do in any program."""
    numbers = (signal.SIGTERM, signal.SIGHUP)
    with stoppable():
        with pytest.raises(StoppedError, match="stopped by SIGHUP") as stopped:
            os.kill(os.getpid(), signal.SIGHUP)
        assert [signal.getsignal(number) for number in numbers] == [signal.SIG_DFL] * 2
    assert stopped.value.code == 129
    assert [signal.getsignal(number) for number in numbers] == [signal.SIG_DFL] * 2


def test_what_is_ignored_stays_so() -> None:
    """Under nohup a closed terminal does not end a command."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with stoppable():
            os.kill(os.getpid(), signal.SIGHUP)
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)
