"""The pictures: right code gives the right one, each is told in words too, and an unfinished task is no failure."""

import ast
import io
import json
import re
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from autograder.engine.core.places import SOLUTION
from autograder.nbgrader.markdown import harmless_markdown
from autograder.suite import graph
from autograder.suite.reference import bptt

BUNDLE = SOLUTION / "bptt" / "selfcheck.py"
RELEASE = SOLUTION.parent / "assignment" / "bptt"
RIGHT = vars(bptt)
Q = np.linalg.qr(np.random.default_rng(2).normal(size=(4, 4)))[0]
MATRICES = {"below": 0.8 * Q, "at": Q, "above": 1.25 * Q, "non-normal": np.array([[0.5, 8], [0, 0.5]])}


CALLS = {
    "draw_norms": lambda kit, names: kit.draw_norms(names, MATRICES),
    "draw_terms": lambda kit, names: kit.draw_terms(names, {"below": 0.8 * Q}),
    "draw_reach": lambda kit, names: kit.draw_reach(names, {"below": 0.8 * Q}, T=8),
    "explore": lambda kit, names: kit.explore(names, radius=0.9, T=10),
}


def test_norms_follow_the_radius(bundle):
    """By right code, the curves are powers of the factor, and the non-normal matrix grows before it dies out."""
    curves = bundle.norm_curves(bptt.hidden_grads, MATRICES, 30)
    for name, factor in (("below", 0.8), ("at", 1.0), ("above", 1.25)):
        np.testing.assert_allclose(curves[name], factor ** np.arange(29.0, -1, -1))
    assert curves["non-normal"].max() > 5 > 1e-5 > curves["non-normal"][0]


def test_terms_stand_in_the_order_of_their_losses(bundle):
    """By right code, the loss of step s sends a term of the length factor^(s−1) to h_1, and the sum is ‖∂L/∂h_1‖."""
    lengths, total = bundle.term_lengths(bptt.expanded_terms, 0.8 * Q, 5)
    np.testing.assert_allclose(lengths, 0.8 ** np.arange(5.0))
    dL_dh = bptt.hidden_grads(np.full((5, 4), 0.5), 0.8 * Q, np.eye(4))
    np.testing.assert_allclose(total, np.linalg.norm(dL_dh[0]))


def test_the_signal_is_the_one_asked_for(bundle):
    """One step back from the signal (1, 0), the non-normal matrix makes the 8.02 that one finds by hand."""
    M = {"M": np.array([[0.5, 8.0], [0.0, 0.5]])}
    curve = bundle.norm_curves(bptt.hidden_grads, M, 15, signal=[1, 0])["M"]
    np.testing.assert_allclose(curve[-2], np.hypot(0.5, 8))


def test_the_normal_line_is_straight(bundle, monkeypatch):
    """What `explore` calls normal shrinks by one factor at each step, and its axes stay where they are."""
    seen = {}

    def picture(hidden_grads, matrices, T, axes):
        seen.update(bundle.norm_curves(hidden_grads, matrices, T), axes=axes)
        return "drawn"

    monkeypatch.setattr(bundle, "norms_picture", picture)
    axes = []
    for T in (10, 20):
        bundle.explore(RIGHT, radius=0.9, T=T)
        np.testing.assert_allclose(seen["normal"], 0.9 ** np.arange(T - 1.0, -1, -1))
        axes.append(seen["axes"])
    assert axes[0] == axes[1]


def test_an_explosion_reaches_the_parameters(bundle):
    """By right code, both gradients of the recurrent parameters grow with T above the radius 1, and settle below it."""
    functions = (bptt.forward, bptt.hidden_grads, bptt.parameter_grads)
    above, below = (bundle.reach_lengths(functions, factor * Q, 60) for factor in (1.25, 0.8))
    assert (above[:, -1] > 1e4).all()
    assert above[1, -1] > 10 * above[0, -1]
    assert (below[:, -1] < 10).all()


def test_a_wrong_function_draws_a_wrong_picture(bundle):
    """It is the student's function that draws: without the carried part nothing comes back to the earlier states."""
    curves = bundle.norm_curves(lambda dL_do, W_hh, W_qh: dL_do @ W_qh, MATRICES, 30)
    assert not curves["above"][:-1].any()


