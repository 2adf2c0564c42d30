"""Submission -> Result. Orchestration only: the sandbox runs, the checks judge, the diagnosis explains."""

from dataclasses import replace

from autograder.engine.core.looking import CannotReadError
from autograder.engine.core.result import CheckResult, Result, TaskResult, TaskStatus
from autograder.engine.core.settings import Course
from autograder.engine.core.tasks import BY_ID, TASKS, WRITTEN, Task
from autograder.engine.course.reference import LockedCells, locked_cells
from autograder.engine.diagnosis import explanation as diagnosis
from autograder.engine.intake.repair import runnable
from autograder.engine.intake.submission import Cell, Submission, UnreadableError, check_code, statements
from autograder.engine.judging.hidden_tests import Exam, Paper, checks_version, settings_version
from autograder.engine.judging.judges import Check, Sheet
from autograder.engine.sandbox.answers import Answer, Raised, plain_text
from autograder.engine.sandbox.process import Worker
from autograder.engine.sandbox.reading import first_lines
from autograder.engine.sandbox.session import Call, Room
from autograder.suite import checks
from autograder.suite.misconceptions import Misconception

_DEAD = ("timeout", "crashed")
_MAX_NOTES = 10  # on cells that did not run
NOT_OURS = (
    "it is not this assignment, as far as can be told: it has none of its cells and defines none of its functions"
)
_NOT_ANSWERED = (*_DEAD, "unasked")
_Question = tuple[str, str, Call]  # of which task, on which case
_Answers = dict[str, dict[str, Answer]]  # by task and case


def grade(handed_in: Submission, course: Course, exam: Exam, worker: Worker) -> Result:
    """Judge one submission. The same submission, seed and limits give the same result."""
    tasks = tasks_of(course)
    maximum = sum(task.points for task in tasks)
    locked = locked_cells()
    verdict = Result(handed_in.path, handed_in.student, 0.0, maximum, "unreadable", handed_in.error, handed_in.notes)
    verdict = replace(verdict, digest=handed_in.digest, checks=checks_version(), release=locked.release)
    verdict = replace(verdict, settings=settings_version(course, exam))
    if handed_in.error:
        return replace(verdict, tasks=tuple(_unread(task) for task in tasks))
    papers = [exam.paper(task.id, exam.variant(handed_in.digest)) for task in tasks]
    try:
        answers, broken, repaired = ask(handed_in, papers, worker, locked)
    except UnreadableError as error:
        return replace(verdict, message=str(error), tasks=tuple(_unread(task) for task in tasks))
    reports = tuple(judge_task(paper, answers[paper.task.id], broken, course) for paper in papers)
    if handed_in.release not in ("", locked.release):
        repaired.append(f"it was made from release {handed_in.release} and judged as release {locked.release}")
    if _is_another(handed_in, reports, locked):
        repaired.append(NOT_OURS)
    unrun = [
        f"{cell} did not run to its end: {diagnosis.told(why, course.show_values)}" for cell, why in broken.items()
    ]
    if len(unrun) > _MAX_NOTES:
        unrun[_MAX_NOTES:] = [f"{len(unrun) - _MAX_NOTES} more cells did not run to their ends"]
    return replace(
        verdict,
        score=round(sum(report.points for report in reports), 2),
        status="graded",
        message=None,
        notes=(*handed_in.notes, *repaired, *unrun),
        tasks=reports,
    )


def _is_another(handed_in: Submission, reports: tuple[TaskResult, ...], locked: LockedCells) -> bool:
    """Whether nothing of this assignment is in what was handed in."""
    known = locked.ids | BY_ID.keys() | {entry.id for entry in WRITTEN}
    nothing = all(report.status == "missing" for report in reports)
    return nothing and not handed_in.release and not any(cell.id in known for cell in handed_in.cells)


def grade_error(path: str, student: str | None, course: Course, error: Exception) -> Result:
    """The result of a submission on which the grader itself failed: no score, and a sentence for the instructor.

    `path` and `student` are as they are shown.
    """
    why = f"{type(error).__name__}: {plain_text(str(error), 300)}"
    message = f"the grader itself failed ({why}); nothing was recorded, grade it again"
    if isinstance(error, CannotReadError):
        message = str(error)
    maximum = sum(task.points for task in tasks_of(course))
    return Result(path, student, None, maximum, "grader_error", message)


def tasks_of(course: Course) -> list[Task]:
    return [task for task in TASKS if task.id not in course.tasks_off]


