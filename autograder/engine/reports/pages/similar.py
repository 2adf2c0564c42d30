"""What is too alike in a class, as a page for the instructor alone: a list of pairs, and each of them side by side."""

from collections.abc import Sequence

from autograder.engine.likeness.pairs import COMMON, MAX_PASSAGES, Pair
from autograder.engine.likeness.passages import CODE, PROSE
from autograder.engine.likeness.sides import side_by_side
from autograder.engine.reports.pages import render


def page(pairs: Sequence[Pair], total: int, compared: int, remarks: Sequence[str]) -> str:
    """The pairs that are listed, of `total` in a class of which so many were compared, as one page that needs no other file."""
    return render(
        "similar.html",
        pairs=pairs,
        total=total,
        compared=compared,
        remarks=remarks,
        side_by_side=side_by_side,
        code=CODE,
        prose=PROSE,
        common=COMMON,
        most=MAX_PASSAGES,
    )
