"""Grading one submission, the sandbox played by hand: what is asked, how answers are filed, and what becomes of a result."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from support import SEED

from autograder.engine.core.assignment import Check, Task
from autograder.engine.core.looking import CannotReadError
from autograder.engine.core.result import TaskResult
from autograder.engine.core.settings import Course
from autograder.engine.course.assignment import ASSIGNMENT
from autograder.engine.course.released import released
from autograder.engine.course.versions import checks_version, settings_version
from autograder.engine.grading import asking
from autograder.engine.grading import grade as grading
from autograder.engine.grading.grade import grade, grade_error, judge_task, tasks_of
from autograder.engine.intake.submission import Cell, Submission, UnreadableError
from autograder.engine.judging.answered import AnsweredTask, TaskCases
from autograder.engine.judging.hidden_tests import HiddenTests
from autograder.engine.judging.judges import judge_purity, judge_values
from autograder.engine.sandbox.answers import Answer, Raised
from autograder.engine.sandbox.session import Call

COURSE = Course(Path("unused"))
ONES = np.ones((2, 3))
GRAD, CLIP = ASSIGNMENT.by_id["squared_error_grad"], ASSIGNMENT.by_id["clip_gradients"]
RIGHT = Answer("value", ONES)
WRONG = Answer("value", 2 * ONES)
LATE = Answer("timeout", text="it did not come to an end in time")


def line(id: str, *cases: str, weight: float = 1, **how) -> Check:
    return Check(id, weight, f"asks {id}", cases, how.pop("judge", judge_values), **how)


def cases_of(task: Task = GRAD, *names: str, checks: tuple[Check, ...] = ()) -> TaskCases:
    """Two test cases of a task, or those that are named, on which ones are right."""
    names = names or ("one", "two")
    task = replace(task, checks=checks or (line("values", *names),))
    return TaskCases(task, dict.fromkeys(names, (ONES, ONES)), dict.fromkeys(names, ONES))


Judged = Callable[..., TaskResult]


@pytest.fixture
def judged(monkeypatch) -> Judged:
    """judged(checks, answers): what squared_error_grad gets where it has these checks, and no mistake is known."""
    monkeypatch.setattr(
        grading.Explainer, "explain", lambda self, check, finding: (f"{check.id}: {finding.text}", "known")
    )
    monkeypatch.setattr(grading, "curve", lambda answered: "a curve")

    def judge(checks: tuple[Check, ...], answers: dict[str, Answer], course: Course = COURSE) -> TaskResult:
        task = replace(GRAD, checks=checks, points=sum(check.weight for check in checks))
        names = dict.fromkeys(("one", "two", *answers))
        cases = TaskCases(task, dict.fromkeys(names, (ONES, ONES)), dict.fromkeys(names, ONES))
        return judge_task(AnsweredTask(cases, answers), {}, course)

    return judge


def asked(submission: Submission, cases: list[TaskCases], sandbox: "FakeSandbox"):
    """By task all answers, the cells that did not run, and what was repaired."""
    with asking.asked(submission, cases, sandbox, LOCKED) as found:
        return {answered.task.id: answered.answers for answered in found.tasks}, found.errors, found.notes


def test_a_task_that_is_right(judged):
    """Where every check passes, the task has all points, no sentence and no curve."""
    checks = (
        line("a", "one", weight=1.25),
        line("b", "two", weight=0.75),
    )
    found = judged(checks, {"one": RIGHT, "two": RIGHT})
    assert (found.id, found.points, found.max_points, found.status, found.curve) == (GRAD.id, 2.0, 2.0, "passed", None)
    assert [(c.id, c.passed, c.message, c.misconception, c.asks) for c in found.checks] == [
        ("a", True, None, None, "asks a"),
        ("b", True, None, None, "asks b"),
    ]
    assert [(c.points, c.max_points) for c in found.checks] == [(1.25, 1.25), (0.75, 0.75)]


def test_a_task_that_is_wrong_in_part(judged):
    """A check that fails has its sentence and no points; the others keep theirs, and there is a curve where values show."""
    checks = (
        line("a", "one", weight=1.25),
        line("b", "two", weight=0.75),
    )
    found = judged(checks, {"one": WRONG, "two": RIGHT})
    assert (found.points, found.status, found.curve) == (0.75, "failed", "a curve")
    a, b = found.checks
    assert (a.passed, a.misconception, a.points, a.max_points) == (False, "known", 0.0, 1.25)
    assert a.message.startswith("a: dL_do is [[2, 2, 2]")
    assert (b.passed, b.message, b.misconception) == (True, None, None)
    assert judged(checks, {"one": WRONG, "two": RIGHT}, replace(COURSE, show_values=False)).curve is None


def test_points_are_rounded_once(judged):
    """The points of a task have two decimals, whatever the sum of its checks' is."""
    checks = (
        line("a", "one", weight=0.1),
        line("b", "two", weight=0.2),
    )
    assert judged(checks, {"one": RIGHT, "two": RIGHT}).points == 0.3
    checks = (line("a", "one", weight=0.1234),)
    assert judged(checks, {"one": RIGHT}).points == 0.12


