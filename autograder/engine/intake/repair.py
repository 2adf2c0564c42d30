"""Finds a student's functions in other cells than the release's solution cells. Never guesses."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

from autograder.engine.core.assignment import test_cell
from autograder.engine.course.released import Released
from autograder.engine.intake.layout import beginnings, blanked
from autograder.engine.intake.submission import Cell

_ALIAS = r"lambda\b|(?:functools\.)?partial\(|(?!None\b|True\b|False\b)[^\W\d][\w.]*(?:\(\)\.\w+)? *$"
_FOR_TYPES = re.compile(r"^@(?:\w+\.)?overload\b", re.MULTILINE)
_NOTHING = r"raise +NotImplemented(?:Error)?\b.*|pass|\.\.\.|return(?: +None)?|[\"']"  # a quote: what is left of text
_BRACKETS = re.compile(r"\([^()]*\)")
_IMPORT = re.compile(r"(?:import|from [\w.]+ import) [\w., *()]+")
_FENCE = re.compile(r"^```.*$", re.MULTILINE)
_WRITES = re.compile(r"\A(?:\s*#[^\n]*\n)*\s*%%(?:write)?file +(?:-a +)?[\"']?([\w./~$-]{1,100})")
_CHDIR = re.compile(r"^[^\S\n]*(?:os\.)?chdir\b", re.MULTILINE)


@dataclass(frozen=True)
class _Definition:
    """One definition of a task's function in a cell: where it stands, and what it is."""

    name: str
    start: int
    end: int
    is_stub: bool  # it does nothing, as the released one
    is_alias: bool  # a further name of what stands elsewhere


@cache
def _defines(tasks: tuple[str, ...]) -> re.Pattern[str]:
    """A line that defines one of these functions."""
    names = f"({'|'.join(tasks)})"
    return re.compile(rf"^\f*(?:(?:async +)?def +{names} *[(\[]|{names} *(?::[^=\n]+)?= *(?:{_ALIAS}))", re.MULTILINE)


def runnable(cells: tuple[Cell, ...], locked: Released) -> tuple[list[Cell], list[str]]:
    """The code cells that run, all but the locked ones, and what was repaired.

    A solution cell that has become text is code again; a task's function that stands in a check cell alone is run; a
    stub does not undo an answer; what was imported in a locked cell is kept.
    """
    notes = []
    own = []
    read = [(cell, list(_definitions(cell, locked.tasks))) for cell in cells]
    answered = {
        name for cell, found in read if cell.kind == "code" and cell.id not in locked.ids for name in _answers(found)
    }
    for cell, found in read:
        missing = ", ".join(name for name in _answers(found) if name not in answered)
        if cell.id in locked.ids:
            imports = _own_imports(cell, locked)
            if missing:
                own.append((cell, found))
                notes.append(f"{missing} was found in a check cell and judged there")
            elif imports:
                own.append((replace(cell, source="\n".join(imports)), []))
                notes.append(f"kept from the locked cell `{cell.id}`: {'; '.join(imports)}")
        elif cell.kind == "code":
            own.append((cell, found))
        elif cell.id in locked.tasks and missing:
            own.append((replace(cell, source=_FENCE.sub(lambda fence: " " * len(fence[0]), cell.source)), found))
            notes.append(f"the cell of {cell.id} had become text and was judged as code")
    return _without_stubs(own, locked, notes), notes + _places(own, locked) + _files(own)


def _definitions(cell: Cell, tasks: tuple[str, ...]) -> Iterator[_Definition]:
    """The definitions of tasks' functions at the top level of a cell, in order. Read as text: it need not be Python."""
    defines = _defines(tasks)
    if not defines.search(cell.source) or _WRITES.match(cell.source):  # most cells; taking comments out costs the most
        return
    for start, end, code in _statements(cell.source):
        found = defines.search(code)
        if found and not _FOR_TYPES.search(code):
            alias = found[0][-6:] != "lambda" and not found[1]
            yield _Definition(found[1] or found[2], start, end, not alias and _is_stub(code), alias)


def _statements(source: str) -> Iterator[tuple[int, int, str]]:
    """Of each top-level statement where it begins and ends, and its text without comments and what strings hold."""
    code = blanked(source)
    for start, end in pairwise([*beginnings(code), len(code)]):
        yield start, end, code[start:end]


