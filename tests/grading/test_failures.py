"""What fails around student code: workers, rooms, pools, stores and clusters that break. Each is broken by hand, here."""

import signal
import socket
import sys
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from support import LIMITS, SEED

from autograder.engine.core import result
from autograder.engine.core.result import Result
from autograder.engine.core.settings import LAYERS, Course
from autograder.engine.grading import batch, cluster
from autograder.engine.grading import cluster_worker as machine
from autograder.engine.grading import grade as grading
from autograder.engine.grading.batch import Grader, NotIsolatedError, judge_all, lacking, prove_isolation
from autograder.engine.grading.cluster import Cluster, ClusterError
from autograder.engine.grading.cluster_worker import Introduction, Orders, weakest
from autograder.engine.grading.grade import grade_error
from autograder.engine.intake.found import Found
from autograder.engine.intake.submission import Submission
from autograder.engine.sandbox import answers, probe, process, reading, session
from autograder.engine.sandbox.probe import Proof
from autograder.engine.sandbox.process import Sandbox
from autograder.engine.sandbox.session import Call, SandboxError, Session
from autograder.engine.sandbox.worker import processor_time

PROVED = Proof(("limits", "seccomp"), {"file": True})
OPEN = Proof(("limits",), {"file": False})
CALL = Call("f", (), "array")


def ended(*arguments: Any, **options: Any) -> SimpleNamespace:
    """Stands in for a process that has ended before it said anything."""
    return SimpleNamespace(
        pid=2**22 - 1, send_signal=lambda number: None, kill=lambda: None, wait=lambda: -9, stdin=None
    )


def test_a_worker_that_does_not_greet(monkeypatch):
    """A warm worker that ends before its greeting is the sandbox's failure, in one sentence."""
    monkeypatch.setattr(process, "_python", ended)
    with Sandbox(LIMITS) as worker, pytest.raises(SandboxError, match="has ended"):
        worker.connect()


def test_a_worker_that_says_nothing():
    """A warm worker that does not answer an order in time is the sandbox's failure, and is closed."""
    ours, theirs = socket.socketpair()
    ours.settimeout(0.01)
    with theirs, Sandbox(LIMITS) as worker:
        worker._process, worker._control, worker._greeted = ended(), ours, True
        with pytest.raises(SandboxError, match=r"does not answer \(TimeoutError\)"):
            worker.computed_s()
        assert worker._control is None


def test_a_worker_that_ends_in_an_answer():
    """A warm worker that ends halfway through its answer is the sandbox's failure."""
    ours, theirs = socket.socketpair()
    with theirs, Sandbox(LIMITS) as worker:
        worker._process, worker._control, worker._greeted = ended(), ours, True
        theirs.sendall(b"123")
        theirs.shutdown(socket.SHUT_WR)
        with pytest.raises(SandboxError, match="has ended"):
            worker.computed_s()


def test_without_fork_there_may_be_no_process():
    """A worker without fork that has started nothing has nothing to reap, and nothing has computed."""
    with Sandbox(LIMITS, fork=False) as worker:
        assert worker.reap() == (0, 0.0)
        assert worker.computed_s() == 0.0


def test_a_room_on_windows(monkeypatch):
    """Where sockets cannot be inherited, the worker is handed its own over its input, and the system's folder is known."""
    sent: list[bytes] = []
    stdin = SimpleNamespace(write=sent.append, close=lambda: sent.append(b"closed"))
    monkeypatch.setattr(process.sys, "platform", "win32")
    monkeypatch.setattr(process, "_python", lambda *words, **options: SimpleNamespace(pid=7, stdin=stdin))
    with_share = SimpleNamespace(share=lambda pid: b"socket for %d" % pid)
    Sandbox(LIMITS, fork=False)._spawn_once(with_share)
    assert sent == [b"socket for 7", b"closed"]


def test_what_a_worker_inherits(monkeypatch):
    """A worker inherits no environment, but for the folder without which Windows starts no process."""
    started: list[dict] = []
    monkeypatch.setattr(process.subprocess, "Popen", lambda command, **options: started.append(options["env"]))
    monkeypatch.setenv("SECRET", "x")
    monkeypatch.delenv("SYSTEMROOT", raising=False)
    process._python([])
    monkeypatch.setenv("SYSTEMROOT", "C:\\Windows")
    process._python([])
    assert [env.get("SYSTEMROOT") for env in started] == [None, "C:\\Windows"]
    assert not any("SECRET" in env for env in started)