@pytest.mark.parametrize(
    ("answers", "passed"),
    [((RIGHT, RIGHT), [True, True, True]), ((WRONG, RIGHT), [False, True, True]), ((WRONG, WRONG), [False] * 3)],
)
def test_a_gated_check_counts_beside_a_right_value(judged, answers, passed):
    """A gated check counts as soon as one check of values passes, and no other check opens the gate."""
    checks = (
        line("a", "one"),
        line("b", "two"),
        line("pure", judge=judge_purity, gated=True),
    )
    found = judged(checks, dict(zip(("one", "two"), answers, strict=True)))
    assert [check.passed for check in found.checks] == passed
    if not any(passed):
        assert found.checks[2].message == f"`{GRAD.id}`: this counts as soon as one check of its values passes."


def test_a_gated_check_opens_no_gate(judged):
    """A gated check that stands before the values passes only behind them, and opens the gate for no other one."""
    gated = [line(id, judge=judge_purity, gated=True) for id in ("pure", "steady")]
    checks = (
        *gated,
        line("a", "one"),
        line("last", judge=judge_purity, gated=True),
    )
    assert [check.passed for check in judged(checks, {"one": RIGHT}).checks] == [False, False, True, True]


@pytest.mark.parametrize("end", ["timeout", "crashed"])
def test_after_the_end_nothing_passes(judged, end):
    """The check whose call ended the process says how, and the later ones name that end, gated or not."""
    checks = (
        line("z", "one"),
        line("a", "two"),
        line("b", "one"),
        line("pure", judge=judge_purity, gated=True),
    )
    found = judged(checks, {"one": RIGHT, "two": Answer(end, text="it ended")})
    assert [check.passed for check in found.checks] == [True, False, False, False]
    assert found.checks[1].message == "a: it ended"
    said = f"`{GRAD.id}`: not judged, because an earlier check ended: it ended."
    assert [check.message for check in found.checks[2:]] == [said, said]
    assert found.status == end


def test_the_first_end_is_told(judged):
    """What the later checks name is the end of the first call that did not come back, not that of a later one."""
    checks = (
        line("a", "one"),
        line("b", "two"),
        line("c", "one"),
    )
    found = judged(checks, {"one": LATE, "two": Answer("unasked", text="another")})
    assert found.checks[0].message == f"a: {LATE.text}"
    assert all(LATE.text in check.message for check in found.checks[1:])


def test_an_unasked_instance_ends_its_task(judged):
    """A check whose instance was not asked any more is an end too: nothing after it passes."""
    checks = (
        line("a", "one"),
        line("b", "two"),
    )
    found = judged(checks, {"one": Answer("unasked", text="it ended"), "two": RIGHT})
    assert [check.passed for check in found.checks] == [False, False]


def test_instances_that_are_asked_later_count(judged):
    """An instance that a check asks later may end the task as well."""
    checks = (
        line("a", "one", may_ask=("more",)),
        line("b", "one"),
    )
    found = judged(checks, {"one": RIGHT, "more": LATE})
    assert [check.passed for check in found.checks] == [True, False]


