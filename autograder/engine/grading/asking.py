"""Runs one submission in the sandbox and asks it the test cases of all tasks."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from autograder.engine.core.assignment import Check
from autograder.engine.course.released import Released
from autograder.engine.intake.repair import runnable
from autograder.engine.intake.submission import Cell, Submission, check_code, statements
from autograder.engine.judging.answered import AnsweredTask, TaskCases
from autograder.engine.sandbox.answers import Answer, Raised
from autograder.engine.sandbox.process import Sandbox
from autograder.engine.sandbox.reading import first_lines
from autograder.engine.sandbox.session import Call, Session

ENDED = ("timeout", "crashed")  # kinds of an answer after which the process is gone
_Question = tuple[str, str, Call]  # of which task, on which test case
_Answers = dict[str, dict[str, Answer]]  # by task and test case


@dataclass(frozen=True)
class Asked:
    """What came of it: the answered tasks, by name the cells that did not run to their ends, and what was repaired."""

    tasks: tuple[AnsweredTask, ...]
    errors: dict[str, Raised | str]
    notes: list[str]
    sources: tuple[str, ...]  # of the cells that ran
    locked: int  # how many of them, at the top, are the release's
    session: Session  # in which more can be asked


@contextmanager
def asked(submission: Submission, tasks: Sequence[TaskCases], sandbox: Sandbox, released: Released) -> Iterator[Asked]:
    """Run the cells, then ask all test cases; the session ends with the block.

    Raises UnreadableError where there is too much code.
    """
    cells, spent_s = _cells(submission, sandbox)
    own, notes = runnable(cells, released)
    check_code("the submission", (cell.source for cell in own))
    answers: _Answers = {cases.task.id: {} for cases in tasks}
    name = "bptt" if submission.is_script else "__main__"
    sources = [*released.code, *(cell.source for cell in own)]
    with sandbox.open(name, sources, functions=(*released.tasks, *released.given), spent_s=spent_s) as session:
        _ask(session, [(cases.task.id, case, call) for cases in tasks for case, call in cases.calls.items()], answers)
        for cases in tasks:
            for check in cases.task.checks:
                _ask_on(session, cases, check, answers)
        errors = {
            _name(own[index - len(released.code)], index - len(released.code), submission.is_script): why
            for index, why in sorted(session.errors.items())
            if index >= len(released.code)
        }
        answered = tuple(AnsweredTask(cases, answers[cases.task.id]) for cases in tasks)
        yield Asked(answered, errors, notes, tuple(sources), len(released.code), session)


def _cells(submission: Submission, sandbox: Sandbox) -> tuple[tuple[Cell, ...], float]:
    """A notebook's cells, or a plain script's statements as its syntax tree has them; and the time that reading it took."""
    if not submission.script:
        return submission.cells, 0.0
    starts, spent_s = first_lines(sandbox, submission.script)
    return tuple(statements(submission.script, starts)), spent_s


def _ask(session: Session, questions: list[_Question], answers: _Answers) -> None:
    """Ask, and file the answers. A call that ends the process takes the rest of its task with it, and no other task."""
    while questions:
        received = session.ask([call for _, _, call in questions])
        for (task, case, _), answer in zip(questions, received, strict=False):
            answers[task][case] = answer
        ended_in = questions[len(received) - 1][0] if received[-1].kind in ENDED else ""
        for task, case, _ in questions[len(received) :]:
            if task == ended_in:
                answers[task][case] = Answer("unasked", text=received[-1].text)
        questions = [question for question in questions[len(received) :] if question[0] != ended_in]


def _ask_on(session: Session, cases: TaskCases, check: Check, answers: _Answers) -> None:
    """Ask what a check wants to know besides, as long as the process lives."""
    task = cases.task.id
    given = answers[task]
    while not any(answer.kind in ENDED for answer in given.values()) and (more := check.next_cases(given)):
        _ask(session, [(task, case, cases.call(case)) for case in more], answers)


def _name(cell: Cell, index: int, is_script: bool) -> str:
    return f"the cell of `{cell.id}`" if cell.id else f"{'statement' if is_script else 'code cell'} {index + 1}"
