"""Whether the self-check lets the reference pass: it does not know the solution, and its cases are written by hand."""

from types import ModuleType

from autograder.engine.core.assignment import Assignment, Task
from autograder.engine.core.raised import raised


def faults(source: str, assignment: Assignment) -> list[str]:
    """What the self-check, as the one file that students get, says against the reference: one sentence each."""
    selfcheck = ModuleType("selfcheck")
    try:
        exec(compile(source, "selfcheck.py", "exec"), selfcheck.__dict__)
    except Exception as error:
        return [f"the self-check that is built from autograder/selfcheck raises {raised(error)}"]
    return [fault for task in assignment.tasks for fault in _of_task(task, selfcheck)]


def _of_task(task: Task, selfcheck: ModuleType) -> list[str]:
    where = f"autograder/selfcheck/cases/{task.id}.py"
    if task.form == "arrays" and len(task.returns) > 1 and selfcheck.TUPLES.get(task.id) != task.returns:
        return [f"autograder/selfcheck/cases/shared.py: TUPLES does not say that {task.id} returns {task.returns}"]
    try:
        outcomes = selfcheck.results(task.id, {task.id: task.function})
    except Exception as error:
        return [f"{where}: making the cases raises {raised(error)}"]
    return [
        f"{where}: the reference does not pass the check {outcome.name}: {outcome.message}"
        for outcome in outcomes
        if not outcome.passed
    ]