@pytest.mark.parametrize("name", CALLS)
def test_every_picture_has_words(bundle, monkeypatch, name):
    """Each picture is an image with a description, and the four together stay small."""
    shown = []
    monkeypatch.setattr(bundle, "tell_picture", lambda namespace, made: shown.append(bundle.as_html(made)))
    monkeypatch.setattr(bundle, "in_jupyter", lambda: False)
    CALLS[name](bundle, RIGHT)
    found = re.fullmatch(r'<img alt="([^"]{60,})" src="data:image/png;base64,[\w+/=]+">', shown[0], re.DOTALL)
    assert found
    assert len(shown[0]) < 100_000


@pytest.mark.parametrize("name", CALLS)
def test_without_matplotlib_one_sentence(bundle, monkeypatch, capsys, name):
    """Without matplotlib a sentence says so, and the picture comes in words that fit 80 columns."""
    monkeypatch.setattr(bundle, "has_matplotlib", lambda: False)
    CALLS[name](bundle, RIGHT)
    out = capsys.readouterr().out
    assert out.startswith("Without matplotlib, this picture comes in words.")
    assert max(map(len, out.splitlines())) < 80


def _not_begun(*args):
    raise NotImplementedError


TROUBLE = {
    "not begun": (_not_begun, "Not attempted yet: "),
    "no function": (3, "Not attempted yet: "),
    "an error": (lambda *args: 1 / 0, "No picture yet: ZeroDivisionError: "),
    "an exit": (lambda *args: sys.exit("bye"), "No picture yet: SystemExit: bye"),
    "nothing": (lambda *args: None, "No picture yet: "),
    "another shape": (lambda *args: np.zeros(7), "No picture yet: "),
}


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("trouble", TROUBLE)
def test_unfinished_functions_are_no_failure(bundle, capsys, name, trouble):
    """A function that is not begun, raises or returns something odd is told in a sentence, and never raises here."""
    wrong, sentence = TROUBLE[trouble]
    used = {"draw_terms": ["expanded_terms"]}.get(name, ["hidden_grads"])
    CALLS[name](bundle, RIGHT | dict.fromkeys(used, wrong))
    out, err = capsys.readouterr()
    assert out.startswith(sentence)
    assert (err, "Traceback" in out) == ("", False)


ODD = {
    "clip_gradients": lambda grads, max_norm: grads.append(grads) or grads,
    "detect_explosion": lambda *args: ("é" * 5000, 10**5000),
    "parameter_grads": lambda *args: [object()] * 3,
    "forward": lambda *args: ODD["forward"](*args),
    "spectral_radius": lambda W_hh: sys.exit(3),
    "amplification": lambda *args: (row for row in args),
}


@pytest.mark.parametrize("task", ODD)
def test_odd_answers_are_told_in_sentences(bundle, capsys, task):
    """A function that recurses for ever, exits, or returns itself or anything else costs no traceback and no long line."""
    bundle.check(task, ODD)
    out, err = capsys.readouterr()
    assert err.startswith(f"{task}: ")
    assert "Traceback" not in out + err
    assert max(map(len, err.splitlines())) < 80


def test_saved_notebooks_are_checked_without_pictures(bundle, capsys):
    """What `python -m selfcheck` and pytest run of a notebook draws nothing and prints no progress of its own."""
    for call in CALLS.values():
        call(bundle, RIGHT | {"__cell_errors__": {}})
    bundle.progress(RIGHT | {"__cell_errors__": {}})
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("name", ["graph", "paths", "overflow"])
def test_the_graphs_are_those_of_their_code(name):
    """The committed graphs look as the code draws them, and they are small."""
    data = (SOLUTION / f"{name}.png").read_bytes()
    committed, drawn = (
        np.asarray(Image.open(io.BytesIO(png)).convert("L"), dtype=float) for png in (data, graph.picture(name))
    )
    assert committed.shape == drawn.shape, "run: python -m autograder.suite.graph"
    assert np.abs(committed - drawn).mean() < 0.1, "run: python -m autograder.suite.graph"
    assert len(data) < 20_000


