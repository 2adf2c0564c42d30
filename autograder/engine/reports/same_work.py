"""Which submissions of a class are likely the same work, for its page: what `similar` finds, without the texts."""

from collections.abc import Callable, Mapping

from autograder.engine.core.looking import CannotReadError
from autograder.engine.intake.submission import Submission
from autograder.engine.likeness.pairs import alike, compared, known_passages
from autograder.engine.reports.whole_class import Alike

MOST = 30  # pairs on a class's page; `similar` lists more


def same_work(reads: Mapping[str, Callable[[], Submission]], equal: tuple[Alike, ...]) -> tuple[Alike, ...]:
    """Equal files, and the first other pairs to look at, by the keys of those who handed them in.

    What cannot be read is like nothing.
    """
    known = known_passages()
    keys, whole = [], []
    for key, read in reads.items():
        try:
            submission = read()
        except CannotReadError:
            continue
        if not submission.error:
            keys.append(key)
            whole.append(compared(read, submission, known))
    places = {id(one): key for one, key in zip(whole, keys, strict=True)}
    pairs, _ = alike(whole, MOST, equal=False)
    found = tuple(Alike(places[id(two.one)], places[id(two.other)], False, two.weight) for two in pairs)
    known_pairs = {frozenset((two.one, two.other)) for two in equal}
    return equal + tuple(two for two in found if frozenset((two.one, two.other)) not in known_pairs)