MISSING = Answer("missing")
NOT_YET = Answer("raised", raised=Raised("NotImplementedError", "", not_implemented=True))
MEMORY = Answer("raised", raised=Raised("MemoryError", "", memory=True))
ERROR = Answer("raised", raised=Raised("KeyError", ""))


@pytest.mark.parametrize(
    ("answers", "status"),
    [
        ([RIGHT, RIGHT], "passed"),
        ([RIGHT, WRONG], "failed"),
        ([RIGHT, ERROR], "failed"),
        ([MISSING, LATE], "missing"),
        ([NOT_YET, LATE], "missing"),
        ([RIGHT, NOT_YET], "missing"),
        ([LATE, Answer("crashed")], "timeout"),
        ([LATE, MEMORY], "timeout"),
        ([RIGHT, Answer("crashed")], "crashed"),
        ([RIGHT, MEMORY], "crashed"),
        ([ERROR, MEMORY], "crashed"),
    ],
)
def test_status(judged, answers, status):
    """The status is the first that applies: missing, timeout, crashed, failed, passed."""
    checks = (
        line("a", "one"),
        line("b", "two"),
    )
    assert judged(checks, dict(zip(("one", "two"), answers, strict=True))).status == status


class FakeSandbox:
    """Plays the worker and its room: answers by function and number of the question, and all that it was asked."""

    def __init__(self, *batches: list[Answer], errors: dict[int, str] | None = None) -> None:
        self.batches = list(batches)
        self.errors = errors or {}
        self.asked: list[list[str]] = []
        self.opened: list[tuple[str, list[str]]] = []
        self.spent: list[float] = []

    def open(self, name: str, cells: list[str], functions: tuple[str, ...], spent_s: float) -> "FakeSandbox":
        self.spent.append(spent_s)
        self.opened.append((name, list(cells)))
        return self

    def __enter__(self) -> "FakeSandbox":
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def ask(self, calls: list[Call]) -> list[Answer]:
        self.asked.append([call.function for call in calls])
        return self.batches.pop(0) if self.batches else [RIGHT] * len(calls)


NOTEBOOK = Submission("a.ipynb", "ada", "digest", (Cell("code", "x = 1"), Cell("code", "y = 2", "forward")))
LOCKED = replace(released(), code=("import numpy as np", "z = 3"))


def test_what_runs_in_the_room():
    """The locked cells run first and the student's behind them, as `__main__`; a script's as the module `bptt`."""
    sandbox = FakeSandbox()
    asked(NOTEBOOK, [cases_of()], sandbox)
    asked(replace(NOTEBOOK, is_script=True), [cases_of()], sandbox)
    cells = ["import numpy as np", "z = 3", "x = 1", "y = 2"]
    assert sandbox.opened == [("__main__", cells), ("bptt", cells)]


def test_all_tasks_are_asked_at_once():
    """The questions of all tasks go in one request, and each answer to its own instance."""
    sandbox = FakeSandbox([Answer("value", k) for k in range(4)])
    answers, broken, repaired = asked(NOTEBOOK, [cases_of(GRAD), cases_of(CLIP)], sandbox)
    assert sandbox.asked == [[GRAD.id] * 2 + [CLIP.id] * 2]
    assert {task: {case: a.value for case, a in of.items()} for task, of in answers.items()} == {
        GRAD.id: {"one": 0, "two": 1},
        CLIP.id: {"one": 2, "two": 3},
    }
    assert (broken, repaired) == ({}, [])


@pytest.mark.parametrize("kind", ["timeout", "crashed"])
def test_a_call_that_ends_the_process_costs_its_task_alone(kind):
    """The rest of that task is unasked, for the same reason, and the other tasks are asked in a new request."""
    papers = [cases_of(GRAD, "one", "two", "three"), cases_of(CLIP)]
    sandbox = FakeSandbox([RIGHT, Answer(kind, text="it ended")])
    answers, _, _ = asked(NOTEBOOK, papers, sandbox)
    assert sandbox.asked == [[GRAD.id] * 3 + [CLIP.id] * 2, [CLIP.id] * 2]
    assert [a.kind for a in answers[GRAD.id].values()] == ["value", kind, "unasked"]
    assert answers[GRAD.id]["three"].text == "it ended"
    assert [a.kind for a in answers[CLIP.id].values()] == ["value", "value"]