@pytest.mark.parametrize("platform", ["linux", "win32"])
def test_the_time_of_a_process_that_has_ended(monkeypatch, platform):
    """A process that is gone has computed nothing; where the system does not tell, the clock on the wall does."""
    monkeypatch.setattr(processor_time.sys, "platform", platform)
    monkeypatch.setattr(processor_time.time, "monotonic", lambda: 5.0)
    assert processor_time.computed_s(2**22 - 1, 3.0) == (0.0 if platform == "linux" else 2.0)


class OneProcess:
    """Plays a sandbox whose process sends these bytes, has ended with this status, and closes."""

    def __init__(self, *messages: Any, status: int = 0, required: tuple[str, ...] = (), imports: str = "all") -> None:
        self.limits, self.required, self.imports = LIMITS, frozenset(required), imports
        self.messages, self.status = messages, status

    def connect(self) -> socket.socket:
        ours, self.theirs = socket.socketpair()
        self.theirs.sendall(b"".join(map(session.encode, self.messages)))
        self.theirs.shutdown(socket.SHUT_WR)
        return ours

    def computed_s(self) -> float:
        return 0.0

    def reap(self) -> tuple[int, float]:
        self.theirs.close()
        return self.status, 0.0

    def let_go(self) -> None:
        self.theirs.close()

    def having(self, imports: str) -> "OneProcess":
        return OneProcess(*self.messages, status=self.status, imports=imports)


UP = {"layers": dict.fromkeys(LAYERS, "")}


def room(worker: OneProcess, cells: tuple[str, ...] = ()) -> Session:
    return Session(worker, "__main__", cells, ())


def test_a_room_that_cannot_be_opened():
    """A child that ends before its walls are up is the sandbox's failure, and no verdict."""
    with room(OneProcess()) as opened, pytest.raises(SandboxError, match="did not start: it ended"):
        opened.ask([CALL])


@pytest.mark.parametrize("said", [[1], {"layers": 3}, {"layers": {"landlock": "no such system call"}}, {}])
def test_a_room_without_a_wall_that_was_proved(said):
    """A room that lacks a wall which this machine grants is not used, whatever it says of it."""
    with room(OneProcess(said, required=("landlock",))) as opened, pytest.raises(SandboxError):
        opened.ask([CALL])


ENDS = {
    0: "it ended the Python process",
    signal.SIGKILL: "it ended the Python process",
    signal.SIGSEGV: "it ended the Python process (SIGSEGV)",
    64 + 56: "it ended the Python process (signal 120)",
    signal.SIGXCPU: "it did not come to an end in time",
}


@pytest.mark.parametrize("status", ENDS)
def test_how_a_process_ended(status):
    """A call that ends its process is told by how it ended."""
    with room(OneProcess(UP, status=status)) as opened:
        (answer,) = opened.ask([CALL])
    assert answer.text == ENDS[status]
    assert answer.kind == ("timeout" if status == signal.SIGXCPU else "crashed")


def test_a_child_that_forges_its_answer():
    """What no worker would send ends the call, with a sentence of its own."""
    with room(OneProcess(UP, {"answer": 5})) as opened:
        (answer,) = opened.ask([CALL])
    assert (answer.kind, answer.text) == ("crashed", "it spoke to the grader instead of returning")


def test_an_end_that_is_not_confirmed():
    """Where answers came and their end did not, the last of them counts as the one that ended the process."""
    value = {"answer": 0, "changed": [], "missing": True}
    with room(OneProcess(UP, value, value | {"answer": 1})) as opened:
        assert [answer.kind for answer in opened.ask([CALL, CALL])] == ["missing", "crashed"]


def test_results_that_change_later():
    """The answers whose results the child says have changed are marked, and no others."""
    told = {"changed": [], "missing": True}
    with room(OneProcess(UP, told | {"answer": 0}, told | {"answer": 1}, {"end": [1]})) as opened:
        assert [answer.changed_later for answer in opened.ask([CALL, CALL])] == [False, True]
        assert opened.layers == dict.fromkeys(LAYERS, "")


def test_a_cell_that_ends_every_process_is_left_out():
    """A cell that ends the process is left out the next time, with how it ended."""
    worker = OneProcess(UP)
    with room(worker, ("exit()",)) as opened:
        (answer,) = opened.ask([CALL])
    assert opened.errors == {0: "it ended the Python process"}
    assert answer.kind == "crashed"