def test_the_release_holds_its_pictures():
    """The notebook alone carries its three pictures, each with its description, and stays small."""
    text = (RELEASE / "bptt.ipynb").read_text(encoding="utf-8")
    sources = "\n".join("".join(cell["source"]) for cell in json.loads(text)["cells"])
    assert re.findall(r"!\[[^\]]{200,}\]\((data:image/png;base64),[\w+/=]+\)", sources) == ["data:image/png;base64"] * 3
    assert ".png)" not in sources
    assert len(text) + len(BUNDLE.read_text(encoding="utf-8")) < 420_000


def test_feedback_tells_a_picture_in_words():
    """A feedback page shows the description of a picture that stands in the text, and not its bytes."""
    page = harmless_markdown(f"before\n\n![a graph](data:image/png;base64,{'A' * 40_000})\n\nafter")
    assert "(Picture: a graph)" in page
    assert "AAAA" not in page
    assert "<pre>" not in page


def test_a_browser_without_numpy_gets_its_own_sentence(monkeypatch, tmp_path):
    """In JupyterLite there is no terminal: the sentence says what to type into a cell."""
    monkeypatch.setitem(sys.modules, "numpy", None)
    monkeypatch.setattr(sys, "platform", "emscripten")
    code = compile(BUNDLE.read_text(encoding="utf-8"), str(tmp_path / "selfcheck.py"), "exec")
    with pytest.raises(SystemExit, match="In a cell of its own above this one: %pip install numpy"):
        exec(code, {"__name__": "selfcheck"})


def test_another_releases_names_get_a_sentence(bundle, capsys):
    """A notebook that asks for what this file does not have is told so, and goes on."""
    bundle.draw_training(RIGHT)
    assert "are of different releases" in capsys.readouterr().out
    with pytest.raises(AttributeError):
        _ = bundle.__wrapped__


def test_an_old_python_gets_a_sentence():
    """The self-check is read by Python 3.8, and what it meets first there is one sentence, before anything newer is used."""
    tree = ast.parse(BUNDLE.read_text(encoding="utf-8"), feature_version=(3, 8))
    first = [type(node).__name__ for node in tree.body[:4]]
    assert first == ["Expr", "Import", "FunctionDef", "If"]


@pytest.mark.parametrize(
    ("version", "sentence"), [("1.26.4", "NumPy 2 or newer, and this is 1.26.4"), (None, "needs NumPy.")]
)
def test_an_old_or_missing_numpy_gets_a_sentence(monkeypatch, tmp_path, version, sentence):
    """NumPy missing or too old ends the import with one sentence that says what to do."""
    fake = type(sys)("numpy")
    fake.__version__ = version
    monkeypatch.setitem(sys.modules, "numpy", fake if version else None)
    with pytest.raises(SystemExit, match=sentence):
        exec(
            compile(BUNDLE.read_text(encoding="utf-8"), str(tmp_path / "selfcheck.py"), "exec"),
            {"__name__": "selfcheck"},
        )


def test_the_bundle_defines_each_name_once():
    """No module of the self-check hides a name of another one where all become one file."""
    body = ast.parse(BUNDLE.read_text(encoding="utf-8")).body
    names = Counter(node.name for node in body if isinstance(node, ast.FunctionDef | ast.ClassDef))
    targets = [node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)] for node in body]
    names.update(target.id for found in targets for target in found if isinstance(target, ast.Name))
    assert [name for name, count in names.items() if count > 1] == []


def test_the_self_check_holds_no_solution():
    """Nowhere in the self-check or the notebook's cells stands a line of a solution."""
    bodies = [ast.unparse(node) for node in ast.parse((SOLUTION / "bptt.py").read_text(encoding="utf-8")).body]
    lines = {
        line.strip() for body in bodies for line in body.split("\n") if re.search(r"W_hh|eigvals|isfinite|cumsum", line)
    }
    code = {line.strip() for line in ast.unparse(ast.parse(BUNDLE.read_text(encoding="utf-8"))).split("\n")}
    assert not {line for line in lines & code if len(line) > 20}
    assert Path(RELEASE / "selfcheck.py").read_bytes() == BUNDLE.read_bytes()