@pytest.mark.parametrize("order", [[GRAD, CLIP], [CLIP, GRAD]])
def test_an_end_at_the_last_question(order):
    """A call that ends the process as the very last one leaves nothing to ask, and an end between tasks nothing unasked."""
    one, other = (task.id for task in order)
    sandbox = FakeSandbox([RIGHT, LATE], [RIGHT, LATE])
    answers, _, _ = asked(NOTEBOOK, list(map(cases_of, order)), sandbox)
    assert sandbox.asked == [[one] * 2 + [other] * 2, [other] * 2]
    assert [a.kind for of in answers.values() for a in of.values()] == ["value", "timeout"] * 2


def test_an_end_at_the_first_question_of_a_task():
    """A call that ends the process as the first of its task costs that task, and not the one before it."""
    sandbox = FakeSandbox([RIGHT, RIGHT, LATE])
    answers, _, _ = asked(NOTEBOOK, [cases_of(GRAD), cases_of(CLIP)], sandbox)
    assert len(sandbox.asked) == 1
    assert [a.kind for of in answers.values() for a in of.values()] == ["value", "value", "timeout", "unasked"]


def test_what_is_asked_later():
    """A check's further instances are asked one stage after the other, while its task has not ended."""
    stages = {2: ("more",), 3: ("most", "last")}
    later = line("a", "one", may_ask=("more", "most", "last"), next_cases=lambda given: stages.get(len(given), ()))
    checks = (line("values", "one", "two"), later)
    sandbox = FakeSandbox()
    answers, _, _ = asked(NOTEBOOK, [cases_of(GRAD, "one", "two", "more", "most", "last", checks=checks)], sandbox)
    assert list(answers[GRAD.id]) == ["one", "two", "more", "most", "last"]
    assert [len(asked) for asked in sandbox.asked] == [2, 1, 2]
    for end in ("timeout", "crashed"):
        sandbox = FakeSandbox([RIGHT, RIGHT], [Answer(end)])
        answers, _, _ = asked(NOTEBOOK, [cases_of(GRAD, "one", "two", "more", "most", "last", checks=checks)], sandbox)
        assert list(answers[GRAD.id]) == ["one", "two", "more"]
        sandbox = FakeSandbox([Answer(end)])
        asked(NOTEBOOK, [cases_of(GRAD, "one", "two", "more", "most", "last", checks=checks)], sandbox)
        assert len(sandbox.asked) == 1


def test_an_answer_that_raised_ends_nothing():
    """A call that raised is an answer like any other: the task's further instances are asked."""
    checks = (
        line("values", "one", "two"),
        line("a", "one", may_ask=("more",), next_cases=lambda given: ("more",) if len(given) == 2 else ()),
    )
    sandbox = FakeSandbox([ERROR, MISSING])
    answers, _, _ = asked(NOTEBOOK, [cases_of(GRAD, "one", "two", "more", "most", "last", checks=checks)], sandbox)
    assert list(answers[GRAD.id]) == ["one", "two", "more"]


def test_cells_that_did_not_run_are_named():
    """Cells are named by their task or by their number as the student counts; errors of locked cells are none of theirs."""
    errors = {3: "KeyError", 4: "ValueError", 2: "NameError", 5: "TypeError", 0: "ours", 1: "ours"}
    handed_in = replace(NOTEBOOK, cells=(*NOTEBOOK.cells, Cell("code", "w = 4"), Cell("code", "v = 5", CLIP.id)))
    _, broken, _ = asked(handed_in, [cases_of()], FakeSandbox(errors=errors))
    assert list(broken.items()) == [
        ("code cell 1", "NameError"),
        ("the cell of `forward`", "KeyError"),
        ("code cell 3", "ValueError"),
        (f"the cell of `{CLIP.id}`", "TypeError"),
    ]
    _, broken, _ = asked(replace(handed_in, is_script=True), [cases_of()], FakeSandbox(errors=errors))
    assert list(broken) == ["statement 1", "the cell of `forward`", "statement 3", f"the cell of `{CLIP.id}`"]