def test_cells_that_fail_have_their_error():
    """The error of a cell that ran is kept beside its number."""
    error = {"type": "KeyError", "text": "'x'", "line": 1, "code": "a['x']"}
    with room(OneProcess(UP, {"cell": 0, "error": error}, {"cell": 1, "error": None}), ("a", "b")) as opened:
        opened.ask([CALL])
    assert list(opened.errors) == [0]
    assert str(opened.errors[0]) == "KeyError: 'x' (line 1: `a['x']`)"


def test_time_that_is_used_up():
    """Where a submission has had all its time, the next question is a timeout at once."""
    with room(OneProcess(UP)) as opened:
        opened._time.ended(LIMITS.submission_s + 1)
        (answer,) = opened.ask([CALL])
    assert (answer.kind, answer.text) == ("timeout", "the time of a submission was used up")


def test_a_missing_module_is_a_reason_once():
    """A call for which a module is missing is put again where all are there, and counts as its end the second time."""
    with room(OneProcess(UP, status=session.MISSING_MODULE << 8, imports="minimal")) as opened:
        (answer,) = opened.ask([CALL])
        assert opened._sandbox.imports == "all"
    assert answer.kind == "crashed"


def test_what_the_probe_must_say(monkeypatch):
    """A probe that does not come to its end proves nothing."""
    monkeypatch.setattr(Sandbox, "open", lambda worker, *words: room(OneProcess(UP)))
    with Sandbox(LIMITS) as worker, pytest.raises(SandboxError, match="did not come to the end"):
        probe.prove(worker)


@pytest.mark.parametrize("reached", ["tcp", "udp"])
def test_the_bait(reached):
    """A listener that was reached is noticed."""
    kind = {"tcp": socket.SOCK_STREAM, "udp": socket.SOCK_DGRAM}[reached]
    with probe._bait() as (path, tcp, udp, received), socket.socket(socket.AF_INET, kind) as sender:
        assert Path(path).read_text() == "probe"
        assert received() == set()
        sender.connect(("127.0.0.1", {"tcp": tcp, "udp": udp}[reached]))
        sender.send(b"probe")
        assert received() == {reached}


def test_what_a_proof_says():
    """A proof that did not hold says what got through; without a filter of calls nothing is proved."""
    assert PROVED.isolated
    assert OPEN.label == "NOT ISOLATED: student code reads a file of the grader's"
    assert Proof(("limits",), {"file": True}).label == "NOT ISOLATED: student code is held by no filter of calls"
    assert ("file", "reads a file of the grader's", False) in OPEN.attempts
    assert {name: why for name, _, why in OPEN.standing}["seccomp"] == "not tried"


@pytest.mark.parametrize("found", ["text", [[1.0]], [-1.0], [5.0], [0.5], [1.0, 1.0]])
def test_a_reader_that_lies(monkeypatch, found):
    """What the reader of scripts says is used only where it can be true."""
    value = found if isinstance(found, str) else np.array(found)
    answer = answers.Answer("value", value)
    opened = SimpleNamespace(ask=lambda calls: [answer], close=lambda: 0, spent_s=3.0)
    worker = SimpleNamespace(open=lambda *words: nullcontext(opened))
    assert reading.first_lines(worker, "a\nb\n") == ([], 3.0)


@pytest.fixture
def script(course: Course) -> Path:
    """A script that was handed in."""
    path = course.root / "bptt.py"
    path.write_text("x = 1\n")
    return path


@pytest.fixture
def quick(monkeypatch):
    """quick(grade): judging is this function, and nothing starts."""

    def put(graded=lambda handed_in, *rest: Result(handed_in.path, handed_in.student, 1.0, 30.0, "graded")) -> None:
        for module in (batch, machine):
            monkeypatch.setattr(module, "grade", graded)
            monkeypatch.setattr(module, "prove", lambda worker: PROVED)

    return put


def fails(*words: Any) -> Result:
    raise RuntimeError("no disk")


