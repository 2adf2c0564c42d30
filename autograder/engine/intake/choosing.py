"""Which of a student's files is the submission, where there are several: decided by what they hold, and never by a guess.

A file that holds an answer comes before one that holds none, a newer attempt before an older one.
"""

import os
import re
from collections.abc import Callable, Iterable
from itertools import groupby
from pathlib import Path

from autograder.engine.core.looking import look, names
from autograder.engine.core.names import shown
from autograder.engine.core.places import NAME
from autograder.engine.course.released import Released, released
from autograder.engine.intake.found import Candidate
from autograder.engine.intake.listing import is_junk, is_work
from autograder.engine.intake.repair import answered
from autograder.engine.intake.submission import Submission, UnreadableError, kind_of

MAX_ENTRIES = 500  # of a student's folder
MAX_NAMED = 10  # of the files beside the submission
_MAX_READ = 12  # candidates, the newest and likeliest ones
_COUNTED = re.compile(r"\d+")
_NUMBERED = re.compile(rf"{NAME}-\d+")  # what Canvas calls a file that is handed in again

Read = Callable[[Candidate], Submission]


def files_in(folder: Path, is_one: Callable[[str], bool] = is_work) -> list[Path]:
    """The files of a folder and of those in it that may be work; links, checkpoints and hidden files are none."""
    found: list[Path] = []
    waiting, seen = [folder], 0
    while waiting:
        where = waiting.pop()
        inside = names(where, MAX_ENTRIES + 1)
        seen += len(inside)
        if seen > MAX_ENTRIES:
            raise UnreadableError(
                f"{shown(folder.name)} holds more than {MAX_ENTRIES} files: hand in {NAME}.ipynb alone"
            )
        kinds = {where / name: look(where / name) for name in inside}
        for path, kind in kinds.items():
            if kind == "refused":
                os.stat(path, follow_symlinks=False)  # raises the error that the grader met
        kinds = {path: kind for path, kind in kinds.items() if not is_junk(path.name)}
        found += [path for path, kind in kinds.items() if kind == "file" and is_one(path.name)]
        waiting += reversed([path for path, kind in kinds.items() if kind == "folder"])
    return found


def choose(candidates: list[Candidate], read: Read) -> tuple[Submission, Candidate, list[Candidate]]:
    """The submission, the file that it is, and its copies.

    Raises UnreadableError where nothing tells which one it is.
    """
    tried = [(candidate, *_tried(candidate, read)) for candidate in by_likelihood(candidates)[:_MAX_READ]]
    for worth in (2, 1, 0):  # with an answer, with a cell of the assignment, readable
        fit = [
            (candidate, submission) for candidate, submission, _ in tried if submission and _worth(submission) >= worth
        ]
        for _, newest in groupby(fit, key=lambda entry: entry[0].newer):
            same = _likeliest(list(newest))
            if len({submission.digest for _, submission in same}) == 1:
                return same[0][1], same[0][0], [candidate for candidate, _ in same[1:]]
            called = ", ".join(shown(candidate.name) for candidate, _ in same[:4])
            none = "" if any(map(_has_name, candidates)) else f" and none is {NAME}.ipynb"
            raise UnreadableError(f"there are several files ({called}){none}: hand in one of them")
    raise UnreadableError(next(error for _, _, error in tried if error))


def _tried(candidate: Candidate, read: Read) -> tuple[Submission | None, str]:
    """A candidate as it reads, or why it cannot be read. The error itself would keep all that was read of the file."""
    try:
        return read(candidate), ""
    except UnreadableError as error:
        return None, str(error)


def _likeliest(entries: list[tuple[Candidate, Submission]]) -> list[tuple[Candidate, Submission]]:
    """Of several files of one attempt the notebooks, and of these those that have the assignment's name."""
    notebooks = [entry for entry in entries if _is_notebook(entry[0])] or entries
    nearest = min(_unlike_name(candidate) for candidate, _ in notebooks)
    return [entry for entry in notebooks if _unlike_name(entry[0]) == nearest]


def by_likelihood(candidates: list[Candidate]) -> list[Candidate]:
    """The newest first, and of one attempt first those that have the assignment's name, and notebooks before scripts."""
    return sorted(candidates, key=lambda one: (one.newer, _unlike_name(one), not _is_notebook(one)))


def _unlike_name(candidate: Candidate) -> int:
    """0 for a file that has the assignment's name, 1 for one that a platform has numbered, else 2."""
    stem = os.path.splitext(Path(candidate.name).name)[0].lower()
    return 0 if stem == NAME else 1 if _NUMBERED.fullmatch(stem) else 2


def _is_notebook(candidate: Candidate) -> bool:
    return kind_of(candidate.name) == "ipynb"


def _has_name(candidate: Candidate) -> bool:
    return _is_notebook(candidate) and _unlike_name(candidate) == 0


def by_attempt(candidates: list[Candidate]) -> list[Candidate]:
    """The newest first. Where names alone differ by a number in a folder's name, the largest number is the newest."""
    if len({candidate.newer for candidate in candidates}) > 1:
        return sorted(candidates, key=lambda candidate: candidate.newer)
    folders = {candidate: str(Path(candidate.name).parent) for candidate in candidates}
    if len(set(folders.values())) < 2 or len({_COUNTED.sub("", folder) for folder in folders.values()}) > 1:
        return candidates
    numbers = sorted({_numbers(folder) for folder in folders.values()}, reverse=True)
    ranked = [Candidate(c.path, c.name, numbers.index(_numbers(folders[c]))) for c in candidates]
    return sorted(ranked, key=lambda candidate: candidate.newer)


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(number[:18]) for number in _COUNTED.findall(text))


def _worth(submission: Submission) -> int:
    """2 where it holds an answer, 1 where it is this assignment at least, else 0."""
    release = released()
    if answered(submission.cells, release):
        return 2
    return 1 if is_marked(submission, release) else 0


def is_marked(submission: Submission, release: Released) -> bool:
    """Whether a release is named in it, or one of its cells is the assignment's."""
    known = release.ids | {*release.tasks, *release.written}
    return bool(submission.release) or any(cell.id in known for cell in submission.cells)


def is_ours(submission: Submission) -> bool:
    """Whether it is this assignment, as far as can be told."""
    return _worth(submission) > 0


def has_answer(submission: Submission) -> bool:
    return _worth(submission) == 2


def remarks(chosen: Candidate, same: list[Candidate], others: Iterable[Candidate]) -> list[str]:
    """A line for each file that was not judged; of very many, the first ones by name."""
    name = shown(Path(chosen.name).name)
    left = [candidate for candidate in others if candidate.path != chosen.path and candidate not in same]
    lines = [_remark(candidate, chosen, name) for candidate in left[:MAX_NAMED]]
    return lines + ([f"{len(left) - MAX_NAMED} more files lie beside {name}"] if len(left) > MAX_NAMED else [])


def not_judged(candidates: list[Candidate]) -> list[str]:
    """A line for each of several files of which none could be judged; of very many, the first ones by name."""
    if len(candidates) < 2:
        return []
    lines = [f"{shown(candidate.name)} was not judged" for candidate in candidates[:MAX_NAMED]]
    more = len(candidates) - MAX_NAMED
    return lines + ([f"{more} more files were not judged"] if more > 0 else [])


def _remark(candidate: Candidate, chosen: Candidate, name: str) -> str:
    if candidate.newer > chosen.newer:
        return f"{shown(candidate.name)} is an older attempt than {name} and was not judged"
    return f"{shown(candidate.name)} lies beside {name} and was not judged"
