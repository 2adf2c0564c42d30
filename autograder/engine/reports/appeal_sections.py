"""What an appeal shows, as titles and texts: for a terminal all of it, and for a page what does not solve the task."""

import inspect
from collections.abc import Iterator
from dataclasses import fields
from typing import Any, NamedTuple

import numpy as np

from autograder.engine.core.assignment import Check, Task
from autograder.engine.core.names import shown
from autograder.engine.core.result import CheckResult
from autograder.engine.course.assignment import ASSIGNMENT
from autograder.engine.diagnosis.general_mistakes import GENERAL
from autograder.engine.diagnosis.known_mistakes import pairs
from autograder.engine.reports.appeal import Appeal
from autograder.engine.sandbox.answers import Answer, plain_text

CAME = "came"  # the title of what was answered, which follows what was expected
_MAX_ENTRIES = 200  # of an array that is printed whole


class Section(NamedTuple):
    """One thing to show: its title and its text. In `columns` no line may be broken: what stands in them is compared."""

    title: str
    text: str
    columns: bool = False


def sections(appeal: Appeal) -> Iterator[Section]:
    """All that there is to show in a terminal, as titles and texts."""
    check, line, task = appeal.check, appeal.line, appeal.answered.task
    yield Section(
        f"{appeal.student or shown(appeal.path)}: {task.id}",
        f"{appeal.now.points:g} of {task.points:g} points, {appeal.now.status}\n{_checks(appeal)}",
    )
    message = line.message or "all is right"
    yield Section(
        f"check {check.id}: {check.asks}",
        f"{line.points:g} of {line.max_points:g} points; the student is told:\n{message}",
    )
    if line.location:
        yield Section(f"the line that a small edit mends: {line.location.line}", line.location.source)
    yield from behind(appeal)
    yield Section("the reference", inspect.getsource(task.function), columns=True)


def behind(appeal: Appeal) -> Iterator[Section]:
    """What lies behind the verdict on the check, as titles and texts. The reference is not in it."""
    answered, check, line = appeal.answered, appeal.check, appeal.line
    task, finding = answered.task, appeal.finding
    if line.misconception:
        yield Section(f"named mistake: {line.misconception}", _mistake(line.misconception))
    asked = [case for case in check.all_cases if case in answered.answers]
    case = finding.case if finding else next(iter(asked), next(iter(answered.args)))
    drawn_for = f"one of {', '.join(asked)}" if asked else "this check looks at all test cases of the task"
    yield Section(f"test case {case} ({drawn_for})", _arguments(task, answered.args[case]), columns=True)
    yield Section("expected", _value(answered.expected[case]), columns=True)
    yield Section(CAME, _answer(task, answered.answers[case]), columns=True)
    if finding:
        yield Section("found", f"{finding.text} [{finding.kind}]")
    yield Section("replayed", _verdicts(appeal))
    source = f"{_row(check)}\n\n{inspect.getsource(check.judge)}"
    yield Section("the check: its row in the suite, and its judge", source, columns=True)


def _checks(appeal: Appeal) -> str:
    return "\n".join(
        f"{'passed' if line.passed else 'FAILED'}  {line.id}{' (below)' if line.id == appeal.check.id else ''}"
        for line in appeal.now.checks
    )


def _mistake(id: str) -> str:
    """The title and question of a known mistake, of a pair of them, or of a general mistake."""
    task, _, name = id.partition(".")
    if task == "any":
        return GENERAL[name]
    found = next(
        known for known in (*ASSIGNMENT.by_id[task].misconceptions, *pairs(ASSIGNMENT.by_id[task])) if known.id == id
    )
    return f"{found.title}. {found.question}"


def _arguments(task: Task, args: tuple[Any, ...]) -> str:
    pairs = zip(task.parameters, args, strict=False)
    return "\n".join(f"{name} {_value(value)}" for name, value in pairs)


def _value(value: Any) -> str:
    """An argument or an answer to the last digit, its shape before it; of a long array its ends."""
    if isinstance(value, ValueError):
        return "a ValueError"
    if isinstance(value, list) and any(isinstance(part, np.ndarray) for part in value):
        return "\n".join(["of several arrays", *(f"[{number}] {_value(part)}" for number, part in enumerate(value))])
    if not isinstance(value, np.ndarray):
        return f"= {plain_text(repr(value), 600)}"
    with np.printoptions(threshold=_MAX_ENTRIES, floatmode="unique", linewidth=110):
        return f"of shape {value.shape}\n{np.array2string(value, separator=', ')}"


def _answer(task: Task, answer: Answer) -> str:
    """What one call came to."""
    if answer.kind == "value":
        text = _value(answer.value)
    elif answer.raised:
        text = f"it raised {answer.raised}"
    else:
        text = f"{answer.kind}: {answer.text}" if answer.text else answer.kind
    names = task.parameters
    changed = ", ".join(names[i] for i in answer.changed if i < len(names))
    later = "\nthis result changed after it was returned" if answer.changed_later else ""
    return text + (f"\nit changed its argument {changed}" if changed else "") + later


def _verdicts(appeal: Appeal) -> str:
    """Whether the verdict is what it was: in the store, and in nbgrader's gradebook."""
    lines = [f"run again just now ({appeal.isolation}): {appeal.now.points:g} points, {appeal.now.status}"]
    then = next((task for task in appeal.stored.tasks if task.id == appeal.now.id), None) if appeal.stored else None
    pairs = zip(then.checks, appeal.now.checks, strict=True) if then else ()
    moved = [a.id for a, b in pairs if _verdict(a) != _verdict(b)]
    if then and not moved:
        lines.append("the stored verdict on the task is the same, check by check")
    elif then:
        lines.append(f"NOT the stored verdict: {then.points:g} points, {then.status}; it differs in {', '.join(moved)}")
    else:
        lines.append(
            "no verdict is stored for this file, these checks and these settings: it was not judged as it is now"
        )
    if appeal.record:
        points = appeal.record.points.get(appeal.now.id)
        same = "the same" if points == appeal.now.points else "NOT the same: python -m autograder status says why"
        lines.append(f"recorded by nbgrader: {points} points, {same}")
    return "\n".join(lines)


def _verdict(line: CheckResult) -> tuple[bool, str | None]:
    """What must not differ. A sentence may differ where it holds a time."""
    return line.passed, line.misconception


def _row(check: Check) -> str:
    row = {field.name: getattr(check, field.name) for field in fields(check)}
    return "\n".join(f"{name} = {_plain(value)}" for name, value in row.items())


def _plain(value: Any) -> str:
    """A function by its name, which is the same in every process; anything else as Python writes it."""
    return value.__name__ if callable(value) else repr(value)