def ask(
    handed_in: Submission, papers: list[Paper], worker: Worker, locked: LockedCells
) -> tuple[_Answers, dict[str, Raised | str], list[str]]:
    """All answers, by name the cells that did not run, and what was repaired. Raises UnreadableError for too much code."""
    own, repaired = runnable(_cells(handed_in, worker), locked)
    check_code(handed_in.path, (cell.source for cell in own))
    answers: _Answers = {paper.task.id: {} for paper in papers}
    questions = [(paper.task.id, case, call) for paper in papers for case, call in paper.calls.items()]
    with worker.room(
        "bptt" if handed_in.is_script else "__main__", [*locked.code, *(cell.source for cell in own)]
    ) as room:
        _put(room, questions, answers)
        for paper in papers:
            given = answers[paper.task.id]
            for check in checks.CHECKS[paper.task.id]:
                while not _ended(given) and (cases := check.next_cases(given)):
                    _put(room, [(paper.task.id, case, paper.call(case)) for case in cases], answers)
        broken = {
            _name(own[index - len(locked.code)].id, index - len(locked.code), handed_in.is_script): why
            for index, why in sorted(room.errors.items())
            if index >= len(locked.code)
        }
    return answers, broken, repaired


def _cells(handed_in: Submission, worker: Worker) -> tuple[Cell, ...]:
    """A notebook's cells, or a plain script's statements, as its syntax tree has them where it has one."""
    if not handed_in.script:
        return handed_in.cells
    return tuple(statements(handed_in.script, first_lines(worker, handed_in.script)))


def _put(room: Room, questions: list[_Question], answers: _Answers) -> None:
    """Ask, and file the answers. A call that ends the process takes the rest of its task with it, and no other task."""
    while questions:
        received = room.ask([call for _, _, call in questions])
        for (task, case, _), answer in zip(questions, received, strict=False):
            answers[task][case] = answer
        ended_in = questions[len(received) - 1][0] if received[-1].kind in _DEAD else ""
        for task, case, _ in questions[len(received) :]:
            if task == ended_in:
                answers[task][case] = Answer("unasked", text=received[-1].text)
        questions = [question for question in questions[len(received) :] if question[0] != ended_in]


def _ended(given: dict[str, Answer]) -> bool:
    """Whether a call has ended the process, and the task with it."""
    return any(answer.kind in _DEAD for answer in given.values())


def _name(id: str, index: int, is_script: bool) -> str:
    return f"the cell of `{id}`" if id else f"{'statement' if is_script else 'code cell'} {index + 1}"


def judge_task(paper: Paper, answers: dict[str, Answer], broken: dict[str, Raised | str], course: Course) -> TaskResult:
    """All checks of one task, in order. After one that ended the process, none of the task's later ones passes."""
    sheet = Sheet(paper.task, paper.args, paper.expected, answers, paper.tolerances)
    table = checks.CHECKS[paper.task.id]
    worth = checks.points(paper.task.id)
    findings: list[tuple[Check, str | None, str | None]] = []
    named: dict[int | None, Misconception | None] = {}
    valued, ended = False, ""
    for check in table:
        message, misconception = None, None
        asked = (answers[case] for case in check.instances if case in answers)
        dead = next((answer for answer in asked if answer.kind in _NOT_ANSWERED), None)
        finding = check.judge(sheet, check)
        if finding and not ended:
            message, misconception = diagnosis.explain(
                paper, answers, check, finding, broken, course.show_values, named
            )
        elif ended:
            why = diagnosis.told(ended, course.show_values)
            message = f"`{paper.task.id}`: not judged, because an earlier check ended: {why}."
        elif check.gated and not valued:
            message = f"`{paper.task.id}`: this counts as soon as one check of its values passes."
        ended = ended or (dead.text if dead else "")
        valued = valued or (message is None and not check.gated)
        findings.append((check, message, misconception))
    results = tuple(
        CheckResult(c.id, message is None, message, known, c.asks, worth[c.id] if message is None else 0.0, worth[c.id])
        for c, message, known in findings
    )
    points = round(sum(result.points for result in results), 2)
    wrong = any(not result.passed for result in results)
    curve = diagnosis.curve(paper, answers) if wrong and course.show_values else None
    return TaskResult(paper.task.id, points, paper.task.points, _status(answers, results), results, curve)


def _status(answers: dict[str, Answer], results: tuple[CheckResult, ...]) -> TaskStatus:
    """The first that applies: missing, timeout, crashed, failed, passed."""
    kinds = {answer.kind for answer in answers.values()}
    raised = [answer.raised for answer in answers.values() if answer.raised]
    if "missing" in kinds or any(error.not_implemented for error in raised):
        return "missing"
    if "timeout" in kinds:
        return "timeout"
    if "crashed" in kinds or any(error.memory for error in raised):
        return "crashed"
    return "passed" if all(result.passed for result in results) else "failed"


def _unread(task: Task) -> TaskResult:
    worth = checks.points(task.id)
    lines = tuple(
        CheckResult(c.id, False, f"`{task.id}`: the submission could not be read.", None, c.asks, 0.0, worth[c.id])
        for c in checks.CHECKS[task.id]
    )
    return TaskResult(task.id, 0.0, task.points, "missing", lines)