def test_a_script_is_read_by_its_syntax_tree(monkeypatch):
    """A plain script's statements are those that the reader finds, in the submission's own time; one with marks has its cells."""
    script = replace(NOTEBOOK, is_script=True, script="a = 1\nb = 2\n", cells=(Cell("code", "in = 1"),))
    sandbox = FakeSandbox()
    monkeypatch.setattr(asking, "first_lines", lambda worker, text: ([0, 1], 3.0))
    for handed_in in (script, replace(script, script="")):
        asked(handed_in, [cases_of()], sandbox)
    assert [[cell.strip() for cell in cells[2:]] for _, cells in sandbox.opened] == [["a = 1", "b = 2"], ["in = 1"]]
    assert sandbox.spent == [3.0, 0.0]


@pytest.fixture(scope="module")
def exam() -> HiddenTests:
    return HiddenTests(ASSIGNMENT, SEED)


class Reference(FakeSandbox):
    """A sandbox in which the reference answers, but to the functions that are taken out."""

    def __init__(self, exam: HiddenTests, digest: str, without: tuple[str, ...] = (), **how) -> None:
        super().__init__(**how)
        self.papers = {task.id: exam.cases(task.id, exam.variant(digest)) for task in ASSIGNMENT.tasks}
        self.without = without

    def ask(self, calls: list[Call]) -> list[Answer]:
        return [self._answer(call) for call in calls]

    def _answer(self, call: Call) -> Answer:
        if call.function in self.without:
            return MISSING
        paper = self.papers[call.function]
        expected = paper.expected[next(case for case, args in paper.args.items() if args is call.args)]
        if isinstance(expected, ValueError):
            return Answer("raised", raised=Raised("ValueError", "", value_error=True))
        return Answer("value", expected, work=(1, 1))


ONLY = replace(COURSE, tasks_off=tuple(task.id for task in ASSIGNMENT.tasks if task.id not in (GRAD.id, CLIP.id)))


def graded(exam: HiddenTests, handed_in: Submission = NOTEBOOK, without: tuple[str, ...] = (), **how):
    return grade(handed_in, ONLY, exam, Reference(exam, handed_in.digest, without, **how))


def test_a_result(exam):
    """A result has the tasks that are graded, their points, who handed in what, and all stamps of what decided it."""
    result = graded(exam, replace(NOTEBOOK, notes=("read so",)))
    assert (result.path, result.student, result.status, result.message) == ("a.ipynb", "ada", "graded", None)
    assert (result.score, result.max_score) == (4.0, 4.0)
    assert [task.id for task in result.tasks] == [GRAD.id, CLIP.id]
    assert result.notes == ("read so",)
    stamps = (result.digest, result.checks_version, result.release, result.settings_version)
    assert stamps == ("digest", checks_version(), released().version, settings_version(ONLY, exam.seed))
    assert graded(exam, without=(CLIP.id,)).score == 2.0


def test_a_score_has_two_decimals(exam, monkeypatch):
    """The score is the sum of the tasks' points, to the cent."""
    changing = Reference(exam, "digest")
    monkeypatch.setattr(
        changing, "ask", lambda calls: [replace(changing._answer(call), changed=(0,)) for call in calls]
    )
    lost = sum(ASSIGNMENT.by_id[task.id].worth["pure"] for task in (GRAD, CLIP))
    result = grade(NOTEBOOK, ONLY, exam, changing)
    assert result.score == round(4.0 - lost, 2) != round(4.0 - lost, 1)


def test_each_submission_gets_its_own_variant(exam):
    """The instances that are asked are those of the variant that the submission's own content draws."""
    for digest in ("one", "another", "a third"):
        assert graded(exam, replace(NOTEBOOK, digest=digest)).score == 4.0


def test_another_release_is_told(exam):
    """A notebook of another release is judged as the present one, and that is said; of this one or of none it is not."""
    present = released().version
    note = f"it was made from release older and judged as release {present}"
    assert graded(exam, replace(NOTEBOOK, release="older")).notes == (note,)
    for release in ("", present):
        assert graded(exam, replace(NOTEBOOK, release=release)).notes == ()


