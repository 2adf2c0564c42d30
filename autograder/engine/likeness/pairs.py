"""The pairs of a class that have most in common of what few others have."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, islice

import numpy as np
from scipy import sparse

from autograder.engine.core.places import NAME, SAMPLES, SOLUTION
from autograder.engine.course.released import released
from autograder.engine.intake.files import load
from autograder.engine.intake.submission import Submission
from autograder.engine.likeness.passages import Part, parts_of, passages_of

MAX_PASSAGES = 20_000  # of a submission; a whole right answer has about 1500
LEAST = 150  # the weight from which a pair is listed
LEAST_OWN = 20  # passages of its own, from which a file is not the same as another one by chance
OTHERS = 30  # as if so many more were in the class, who wrote something else: two alone have no class to compare with
COMMON = 8  # what more than this part of the class has in common counts for nothing
_PARTS = 2**20  # of a bit: weights are added as whole numbers, whose sum is the same in whatever order passages come

Numbers = np.ndarray
_USUAL = SAMPLES.with_name("usual")  # answers that many students write
_ANSWER = re.compile(r"### BEGIN SOLUTION.*?### END SOLUTION", re.DOTALL)
_STUB = "# YOUR CODE HERE\n    raise NotImplementedError()"  # nbgrader writes it in the answer's place


@dataclass(frozen=True)
class Compared:
    """A submission as it is compared, without its text: the numbers of its own passages, and how to read it again."""

    who: str
    student: str | None
    digest: str
    own: Numbers
    is_cut: bool  # only its first MAX_PASSAGES were compared
    read: Callable[[], Submission]


@dataclass(frozen=True)
class Pair:
    """Two submissions that are alike. A passage that both have weighs the more, the fewer others have it."""

    one: Compared
    other: Compared
    weight: float
    shared: Numbers

    @property
    def same_file(self) -> bool:
        return self.one.digest == self.other.digest

    def share(self, of: Compared) -> float:
        """The part of a submission's own passages that the other one has, too."""
        return len(self.shared) / len(of.own)


def own_parts(submission: Submission) -> Iterator[Part]:
    """What a student may have written: everything but the cells that are locked in the release."""
    locked = released().ids
    for cell in submission.cells:
        if cell.id not in locked:
            yield from parts_of(cell.source, cell.kind == "code")


def known_passages() -> Numbers:
    """What anybody may have without a neighbour: the released text and stubs, the reference, and what many write."""
    solved = load(SOLUTION / NAME / f"{NAME}.ipynb")
    ours = sorted([*SAMPLES.glob("*.py"), *_USUAL.glob("*.py")])
    cells = [cell for submission in (solved, *map(load, ours)) for cell in submission.cells]
    texts = [(cell.source, cell.kind == "code") for cell in cells]
    texts += [(_ANSWER.sub(_STUB, text), True) for text, is_code in texts if is_code]
    return _numbers((part for text, is_code in texts for part in parts_of(text, is_code)), 10 * MAX_PASSAGES)[0]


def compared(read: Callable[[], Submission], submission: Submission, known: Numbers) -> Compared:
    """What is compared of a submission: its own passages, without those that are known."""
    numbers, is_cut = _numbers(own_parts(submission), MAX_PASSAGES)
    own = np.setdiff1d(numbers, known, assume_unique=True)
    who = submission.student or submission.path
    return Compared(who, submission.student, submission.digest, own, is_cut, read)


def _numbers(parts: Iterable[Part], most: int) -> tuple[Numbers, bool]:
    """The numbers of the first passages of these parts, each once, and whether there are more."""
    found = (passage.number for part in parts for passage in passages_of(part))
    numbers = np.unique(np.fromiter(islice(found, most), np.int64))
    return numbers, next(found, None) is not None


def alike(whole: Sequence[Compared], most: int, equal: bool = True) -> tuple[list[Pair], int]:
    """The first `most` pairs to look at, the least probable by chance first, and how many there are.

    Equal files come before all others, or not at all.
    """
    weights = {two: weight for two, weight in _weights(whole) if weight >= LEAST}
    same = {two: weights.get(two, 0.0) for two in _same_files(whole)}
    found = [(i, j) for i, j in weights | same if whole[i].student is None or whole[i].student != whole[j].student]
    if not equal:
        found = [(i, j) for i, j in found if whole[i].digest != whole[j].digest]
    found.sort(key=lambda two: (two not in same, -weights.get(two, 0.0), two))
    return [_pair(whole[i], whole[j], weights.get((i, j), 0.0)) for i, j in found[:most]], len(found)


def _pair(one: Compared, other: Compared, weight: float) -> Pair:
    return Pair(one, other, weight, np.intersect1d(one.own, other.own, assume_unique=True))


def _same_files(whole: Sequence[Compared]) -> Iterator[tuple[int, int]]:
    """Each two that handed in the same bytes, with something of their own in them."""
    by_digest = defaultdict(list)
    for number, one in enumerate(whole):
        if len(one.own) >= LEAST_OWN:
            by_digest[one.digest].append(number)
    for numbers in by_digest.values():
        yield from combinations(numbers, 2)


def _weights(whole: Sequence[Compared]) -> Iterator[tuple[tuple[int, int], float]]:
    """Each two that have passages in common, and what these weigh: by one bit for each halving of those who have one."""
    everything = np.concatenate([np.empty(0, np.int64), *(one.own for one in whole)])
    rows = np.repeat(np.arange(len(whole)), [len(one.own) for one in whole])
    _, columns, counts = np.unique(everything, return_inverse=True, return_counts=True)
    class_size = len(whole) + OTHERS
    kept = ((counts > 1) & (counts <= class_size / COMMON))[columns]
    rows, columns = rows[kept], columns[kept]
    values = np.rint(np.log2(class_size / counts[columns]) * _PARTS)
    held = sparse.csr_array((values, (rows, columns)), (len(whole), len(counts)))
    both = sparse.coo_array(sparse.triu(held @ held.astype(bool).T, k=1))
    weights = (both.data / _PARTS).tolist()
    yield from zip(zip(both.row.tolist(), both.col.tolist(), strict=True), weights, strict=True)
