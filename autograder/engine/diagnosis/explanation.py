"""From a failed check to a sentence a student can act on: subject, got, expected, and the question that leads on.

First the known mistakes: an answer that equals a mistaken function's on several test cases names the mistake. Then the
relations: a factor, a shift, a transpose. Then what a wrong form or an exception asks, or the test case itself. The right
answer is never given away.
"""

from collections.abc import Mapping

import numpy as np

from autograder.engine.core.assignment import Assignment, Check, Misconception
from autograder.engine.diagnosis import discretion
from autograder.engine.diagnosis.description import describe, first_step, sizes
from autograder.engine.diagnosis.general_mistakes import general_mistake
from autograder.engine.diagnosis.known_mistakes import EVIDENCE, explains, name_mistake
from autograder.engine.diagnosis.questions import ask, of_relation
from autograder.engine.diagnosis.relations import Relation, relate, relate_numbers
from autograder.engine.judging.answered import AnsweredTask
from autograder.engine.judging.judges import Finding
from autograder.engine.judging.sameness import same
from autograder.engine.sandbox.answers import Raised

Errors = Mapping[str, Raised | str]  # by name the cells that did not run to their ends


class Explainer:
    """Explains the failed checks of one answered task."""

    def __init__(self, assignment: Assignment, answered: AnsweredTask, errors: Errors, show_values: bool) -> None:
        self._assignment = assignment
        self._answered = answered
        self._task = answered.task
        self._errors = errors
        self._show_values = show_values
        self._known: dict[tuple[int | None, bool], Misconception | None] = {}  # the same answers are searched once

    def explain(self, check: Check, finding: Finding) -> tuple[str, str | None]:
        """The sentence for a failed check, and the id of the known mistake behind it, where there is one."""
        if finding.kind == "missing":
            return self._missing(finding), None
        answer = self._answered.answers[finding.case]
        text = finding.text if self._show_values else discretion.of_finding(finding, answer, self._task)
        described = describe(self._assignment, self._task, self._answered.args[finding.case])
        sentence = f"`{self._task.id}` for {described}: {text}."
        if known := self._known_mistake(check, finding):
            return f"{sentence} {known.question}", known.id
        if finding.kind == "values" and (relation := self._relation(check, finding.case)):
            return f"{sentence} {self._about(relation, check)}", None
        general = general_mistake(self._assignment, self._answered, check, finding)
        return f"{sentence} {general.question}", f"any.{general.name}" if general.name else None

    def _about(self, relation: Relation, check: Check) -> str:
        """What the answer has to do with the expected one, and the question that leads on from there."""
        asks, task = self._assignment.asks, self._task.id
        text = relation.text if self._show_values else discretion.of_relation(relation)
        question = of_relation(asks, task, relation.id, asks.get(f"{task} {check.id}", ""))
        return f"{text[0].upper()}{text[1:]}. {question}"

    def _missing(self, finding: Finding) -> str:
        """The function is not there, and perhaps a cell that did not run is why."""
        task, answer = self._task.id, self._answered.answers[finding.case]
        own = (self._assignment.asks, task)
        if answer.raised:
            hidden = f"it raised {discretion.of_error(answer.raised)}, above code of yours"
            if not answer.raised.beside:
                return f"`{task}`: {finding.text}."
            return f"`{task}`: {finding.text if self._show_values else hidden}. {ask(*own, 'placeholder')}"
        if answer.text:
            text = finding.text if self._show_values else "it is not defined, and another name is in its place"
            return f"`{task}`: {text}. {ask(*own, 'near_name' if 'nearly' in answer.text else 'not_callable_task')}"
        others = (error for error in self._errors.values() if f"name '{task}' is not defined" not in str(error))
        error = self._errors.get(f"the cell of `{task}`") or next(others, "")
        if error:
            newer = isinstance(error, Raised) and error.versions
            question = ask(*own, "versions" if newer else "not_run")
            return f"`{task}`: {finding.text}; a cell did not run: {error_text(error, self._show_values)}. {question}"
        return f"`{task}`: {finding.text}. {ask(*own, 'missing')}"

    def _known_mistake(self, check: Check, finding: Finding) -> Misconception | None:
        """The known mistake behind the answers that this check looks at, where it explains what was found."""
        if not check.all_cases or finding.kind == "unset":
            return None
        refusals = finding.kind in ("accepted", "wrong_error")
        key = (check.part, refusals)
        if key not in self._known:
            self._known[key] = name_mistake(self._answered, check.part, refusals)
        known = self._known[key]
        return known if known and explains(self._answered, known, finding.case, check.part) else None

    def _relation(self, check: Check, shown: str) -> Relation | None:
        """What the shown answer has to do with the expected one, where another test case says the same."""
        if self._task.form == "verdict":
            return None
        asked = [case for case in self._answered.cases.names if case in self._answered.answers]
        if self._task.form == "array" and np.ndim(self._answered.expected[shown]) == 0:
            return self._relation_of_numbers()
        found = {case: relation for case in dict.fromkeys([shown, *asked]) if (relation := self._relate(check, case))}
        if shown not in found:
            return None
        alike = [relation for relation in found.values() if relation.id == found[shown].id]
        if len(alike) < EVIDENCE:
            return None
        if found[shown].id != "factor" or sum(relation.text == found[shown].text for relation in alike) >= EVIDENCE:
            return found[shown]
        return Relation(
            "factor_varies", "it is a multiple of what is expected, by a factor that differs from case to case"
        )

    def _relation_of_numbers(self) -> Relation | None:
        """What all numbers that came have to do with those that are expected."""
        cases = [case for case in self._answered.cases.names if self._answered.answers[case].kind == "value"]
        got = [self._answered.answers[case].value for case in cases]
        if any(np.ndim(value) for value in got):
            return None
        return relate_numbers(list(map(float, got)), [float(self._answered.expected[case]) for case in cases])

    def _relate(self, check: Check, case: str) -> Relation | None:
        """The first relation of a wrong part of this answer to what is expected."""
        if self._answered.answers[case].kind != "value" or isinstance(self._answered.expected[case], ValueError):
            return None
        got, expected = self._answered.parts(case)
        names = self._task.returns
        for part in range(len(expected)) if check.part is None else (check.part,):
            if part >= len(got) or same([got[part]], [expected[part]]):
                continue
            return relate(
                got[part],
                expected[part],
                self._factors(case),
                terms=self._task.terms(self._answered.args[case], expected[part]) if part == 0 else {},
                backwards=self._task.from_the_end,
                first_step=first_step(self._assignment, names[min(part, len(names) - 1)]),
            )
        return None

    def _factors(self, case: str) -> dict[str, float]:
        """The sizes by which a result may be multiplied or divided too often."""
        found = sizes(self._assignment, self._task, self._answered.args[case])
        factors = {name: float(found[name]) for name in self._assignment.sizes if name in found}
        return factors | {f"1/{name}": 1 / value for name, value in factors.items()}


def error_text(why: Raised | str, show_values: bool) -> str:
    """Why a cell did not run to its end, or how a process ended."""
    if show_values:
        return str(why)
    return discretion.of_error(why) if isinstance(why, Raised) else discretion.of_end(why)
