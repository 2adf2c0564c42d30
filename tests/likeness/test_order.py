"""The order of likeness: what is alike stands together, and nothing is lost."""

import random

from autograder.engine.likeness.order import groups_of

RADIUS = "The spectral radius tells what happens in the long run, and a matrix that is not normal may grow before that."
SIGNAL = "The signal of the loss has no part in the direction that grows, so nothing of it is seen in this run."
TEXTS = [
    RADIUS,
    SIGNAL,
    "It depends.",
    RADIUS.replace("tells", "says").replace("before that", "first"),
    SIGNAL.replace("so nothing of it is seen", "and nothing is measured"),
]


def test_like_texts_are_in_one_group():
    """Two answers that differ in a few words are in one group, and others are not in it."""
    groups = groups_of(TEXTS, is_code=False)
    assert sorted(map(sorted, groups)) == [[0, 3], [1, 4], [2]]


def test_names_make_no_code_unlike():
    """Code that differs in names and comments is in one group; another computation is not."""
    loop = "def f(xs):\n    total = 0\n    for x in xs:\n        total += x * x\n    return total"
    renamed = "def f(values):\n    s = 0  # so far\n    for v in values:\n        s += v * v\n    return s"
    groups = groups_of([loop, "def f(xs):\n    return np.linalg.norm(xs) ** 2", renamed], is_code=True)
    assert sorted(map(sorted, groups)) == [[0, 2], [1]]


def test_each_text_comes_once_whatever_it_is():
    """Empty texts, equal ones, a single one and none are all put into an order, in which each stands once."""
    draw = random.Random(7)
    many = [" ".join(draw.choices(["alpha", "beta", "gamma", "", "\x00", "∂L"], k=5)) for _ in range(60)]
    for texts in ([], ["alone"], ["", ""], ["", "a word", ""], ["same text"] * 3, many):
        order = [number for group in groups_of(texts, is_code=False) for number in group]
        assert sorted(order) == list(range(len(texts)))
    assert len(groups_of(["same text"] * 3, is_code=False)) == 1
