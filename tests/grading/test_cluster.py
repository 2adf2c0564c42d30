"""Grading on a real `dask.distributed` scheduler, with worker processes over loopback."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from support import commands, released_course, run

from autograder.engine.core.settings import Course
from autograder.engine.demo import sample_class as demo
from autograder.engine.grading.cluster import Cluster, ClusterError

pytestmark = pytest.mark.slow

WAIT_S = 120.0  # for a process to come to a moment: far above what any takes
Start = Callable[..., subprocess.Popen]

# What a worker's machine may lack, as scripts that dask runs in the worker before it starts.
WITHOUT = (
    "from autograder.engine.sandbox.process import Sandbox\nSandbox.__init__.__defaults__ = ({}, None, 'minimal')\n"
)
NO_WALLS = WITHOUT.format(())
NO_LANDLOCK = WITHOUT.format(("namespaces", "uid", "limits", "seccomp"))
ANOTHER_KIT = (
    "from autograder.engine.grading import cluster_worker as machine\nmachine.checks_version = lambda: 'another'\n"
)
ANOTHER_PYTHON = (
    "from autograder.engine.grading import cluster_worker as machine\nmachine.running = lambda: 'Python 4.0'\n"
)


def until(process: subprocess.Popen, moment: Callable[[], object]) -> None:
    """Wait for a moment of a process that goes on."""
    for _ in range(int(WAIT_S / 0.05)):
        if moment():
            return
        with suppress(subprocess.TimeoutExpired):
            raise AssertionError(f"{process.args} ended early: {process.wait(0.05)}")
    raise AssertionError(f"{process.args} did not come to its moment")


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample class twice over, and nothing judged."""
    course = released_course(tmp_path_factory.mktemp("class"))
    demo.hand_in(course)
    for folder in list((course / "submitted").iterdir()):
        shutil.copytree(folder, folder.with_name(f"{folder.name}-again"))
        notebook = folder.with_name(f"{folder.name}-again") / "bptt" / "bptt.ipynb"
        notebook.write_text(notebook.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    return course


@pytest.fixture
def course(handed_in: Path, tmp_path: Path) -> Path:
    """The class, and nothing judged."""
    return Path(shutil.copytree(handed_in, tmp_path / "course"))


@pytest.fixture(scope="module")
def alone(handed_in: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """The report of one machine on the class, and what it has stored."""
    course = Path(shutil.copytree(handed_in, tmp_path_factory.mktemp("alone") / "course"))
    done = grade(course, "submitted", "--json", "-")
    assert done.returncode == 0, done.stderr
    return done.stdout, course / ".autograder" / "results"


@contextmanager
def _dask(folder: Path, log: Path, *words: str) -> Iterator[subprocess.Popen]:
    """A process of dask's that is killed in the end, with all that it said in `log`."""
    with log.open("w") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", *words, "--host", "127.0.0.1", "--no-dashboard"],
            cwd=folder,
            env=commands(folder),
            stdout=said,
            stderr=said,
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@dataclass(frozen=True)
class Scheduler:
    """A scheduler without workers: what it says of those that come and go stands in its log."""

    process: subprocess.Popen
    log: Path

    @property
    def address(self) -> str:
        return re.findall(r"Scheduler at: +(tcp://\S+)", self.log.read_text())[0]

    def workers(self) -> int:
        said = self.log.read_text()
        return said.count("Register worker") - said.count("Remove worker")


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scheduler]:
    """The one scheduler of all tests."""
    folder = tmp_path_factory.mktemp("scheduler")
    log = folder / "scheduler.log"
    with _dask(folder, log, "distributed.cli.dask_scheduler", "--port", "0") as process:
        until(process, lambda: "Scheduler at: " in log.read_text())
        yield Scheduler(process, log)


@pytest.fixture
def scheduler(started: Scheduler) -> Iterator[str]:
    """The address of a scheduler without workers; it forgets those of this test before the next one."""
    yield started.address
    until(started.process, lambda: not started.workers())


@pytest.fixture
def worker(tmp_path: Path, scheduler: str) -> Iterator[Callable[..., contextmanager]]:
    """worker(preload=""): a worker of the scheduler's, ready; its machine is what the script `preload` makes of it."""

    @contextmanager
    def start(preload: str = "") -> Iterator[subprocess.Popen]:
        number = len(list(tmp_path.glob("worker*.py")))
        script, log = tmp_path / f"worker{number}.py", tmp_path / f"worker{number}.log"
        script.write_text(preload)
        words = ("distributed.cli.dask_worker", scheduler, "--no-nanny", "--nthreads", "1", "--preload", str(script))
        with _dask(tmp_path, log, *words, "--local-directory", str(tmp_path)) as process:
            until(process, lambda: "Registered to" in log.read_text())
            yield process

    return start


def grade(course: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return run(course, "autograder", "grade", *words)


def results(course: Path) -> int:
    return len(list(course.glob(".autograder/results/*/*.json")))


def test_a_worker_that_is_killed_costs_nothing_but_time(course: Path, alone, scheduler: str, worker) -> None:
    """With one of two workers killed in mid-run, all is judged, and the report is that of one machine, byte for byte."""
    command = [
        sys.executable,
        "-m",
        "autograder",
        "grade",
        "submitted",
        "--json",
        "report.json",
        "--cluster",
        scheduler,
    ]
    with worker() as first, worker():
        said = (course / "said.log").open("w+")
        process = subprocess.Popen(command, cwd=course, env=commands(course), stdout=said, stderr=said)
        try:
            until(process, lambda: results(course) >= 3)
            first.send_signal(signal.SIGKILL)
            assert process.wait(WAIT_S) == 0, (course / "said.log").read_text()
        finally:
            process.kill()
    assert (course / "report.json").read_text(encoding="utf-8") == alone[0]
    assert results(course) == len(json.loads(alone[0])["submissions"])


def test_what_is_judged_is_not_handed_out_again(course: Path, alone, scheduler: str, worker) -> None:
    """What this machine has judged is taken from its store: the same report comes where no worker judges anything."""
    shutil.copytree(alone[1], course / ".autograder" / "results")
    broken = "from autograder.engine.grading import cluster_worker as machine\nmachine.grade = None\n"
    with worker(broken):
        done = grade(course, "submitted", "--json", "-", "--cluster", scheduler)
    assert done.returncode == 0, done.stderr
    assert done.stdout == alone[0]


@pytest.mark.parametrize(
    ("lack", "why"),
    [(NO_WALLS, "NOT ISOLATED"), (ANOTHER_KIT, "another version of the kit"), (ANOTHER_PYTHON, "of Python, NumPy")],
)
def test_a_worker_that_falls_short_is_left_out(course: Path, scheduler: str, worker, lack: str, why: str) -> None:
    """A worker without walls, or with another kit, is left out with a line that says why, and the others judge all."""
    one = course / "submitted" / "ada"
    alone = grade(course, str(one), "--json", "-")
    shutil.rmtree(course / ".autograder" / "results")
    with worker(), worker(lack):
        done = grade(course, str(one), "--json", "-", "--cluster", scheduler)
    assert done.returncode == 0, done.stderr
    assert done.stdout == alone.stdout
    (line,) = [line for line in done.stderr.splitlines() if "is left out" in line]
    assert why in line


def test_where_every_worker_falls_short_nothing_is_judged(course: Path, scheduler: str, worker) -> None:
    """With no worker that isolates, the run ends with status 2 and a sentence that names each and what got through."""
    with worker(NO_WALLS):
        done = grade(course, "submitted", "--cluster", scheduler)
        assert done.returncode == 2
        assert re.search(r"no worker of tcp://\S+ may judge: tcp://\S+: NOT ISOLATED: student code", done.stderr)
        assert "Traceback" not in done.stderr
        assert results(course) == 0
        allowed = grade(course, "submitted/ada", "--cluster", scheduler, "--json", "-", "--allow-unisolated")
    assert allowed.returncode == 0, allowed.stderr
    assert json.loads(allowed.stdout)["isolation"].startswith("NOT ISOLATED")


def test_the_label_is_that_of_the_weakest_worker(course: Path, scheduler: str, worker) -> None:
    """Where workers isolate by different layers, the report names those that all have; `demand` leaves the lower out."""
    one = str(course / "submitted" / "ada")
    with worker(), worker(NO_LANDLOCK):
        both = json.loads(grade(course, one, "--json", "-", "--cluster", scheduler).stdout)["isolation"]
        settings = (course / "autograder.toml").read_text()
        (course / "autograder.toml").write_text('demand = ["landlock"]\n' + settings)
        done = grade(course, one, "--json", "-", "--cluster", scheduler)
    assert both.startswith("isolated: ")
    assert "seccomp" in both
    assert "landlock" not in both
    assert "landlock" in json.loads(done.stdout)["isolation"]
    assert re.search(r"is left out: .*not landlock, as autograder.toml demands", done.stderr)


def test_what_was_handed_out_is_not_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The client's connection keeps no copies of the last messages: each holds submissions."""
    import dask
    import distributed

    kept = []

    def connect(*words: object, **options: object) -> None:
        kept.append(dask.config.get("distributed.admin.low-level-log-length"))
        raise OSError

    monkeypatch.setattr(distributed, "Client", connect)
    with pytest.raises(ClusterError, match="does not answer"):
        Cluster("tcp://127.0.0.1:1", Course(tmp_path))
    assert kept == [0]


def test_an_address_that_does_not_answer_is_one_sentence(course: Path) -> None:
    """Where no scheduler answers, the run ends in time with status 2 and a sentence that says what to start."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
        done = grade(course, "submitted", "--cluster", address)
    assert done.returncode == 2
    assert f"{address} does not answer" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_kit_without_dask_says_what_to_install(course: Path) -> None:
    """Where `distributed` is not installed, `--cluster` is one sentence that says how to install it."""
    script = "import sys; sys.modules['distributed'] = None\nfrom autograder.__main__ import main\nmain(sys.argv[1:])\n"
    words = [sys.executable, "-c", script, "grade", "submitted", "--cluster", "tcp://127.0.0.1:1"]
    done = subprocess.run(words, cwd=course, env=os.environ, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert 'pip install "bptt-autograder[cluster]"' in done.stderr