def _is_stub(definition: str) -> bool:
    """Whether a function does nothing, or nothing but raise NotImplementedError; its texts and comments are blanked out."""
    for _ in range(3):  # brackets within brackets; no stub has more
        definition = _BRACKETS.sub("()", definition)
    lines = [line.strip() for line in definition.splitlines() if line.strip()]
    signature = next((number for number, line in enumerate(lines) if line.endswith(":")), None)
    if signature is None:
        return re.search(rf":\s*(?:{_NOTHING})$", lines[-1]) is not None
    return all(re.fullmatch(_NOTHING, line) for line in lines[signature + 1 :])


def answered(cells: Iterable[Cell], locked: Released) -> frozenset[str]:
    """The tasks that some cell defines by more than a stub."""
    own = (cell for cell in cells if cell.kind == "code" and cell.id not in locked.ids)
    return frozenset(name for cell in own for name in _answers(list(_definitions(cell, locked.tasks))))


def _answers(definitions: list[_Definition]) -> list[str]:
    """The tasks that are defined by more than a stub."""
    return [found.name for found in definitions if not found.is_stub]


def _own_imports(cell: Cell, locked: Released) -> list[str]:
    """What is imported and the release does not import; none may replace what the grader supplies."""
    if cell.id in map(test_cell, locked.tasks) or cell.kind != "code" or "import" not in cell.source:
        return []
    parts = (part for _, _, code in _statements(cell.source) for part in code.replace("\\\n", " ").split(";"))
    lines = [" ".join(part.split()) for part in parts]
    released = {line for source in locked.code for line in source.splitlines()}
    supplied = re.compile(rf"\b(?:np|selfcheck|{'|'.join(locked.given)})\b")
    return [line for line in lines if _IMPORT.fullmatch(line) and line not in released and not supplied.search(line)]


def _without_stubs(own: list[tuple[Cell, list[_Definition]]], locked: Released, notes: list[str]) -> list[Cell]:
    """The cells without those stubs whose function is answered elsewhere; all lines keep their numbers."""
    answered = {name for _, definitions in own for name in _answers(definitions)}
    left_out = set()
    cells = []
    for cell, definitions in own:
        left, last = [], 0
        for found in definitions:
            if found.is_stub and found.name in answered:
                left += [cell.source[last : found.start], "\n" * cell.source.count("\n", found.start, found.end)]
                last = found.end
                left_out.add(found.name)
        cells.append(replace(cell, source="".join([*left, cell.source[last:]])))
    if left_out:
        names = ", ".join(name for name in locked.tasks if name in left_out)
        notes.append(f"{names}: a stub was left out, because the answer is elsewhere")
    return cells


def _places(own: list[tuple[Cell, list[_Definition]]], locked: Released) -> list[str]:
    """Remarks on answers that stand in another cell than their own, and on those that stand there more than once."""
    answers: dict[str, list[tuple[str, str]]] = {}
    for cell, definitions in own:
        for found in definitions:
            if not found.is_stub:
                text = "" if found.is_alias else cell.source[found.start : found.end].strip()
                answers.setdefault(found.name, []).append((cell.id, text))
    has_marks = any(cell.id in locked.tasks for cell, _ in own)
    elsewhere = [n for n, found in answers.items() if has_marks and not {id for id, _ in found} & {n, *locked.ids}]
    several = [name for name, found in answers.items() if len({text for _, text in found if text}) > 1]
    notes = []
    if elsewhere:
        notes.append(f"{', '.join(elsewhere)}: found in another cell than the assignment's own")
    if several:
        notes.append(f"{', '.join(several)}: answered more than once, and the last answer counts")
    return notes


def _files(own: list[tuple[Cell, list[_Definition]]]) -> list[str]:
    """Remarks on what needs files, which the grader has none of, and costs nothing all the same."""
    code = [cell.source for cell, _ in own]
    notes = []
    written = dict.fromkeys(found[1] for source in code for found in _WRITES.finditer(source))
    if written:
        notes.append(f"{', '.join(written)}: a cell writes it; it was kept in memory, to be imported")
    if any("chdir" in source and _CHDIR.search(blanked(source)) for source in code):
        notes.append("os.chdir did nothing: the grader has no folders")
    return notes
