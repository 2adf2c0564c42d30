"""A twelfth task, added place by place: in between the build says what is missing, and in the end all doors know it."""

import re
from pathlib import Path

import pytest
from kit_copy import Kit, checks_of

pytestmark = pytest.mark.slow

FUNCTION = '''
def last_norm(h):
    """‖h_T‖, the L2 norm of the last hidden state.

    h: (T+1, h) with h[t] = h_t. Returns one real number.
    """
    return safe_norm(h[-1])

'''
TEXT = """### Task · `last_norm` · deeper, 5 minutes, easy

Return the norm of the last state. It grows in Task {spectral_radius}, too.

```python task="last_norm"
```

"""
SUITE = '''"""`last_norm`: the norm of h_T."""

import numpy as np

from autograder.engine.core.assignment import Cases, Misconception, Rng, Task
from autograder.suite.checking import PURE, STEADY, values
from autograder.suite.drawing import of, ordinary, sizes
from autograder.suite.reference import bptt


def _draw(rng: Rng) -> Cases:
    return ordinary(rng, "h", sizes(rng))


CHECKS = (
    values("values", 2, "‖h_T‖ is right", "small general again wide thin"),
    values("one_step", 1, "a sequence of one step works", "one_step"),
)

MISCONCEPTIONS = (
    Misconception("first_state", "it is the norm of h_0", "Which row of h is the last?", lambda h: np.linalg.norm(h[0])),
    Misconception("all_states", "it is the norm of all states", "How many states are asked for?", np.linalg.norm),
    Misconception("squared", "the square root is missing", "What is the norm of (3, 4)?", lambda h: (h[-1] ** 2).sum()),
)  # fmt: skip

TASK = Task(
    "last_norm",
    points=2.0,
    returns=("the norm",),
    form="array",
    function=bptt.last_norm,
    draw=_draw,
    repeated="general",
    checks=(*CHECKS, PURE, STEADY),
    misconceptions=MISCONCEPTIONS,
)
'''
CASES = '''"""The public cases of `last_norm`."""

from autograder.selfcheck.cases.shared import Case, _case


def last_norm_cases() -> list[Case]:
    return [_case("by-hand", "How long is (3, 4)?", {"the norm": 5.0}, h=[[1, 1], [3, 4]])]
'''
WRONG = """

def last_norm(h):
    return np.linalg.norm(h[0])
"""
TABLE = "autograder/selfcheck/cases/table.py"


def _function(kit: Kit) -> None:
    kit.edit("solution/bptt.py", "\ndef squared_error_grad(", f"{FUNCTION}\ndef squared_error_grad(")


def _text(kit: Kit) -> None:
    kit.edit("solution/bptt.md", "## The gradient at the outputs\n", f"{TEXT}## The gradient at the outputs\n")


def _suite(kit: Kit) -> None:
    (kit.root / "autograder/suite/last_norm.py").write_text(SUITE, encoding="utf-8")


def _cases(kit: Kit) -> None:
    (kit.root / "autograder/selfcheck/cases/last_norm.py").write_text(CASES, encoding="utf-8")
    shared = "from autograder.selfcheck.cases.shared import Case\n"
    kit.edit(TABLE, shared, f"from autograder.selfcheck.cases.last_norm import last_norm_cases\n{shared}")
    kit.edit(TABLE, '    "squared_error_grad"', '    "last_norm": last_norm_cases,\n    "squared_error_grad"')


STEPS = (  # in the order of the tour; each with the sentence that tells where it is missing
    (_function, "last_norm has no function in solution/bptt.py"),
    (_text, "last_norm has no text in solution/bptt.md"),
    (_suite, "last_norm has no file autograder/suite/last_norm.py"),
    (_cases, "last_norm has no row in autograder/selfcheck/cases/table.py"),
)


@pytest.fixture
def kit(tmp_path: Path) -> Kit:
    return Kit(tmp_path)


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0)], ids=["as_told", "backwards"])
def test_the_places_that_are_missing(kit: Kit, order: tuple[int, ...]) -> None:
    """In whatever order a task comes into being, each place that lacks it is named in one sentence, and no other one."""
    for number, step in enumerate(order[:3], start=1):
        STEPS[step][0](kit)
        told = kit.told().removeprefix("Error: ").splitlines()
        assert len(told) == len(STEPS) - number
        for line, missing in zip(told, sorted(order[number:]), strict=True):
            assert line.startswith(STEPS[missing][1])


def test_a_twelfth_task(kit: Kit) -> None:
    """With all four places written, it is built and numbered, has a test cell and a self-check, and is graded."""
    for write, _ in STEPS:
        write(kit)
    assert "run `python -m autograder build`" in kit.told()
    assert kit.build().returncode == 0
    assert kit.holds()
    headings = re.findall(r"### Task (\d+) · `(\w+)` \((\d+) points?", kit.release())
    assert headings[1:3] == [("2", "last_norm", "2"), ("3", "squared_error_grad", "2")]
    assert "You will program it in Task 7 together" in kit.release()
    assert 'selfcheck.check(\\"last_norm\\", globals())' in kit.release()
    checked = kit.run("solution/bptt/selfcheck.py", "solution/bptt/bptt.ipynb")
    assert re.search(r"^last_norm +passed$", checked.stdout, re.MULTILINE)
    assert "12 of 12 tasks pass" in checked.stdout
    right = kit.grade()
    assert (len(right["tasks"]), right["score"], right["max_score"]) == (12, 32.0, 32.0)
    found = checks_of(kit.grade(WRONG), "last_norm")["values"]
    assert (found["passed"], found["misconception"]) == (False, "last_norm.first_state")
    assert "Which row of h is the last? Line " in found["message"]
    assert found["location"]["line"] > 0