@pytest.mark.parametrize(
    ("ids", "release", "without", "another"),
    [
        (("", "mine"), "", (GRAD.id, CLIP.id), True),
        ((), "", (GRAD.id, CLIP.id), True),
        (("", "mine"), "", (GRAD.id,), False),
        (("", "mine"), "older", (GRAD.id, CLIP.id), False),
        (("mine", min(released().ids)), "", (GRAD.id, CLIP.id), False),
        (("mine", "forward"), "", (GRAD.id, CLIP.id), False),
        (("mine", ASSIGNMENT.written[0].id), "", (GRAD.id, CLIP.id), False),
    ],
)
def test_another_assignment_is_told(exam, ids, release, without, another):
    """Work of no release, with no cell of the assignment and none of its functions, is told to be another one's."""
    cells = tuple(Cell("code", "x = 1", id) for id in ids)
    notes = graded(exam, replace(NOTEBOOK, cells=cells, release=release), without).notes
    assert (grading.NOT_OURS in notes) == another


@pytest.mark.parametrize(("cells", "more"), [(1, 0), (10, 0), (11, 1), (23, 13)])
def test_notes_on_cells_that_did_not_run(exam, cells, more):
    """Up to ten cells that did not run to their ends are told one by one, and of more their number."""
    first = len(released().code)
    handed_in = replace(NOTEBOOK, cells=tuple(Cell("code", f"x = {k}") for k in range(cells)))
    notes = graded(exam, handed_in, errors={first + k: "NameError" for k in range(cells)}).notes
    assert notes[0] == "code cell 1 did not run to its end: NameError"
    assert len(notes) == min(cells, 10) + bool(more)
    assert notes[-1] == (
        f"{more} more cells did not run to their ends"
        if more
        else f"code cell {cells} did not run to its end: NameError"
    )


def test_what_could_not_be_read(exam):
    """An unreadable submission has 0 points, its reason, and every check of every task that is graded as not passed."""
    result = grade(replace(NOTEBOOK, error="it is a link"), ONLY, exam, None)
    assert (result.status, result.message, result.score, result.max_score) == ("unreadable", "it is a link", 0.0, 4.0)
    assert result.digest == "digest"
    assert [(task.id, task.points, task.max_points, task.status) for task in result.tasks] == [
        (task.id, 0.0, 2.0, "missing") for task in (GRAD, CLIP)
    ]
    lines = [check for task in result.tasks for check in task.checks]
    assert [check.id for check in lines] == [
        check.id for task in (GRAD, CLIP) for check in ASSIGNMENT.by_id[task.id].checks
    ]
    assert not any(check.passed or check.points or check.misconception for check in lines)
    assert all(check.message.endswith("`: the submission could not be read.") for check in lines)
    assert sum(check.max_points for check in lines) == pytest.approx(4.0)


def test_too_much_code_cannot_be_read(exam, monkeypatch):
    """What a repair makes too large is unreadable, in the words of the intake."""

    def too_much(name, sources):
        raise UnreadableError(f"{name} holds too much")

    monkeypatch.setattr(asking, "check_code", too_much)
    result = graded(exam)
    assert (result.status, result.message, result.score) == ("unreadable", "the submission holds too much", 0.0)
    assert [task.status for task in result.tasks] == ["missing", "missing"]


def test_the_graders_own_failure():
    """A failure of the grader's has no score and no tasks, names its kind, and what cannot be read keeps its own words."""
    result = grade_error("a.ipynb", "ada", ONLY, RuntimeError("x" * 400))
    assert (result.path, result.student, result.score, result.max_score) == ("a.ipynb", "ada", None, 4.0)
    assert (result.status, result.tasks) == ("grader_error", ())
    why = f"RuntimeError: {'x' * 300}"
    assert result.message == f"the grader itself failed ({why}); nothing was recorded, grade it again"
    assert grade_error("a", None, ONLY, CannotReadError("you may not read a")).message == "you may not read a"


def test_which_tasks_are_graded():
    """All tasks are, in the order of the table, but those that are switched off."""
    assert tasks_of(COURSE) == list(ASSIGNMENT.tasks)
    assert tasks_of(ONLY) == [GRAD, CLIP]
