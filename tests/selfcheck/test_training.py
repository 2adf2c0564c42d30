"""The notebook's own training loop, run with the reference: the story that the text tells is the one that happens."""

import json

import numpy as np
import pytest

from autograder.engine.core.places import SOLUTION
from autograder.suite import overflow
from autograder.suite.reference import bptt

RELEASE = SOLUTION.parent / "assignment" / "bptt" / "bptt.ipynb"
RIGHT = {name: value for name, value in vars(bptt).items() if callable(value)}


def _cell(start: str) -> str:
    cells = json.loads(RELEASE.read_text(encoding="utf-8"))["cells"]
    return next(text for cell in cells if (text := "".join(cell["source"])).startswith(start))


@pytest.fixture
def train(bundle):
    """The loop of the notebook's cell."""
    namespace = RIGHT | {"np": np, "selfcheck": bundle}
    exec(_cell("def train("), namespace)

    def run(*args, **options):
        with np.errstate(all="ignore"):
            return namespace["train"](*args, **options)

    return run


def test_without_a_remedy_it_overflows(train):
    """The radius passes 1 at step 17, the long gradient throws it to 1.75, and the detector speaks up at step 18."""
    log, _ = train(100)
    steps = log.steps
    assert len(steps) == 20
    assert (log.event()[0], steps[17].verdict, steps[16].verdict) == (18, ("exploding", 30), ("stable", None))
    assert 0.9 < steps[15].radius < 1 < steps[16].radius < 1.05 < 1.7 < steps[17].radius < 1.8
    assert steps[15].norm < 2 < 35 < steps[16].norm < 40
    assert steps[18].norm > 1e278


def test_the_first_picture_shows_this_run(train):
    """What the notebook begins with is what the student's functions do in the end."""
    losses, lengths = overflow.run()
    steps = train(100)[0].steps
    np.testing.assert_allclose(losses[:18], [step.loss for step in steps[:18]], rtol=1e-6)
    np.testing.assert_allclose(lengths[:18], [step.recurrent for step in steps[:18]], rtol=1e-6)


def test_clipping_keeps_it_alive(train, bundle):
    """With clipping no step is longer than max_norm, the loss falls, and the network writes."""
    log, weights = train(600, max_norm=5.0)
    assert (log.event()[0], log.event()[1]) == (17, "the first one that is clipped")
    assert max(step.after for step in log.steps) < 5.0001 < 30 < max(step.norm for step in log.steps)
    assert np.mean([step.loss for step in log.steps[-20:]]) < 0.6 * log.steps[0].loss
    assert len(bundle.sample_text(bptt.forward, weights).replace("\n", " ")) >= 125


def test_truncation_does_not_bound_the_states(train, bundle):
    """Truncated, the run overflows as well: a step before the verdict changes, the states are large and A_t is not."""
    log, weights = train(400, tau=10)
    at = log.event()[0]
    before = log.steps[at - 2]
    assert not np.isfinite(log.steps[-1].norm)
    assert before.verdict == ("stable", None)
    assert before.amplified < 10 < 1000 < before.state
    assert "overflowed" in bundle.sample_text(bptt.forward, [0 * w + np.nan for w in weights])


def test_the_log_needs_the_core_only(bundle, capsys):
    """Whoever has not written the deeper functions sees dashes in their columns, and the run all the same."""

    def not_begun(*args):
        raise NotImplementedError

    namespace = RIGHT | dict.fromkeys(("spectral_radius", "amplification", "detect_explosion"), not_begun)
    namespace |= {"np": np, "selfcheck": bundle}
    exec(_cell("def train("), namespace)
    exec(_cell("def without_a_remedy"), namespace)
    out = capsys.readouterr().out
    assert "20 steps, it overflows" in out.replace("\n", " ")
    assert out.splitlines()[-1].split()[:4] == ["20", "nan", "–", "–"]
    assert max(map(len, out.splitlines())) < 80


def test_each_experiment_says_what_is_missing(bundle, capsys):
    """An experiment with a function that is not begun, wrong or odd says so in a line, and raises nothing."""
    for wrong, sentence in (
        (lambda *args: (_ for _ in ()).throw(NotImplementedError), "Not attempted yet"),
        (lambda *args: 1 / 0, "No result yet: ZeroDivisionError"),
        (lambda *args: None, "No result yet: TypeError"),
    ):
        namespace = RIGHT | {"np": np, "selfcheck": bundle, "forward": wrong}
        exec(_cell("def train("), namespace)
        exec(_cell("def without_a_remedy"), namespace)
        assert capsys.readouterr().out.startswith(sentence)


def test_saved_notebooks_run_no_experiment(bundle, capsys):
    """Where `pytest` runs the notebook, no training takes its time."""
    namespace = RIGHT | {"np": np, "selfcheck": bundle, "__cell_errors__": {}, "__name__": "__main__"}
    exec(_cell("def without_a_remedy"), namespace)  # `train` is not even defined
    assert capsys.readouterr().out == ""


def _doubling(u, W):
    s, k = u.copy(), 1
    while k < len(u):
        s[k:] = s[k:] + s[:-k] @ W.T
        W, k = W @ W, 2 * k
    return s


def _in_place(u, W):
    s, k = u.copy(), 1
    while k < len(u):
        for t in range(k, len(u)):
            s[t] += W @ s[t - k]
        W, k = W @ W, 2 * k
    return s


@pytest.mark.parametrize(
    ("function", "sentence"),
    [
        (_doubling, "right for 13 steps and fewer"),
        (_in_place, "for T = 3: the first wrong row is that of t = 3."),
        (lambda u, W: u, "for T = 2: the first wrong row is that of t = 2."),
        (lambda u, W: u[0], "has shape (3,), expected (1, 3)"),
        (lambda u, W: np.multiply(u, 2, out=u) / 2 if len(u) == 1 else u, "it changed its arguments"),
        (lambda u, W: 1 / 0, "it raised ZeroDivisionError"),
        (None, "it is not defined here"),
    ],
)
def test_the_bonus_is_checked(bundle, capsys, function, sentence):
    """The ungraded recurrence is told right, or what does not hold yet."""
    bundle.check_bonus({"linear_recurrence": function})
    assert sentence in capsys.readouterr().out.replace("\n", " ")