def test_isolation_that_is_not_enough(course: Course, monkeypatch):
    """Where nothing isolates, or a layer that is demanded is missing, that is said, unless everybody is trusted."""
    for proof in (PROVED, OPEN):
        monkeypatch.setattr(batch, "prove", lambda worker, proof=proof: proof)
        if proof is PROVED:
            assert prove_isolation(course) == PROVED
        else:
            with pytest.raises(NotIsolatedError, match=r"NOT ISOLATED.*grade on Linux"):
                prove_isolation(course)
    demanding = Course(course.root, demand=("landlock",))
    assert "not landlock, as autograder.toml demands" in lacking(PROVED, demanding)
    assert lacking(OPEN, Course(course.root, allow_unisolated=True)) == ""


def test_the_graders_failure_is_this_submissions_alone(course: Course, script: Path, quick):
    """An exception of the grader's own is a result without a score, and the next submission is judged."""
    quick(fails)
    with Grader(course, PROVED) as grader:
        failed = grader.judge(Found(script, "ada"))
        assert (failed.status, failed.score, failed.student) == ("grader_error", None, "ada")
        quick()
        assert grader.judge(Found(script)).status == "graded"


@pytest.mark.parametrize("times", [1, 2])
def test_a_sandbox_that_fails(course: Course, script: Path, quick, monkeypatch, times):
    """Where the sandbox fails over a submission it is judged once more; a second time it is the grader's failure."""
    failures = [SandboxError("the warm process of the sandbox has ended")] * times

    def judged(submission, *rest):
        if failures:
            raise failures.pop()
        return Result(submission.path, submission.student, 1.0, 1.0, "graded")

    quick(grading.grade)
    monkeypatch.setattr(grading, "_judged", judged)
    with Grader(course, PROVED) as grader:
        assert grader.judge(Found(script)).status == ("graded" if times == 1 else "grader_error")


def test_stamps_without_judging(course: Course, script: Path, quick):
    """The stamps that a verdict would carry are had without one, and are those that it carries."""
    quick(fails)
    stamp = Grader.stamp(script, course)
    assert (stamp.path, stamp.score) == (str(script), None)
    assert all((stamp.digest, stamp.checks_version, stamp.release, stamp.settings_version))


def test_one_process(course: Course, script: Path, quick):
    """On one process the results come in their order."""
    quick()
    found = [Found(script, "ada"), Found(script, "alan")]
    assert [result.student for result in judge_all(found, course, PROVED, 1)] == ["ada", "alan"]


class Pool:
    """Plays a pool of processes that dies over some students, and with it all that is under way."""

    def __init__(self, deadly: tuple[str, ...]) -> None:
        self.deadly, self.broken = deadly, False

    def __enter__(self) -> "Pool":
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def submit(self, function: Any, found: Found) -> Future:
        future: Future = Future()
        self.broken |= found.student in self.deadly
        if self.broken:
            future.set_exception(BrokenProcessPool())
        else:
            future.set_result(function(found))
        return future


def test_a_pool_that_breaks(course: Course, script: Path, quick, monkeypatch):
    """Over whom a process dies, and dies again alone, is the grader's failure; all others are judged, in their order."""
    quick()
    batch._start(course, PROVED)
    monkeypatch.setattr(batch, "_pool", lambda jobs, course, proof: Pool(("emmy",)))
    students = ["ada", "alan", "emmy", "grace", "kurt"]
    results = list(judge_all([Found(script, student) for student in students], course, PROVED, 2))
    assert [found.student for found in results] == students
    assert [found.status for found in results] == ["graded", "graded", "grader_error", "graded", "graded"]


def test_a_pool_that_breaks_once(course: Course, script: Path, quick, monkeypatch):
    """Over whom a process dies is judged alone, and once more where that one dies as well."""
    quick()
    batch._start(course, PROVED)
    pools = iter([Pool(("ada",)), Pool(("ada",)), Pool(()), Pool(())])
    monkeypatch.setattr(batch, "_pool", lambda jobs, course, proof: next(pools))
    results = list(judge_all([Found(script, "ada"), Found(script, "alan")], course, PROVED, 2))
    assert [found.status for found in results] == ["graded", "graded"]


def test_a_store_that_cannot_be_written(course: Course, script: Path, quick, capsys):
    """Where nothing can be stored, verdicts are given all the same, and that is said once."""
    quick()
    course.results.parent.mkdir(exist_ok=True)
    course.results.write_text("a file where the folder should be")
    with Grader(course, PROVED) as grader:
        assert [grader.judge(Found(script, student)).status for student in ("ada", "alan")] == ["graded", "graded"]
    assert capsys.readouterr().err.count("verdicts are given but not stored") == 1


