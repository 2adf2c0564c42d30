"""Written answers, wherever a student has put them: what stands around an answer's cell is part of the answer.

nbgrader looks at the one cell that it has made for an answer, and gives nothing at once where that is untouched. Students
write below it, above it, into the question's cell, or into a copy. All of that is put into the answer's cell, so that the
answer waits for a grader, who sees it beside the rubric.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import nbformat

from autograder.engine.course.assignment import ASSIGNMENT
from autograder.engine.course.released import STUB
from autograder.engine.intake.submission import Cell

_MAX_LETTERS = 50_000  # of an answer with all that stands around it
_WORTH_A_LOOK = 40  # characters of a student's own text elsewhere; a picture always is
_PICTURE = re.compile(r"!\[|<img\b", re.IGNORECASE)
_ELSEWHERE = (
    "*(The autograder: nothing was written in this cell, and there is text of the student's own elsewhere in the notebook. "
    "It may hold the answer.)*"
)


@dataclass
class _Answer:
    """What was found of one written answer: its own cell, the texts in order, and further code cells beside it."""

    cell: Cell | None = None
    texts: list[str] = field(default_factory=list)
    code: list[str] = field(default_factory=list)

    @property
    def fits(self) -> bool:
        """Whether all of it can stand in one cell; else the cells stay as they are."""
        return sum(map(len, self.texts)) + sum(map(len, self.code)) <= _MAX_LETTERS

    def whole(self, id: str, elsewhere: bool) -> Cell:
        """The cell with all that was written; as it was where nothing was, or too much."""
        texts = [text.replace(STUB, "").strip() for text in self.texts]
        said = "\n\n".join(filter(None, dict.fromkeys(texts)))  # a copy is said once
        if not said and self.code:
            said = "\n\n".join(_fenced(source) for source in self.code)
        elif not said and elsewhere and any(STUB in text for text in self.texts):
            said = _ELSEWHERE
        cell = self.cell or Cell("markdown", "", id)
        return replace(cell, source=said) if said and self.fits else cell


def with_written_answers(cells: Sequence[Cell], released: Mapping[str, nbformat.NotebookNode]) -> list[Cell]:
    """A submission's cells, with all of a written answer in its one cell. `released` are the release's cells in order."""
    order = list(released)
    asks = {order[order.index(entry.id) - 1]: entry.id for entry in ASSIGNMENT.written}  # by the question's cell
    answers = {entry.id: _Answer() for entry in ASSIGNMENT.written}
    others: list[tuple[Cell, str]] = []  # and the answer of which each may be a part
    elsewhere = False
    beside = ""  # the answer that is written where we are
    for cell in cells:
        beside = cell.id if cell.id in answers else asks.get(cell.id, "") if cell.id in released else beside
        found = answers.get(beside)
        if found and cell.id == beside:
            found.cell = found.cell or cell
            found.texts.append(cell.source)
        elif found and cell.id in released:
            below = _below(cell.source, released[cell.id].source)
            found.texts += [below] if below else []
            others.append((cell, beside if below else ""))
        elif found and cell.kind != "code":
            found.texts.append(cell.source)
            others.append((cell, beside))
        else:
            if found and cell.source.strip():
                found.code.append(cell.source)
            elsewhere |= cell.kind != "code" and cell.id not in released and _worth_a_look(cell.source)
            others.append((cell, ""))
    kept = [cell for cell, part_of in others if not (part_of and answers[part_of].fits)]
    return kept + [
        found.whole(id, elsewhere) for id, found in answers.items() if found.cell or found.texts or found.code
    ]


def _below(source: str, question: str) -> str:
    """What was written below a question, in the question's own cell."""
    return source.strip().removeprefix(question.strip()).strip() if source.strip().startswith(question.strip()) else ""


def _worth_a_look(source: str) -> bool:
    return len(source.strip()) > _WORTH_A_LOOK or bool(_PICTURE.search(source))


def _fenced(source: str) -> str:
    return "~~~~~~\n" + source.replace("~~~~~~", "") + "\n~~~~~~"
