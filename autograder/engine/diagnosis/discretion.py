"""The sentences where `show_values` is off: they hold nothing that code which has seen the hidden inputs could have put there.

An exception's text, the name of a class, a shape, a number of parts, a factor, a signal that ends the process: each of them
can carry hidden inputs. What is left comes from short lists of the kit's own, and the number of a line.
"""

import builtins

from autograder.engine.core.assignment import Task
from autograder.engine.diagnosis.relations import Relation
from autograder.engine.judging.judges import WANTED, Finding
from autograder.engine.sandbox.answers import Answer, Raised

_EXCEPTIONS = {
    "LinAlgError",
    *(name for name, kind in vars(builtins).items() if isinstance(kind, type) and issubclass(kind, BaseException)),
}
_LONGEST_CELL = 1_000  # lines: code that has more of them could choose one, and say a number by it
_FINDINGS = {
    "values": "the result is not what is expected",
    "verdict": "the result is not what is expected",
    "shape": "the result does not have the expected shape",
    "non_finite": "the result is not finite where a finite number is expected",
    "unset": "the result is not what is expected",
    "count": "it returned a different number of parts than expected",
}
_RELATIONS = {
    "factor": "it is a constant times what is expected, everywhere",
    "constant": "it is the same number everywhere",
    "decimals": "it is what is expected, rounded",
    "single": "it is close, and each of its entries is a number of a smaller dtype",
    "row_factors": "each row is a multiple of the expected one",
    "capped": "where it is wrong it is as large as its largest entry, and elsewhere it is right",
    "offset": "it is off by the same number everywhere",
    "imprecise": "it is close, but not as close as required",
    "right_from": "walking back from the end, it is right down to some step",
    "right_until": "it is right up to some step",
}


def of_finding(finding: Finding, answer: Answer, task: Task) -> str:
    """Why a check failed."""
    if finding.kind in _FINDINGS:
        return _FINDINGS[finding.kind]
    if finding.kind == "unusable":
        return f"it returned {'None' if answer.text == 'None' else 'something else'}, expected {WANTED[task.form]}"
    if finding.kind in ("raised", "wrong_error") and answer.raised:
        expected = ", expected a ValueError" if finding.kind == "wrong_error" else ""
        return f"it raised {of_error(answer.raised)}{expected}"
    if finding.kind == "remembers" and answer.raised:
        return f"called again with the same arguments, it raised {of_error(answer.raised)}"
    return of_end(finding.text) if finding.kind == "dead" else finding.text


def of_error(error: Raised) -> str:
    """An exception of Python's own by its name, and where it was raised."""
    name = error.type if error.type in _EXCEPTIONS else "an exception of your own"
    return f"{name} ({error.place})" if error.code and 0 < error.line < _LONGEST_CELL else name


def of_end(text: str) -> str:
    """How a process ended, but for the signal that the code may have chosen."""
    return text.partition(" (")[0]


def of_relation(relation: Relation) -> str:
    """What a wrong result has to do with the expected one, without its numbers."""
    return _RELATIONS.get(relation.id, relation.text)