def test_what_is_not_stored(course: Course, script: Path, quick):
    """Neither a failure of the grader's nor what could not be read is stored."""
    quick(lambda handed_in, *rest: grade_error(handed_in.path, None, course, RuntimeError("x")))
    with Grader(course, PROVED) as grader:
        grader.judge(Found(script))
        assert grader.store.get(Submission("x", None, error="a link")) is None
    assert not course.results.exists()


def test_long_texts_and_curves():
    """A result cuts what is too long, says how many remarks more there were, and comes back from JSON with its curve."""
    curve = result.Curve((1.0, None), (1.0, 2.0))
    task = result.TaskResult("forward", 0.0, 3.0, "failed", (result.CheckResult("a", False, "x" * 2000),), curve)
    made = Result("p", None, 0.0, 3.0, "graded", "y" * 2000, ("n",) * 40, (task,))
    assert len(task.checks[0].message) == len(made.message) == result.MAX_TEXT
    assert (len(made.notes), made.notes[-1]) == (30, "and 11 more remarks")
    assert Result.from_json(made.to_json()) == made
    assert task.sentence == task.checks[0].message
    assert result.TaskResult("forward", 3.0, 3.0, "passed").sentence == ""


class KilledWorker(Exception):  # noqa: N818
    """As dask names it."""


class CancelledError(Exception):
    """As dask names it."""


class Scheduler:
    """Plays `distributed` with a client: its workers, and what each of them makes of a function that is handed to it."""

    KilledWorker, CancelledError = KilledWorker, CancelledError

    def __init__(self, *workers: str) -> None:
        self.workers = set(workers)
        self.id = "client"
        self.closed = False
        self.refuses: Exception | None = None
        self.answers: dict[str, list[Any]] = {}  # by worker: what it says in place of the truth, exceptions raised

    def Client(self, address: str, **options: Any) -> "Scheduler":  # noqa: N802
        if self.refuses:
            raise self.refuses
        return self

    def wait_for_workers(self, count: int, timeout: float) -> None:
        if not self.workers:
            raise TimeoutError

    def nthreads(self) -> dict[str, int]:
        if None in self.workers:
            raise OSError
        return dict.fromkeys(self.workers, 1)

    def submit(self, function: Any, orders: Orders, *args: Any, workers: list[str], **options: Any) -> SimpleNamespace:
        def result(timeout: float) -> Any:
            said = self.answers.get(workers[0], [])
            answer = said.pop(0) if said else function(orders, *args)
            if callable(answer):
                answer = answer()
            if isinstance(answer, Exception):
                raise answer
            return answer

        return SimpleNamespace(result=result)

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def dask(monkeypatch, quick):
    """dask(workers…): a scheduler with these workers, all of them in this process, that judge by `quick`."""
    quick()
    monkeypatch.setattr(machine, "_seat", None)

    def start(*workers: str) -> Scheduler:
        scheduler = Scheduler(*workers)
        monkeypatch.setitem(sys.modules, "distributed", scheduler)
        return scheduler

    return start


def clustered(course: Course, script: Path, students: str = "ada alan") -> list[Result]:
    return list(Cluster("tcp://here", course).judge_all([Found(script, student) for student in students.split()]))


def test_a_cluster_judges_in_order(course: Course, script: Path, dask):
    """A class goes over the cluster's workers, its results come in order, and what is stored is not handed out."""
    scheduler = dask("one", "two")
    students = " ".join(f"student{k}" for k in range(20))
    assert [found.student for found in clustered(course, script, students)] == students.split()
    assert scheduler.closed
    scheduler.answers["one"] = [Introduction("", PROVED), RuntimeError("must not be asked")]
    assert [found.status for found in clustered(course, script)] == ["graded", "graded"]


def test_a_cluster_without_dask(course: Course, monkeypatch):
    """Where dask is not installed, one sentence says how to install it."""
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ClusterError, match="pip install"):
        Cluster("tcp://here", course)


