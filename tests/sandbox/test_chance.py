"""What a cell draws by chance is the same in each run."""

import pytest

from autograder.engine.sandbox.session import Call

DRAWS = [
    "np.random.default_rng().random()",
    "np.random.default_rng(None).normal()",
    "np.random.RandomState().rand()",
    "np.random.Generator(np.random.PCG64()).random()",
    "np.random.rand()",
    "np.random.seed() or np.random.rand()",
    "random.random()",
    "random.Random().random()",
    "random.seed() or random.random()",
]


@pytest.mark.parametrize("draw", DRAWS)
def test_chance_is_the_same_in_each_run(worker, draw):
    """Whoever draws without a seed gets the same number in another run, and another one with the next draw."""
    cells = ("import random\nimport numpy as np\n", f"def f(): return [{draw}, np.random.rand()]")
    found = []
    for _ in range(2):
        with worker.open("__main__", cells) as room:
            (answer,) = room.ask([Call("f", (), "array")])
        found.append(answer.value.tolist())
    assert found[0] == found[1]
    assert len(set(found[0])) == 2


def test_a_seed_of_ones_own_counts(worker):
    """A seed that is given is taken."""
    cells = (
        "import random\nimport numpy as np\n",
        "def f(): return [np.random.default_rng(7).random(), random.Random(7).random()]",
    )
    with worker.open("__main__", cells) as room:
        (answer,) = room.ask([Call("f", (), "array")])
    import random

    import numpy as np

    assert answer.value.tolist() == [np.random.default_rng(7).random(), random.Random(7).random()]