def test_a_scheduler_that_is_none(course: Course, dask):
    """Where nobody answers, where there are no workers, and where it goes away at once, a sentence says so."""
    dask("one").refuses = OSError()
    with pytest.raises(ClusterError, match="does not answer as a dask scheduler"):
        Cluster("tcp://here", course)
    dask()
    with pytest.raises(ClusterError, match="has no workers"):
        Cluster("tcp://here", course)
    dask(None)
    with pytest.raises(ClusterError, match="no longer answers"):
        Cluster("tcp://here", course)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (Introduction("it is too old", PROVED), "it is too old"),
        (TimeoutError(), "did not prove its isolation in"),
        (ImportError("no kit"), r"cannot load this kit \(ImportError: no kit\)"),
    ],
)
def test_no_worker_may_judge(course: Course, dask, capsys, said, why):
    """Where every worker is left out, the run ends with a sentence that names each and why."""
    scheduler = dask("one")
    scheduler.answers["one"] = [said]
    with pytest.raises(ClusterError, match=f"no worker of tcp://here may judge: one: .*{why}"):
        Cluster("tcp://here", course)
    assert scheduler.closed
    assert "worker one is left out" in capsys.readouterr().err


def test_a_worker_is_lost_in_mid_run(course: Course, script: Path, dask, capsys):
    """A result that is late is waited for; a worker that may no longer judge is left out, and another one has its work."""
    scheduler = dask("one", "two")
    proved = Introduction("", PROVED)

    def leaves() -> Exception:
        scheduler.workers.discard("one")
        return TimeoutError()

    scheduler.answers["one"] = [proved, TimeoutError(), Introduction("it came back bare", PROVED, "one"), leaves]
    assert [found.status for found in clustered(course, script)] == ["graded", "graded"]
    assert "worker one is left out: it came back bare" in capsys.readouterr().err
    scheduler = dask("one", "two")
    for stored in course.results.rglob("*.json"):
        stored.unlink()
    scheduler.answers["one"] = [proved, leaves]
    assert [found.status for found in clustered(course, script, "ada")] == ["graded"]


def test_all_workers_are_lost(course: Course, script: Path, dask):
    """Where no worker is left, or the scheduler is gone, the run ends with a sentence, and what was judged is kept."""
    proved = Introduction("", PROVED)
    for ending, why in ((TimeoutError(), "no worker left"), (CancelledError(), "no longer"), (OSError(), "no longer")):
        scheduler = dask("one")

        def leaves(scheduler=scheduler, ending=ending) -> Exception:
            scheduler.workers.clear()
            return ending

        scheduler.answers["one"] = [proved, leaves]
        with pytest.raises(ClusterError, match=why):
            clustered(course, script, "ada")


def test_over_whom_workers_die(course: Course, script: Path, dask):
    """Over whom all workers die is handed out once more, and then is the grader's failure; the others are judged."""
    scheduler = dask("one")
    proved = Introduction("", PROVED)
    scheduler.answers["one"] = [proved, KilledWorker(), KilledWorker()]
    results = clustered(course, script)
    assert [found.status for found in results] == ["grader_error", "graded"]
    assert "every worker that it was handed to died over it" in results[0].message
    for stored in course.results.rglob("*.json"):
        stored.unlink()
    scheduler.answers["one"] = [proved, KilledWorker()]
    assert [found.status for found in clustered(course, script)] == ["graded", "graded"]


def test_what_this_machine_may_not_read(course: Course, script: Path, dask, monkeypatch):
    """A submission over which the reading fails is the grader's failure, and is not handed out."""
    dask("one")
    monkeypatch.setattr(cluster, "load_found", fails)
    assert [found.status for found in clustered(course, script)] == ["grader_error", "grader_error"]


def test_a_machine_that_differs(course: Course, quick, monkeypatch):
    """A machine with another kit, or with fewer walls than the others had, may not judge, and says why and who it is."""
    quick()
    monkeypatch.setattr(machine, "_seat", None)
    orders = Orders(course, machine.version(), SEED)
    assert machine.introduce(orders) == Introduction("", PROVED)
    assert "another version" in machine.introduce(Orders(course, "older", SEED)).unfit
    more = Proof(("limits", "landlock", "seccomp"), {"file": True})
    fewer = Orders(course, machine.version(), SEED, more)
    assert "less than the others had" in machine.introduce(fewer).unfit
    assert weakest([PROVED, more]) == PROVED
    worker = SimpleNamespace(get_worker=lambda: SimpleNamespace(address="tcp://me"))
    monkeypatch.setitem(sys.modules, "distributed", worker)
    assert machine.judge(fewer, Submission("x", None)).worker == "tcp://me"
    monkeypatch.setattr(machine, "grade", fails)
    assert machine.judge(orders, Submission("x", None)).status == "grader_error"
    assert machine.judge(Orders(course, machine.version(), "another"), Submission("x", None)).status == "grader_error"
