"""What your results are held against: cases to do by hand, and numerical gradients of one scalar, `_loss`."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from autograder.engine.judging.closeness import Scale

NOT_ATTEMPTED = "not attempted yet"
TUPLES = {"forward": ("h", "o"), "parameter_grads": ("dL_dW_hx", "dL_dW_hh", "dL_dW_qh")}
FORMS = {"detect_explosion": "pair", "spectral_radius": "number"}  # the first check's name; elsewhere it is "shapes"
AXES = {"x": "Td", "h_0": "h", "W_hx": "hd", "W_hh": "hh", "W_qh": "qh", "o": "Tq", "dL_do": "Tq", "dL_dh": "Th"}
FIRST_STEP = {"h": 0, "o": 1, "dL_do": 1, "dL_dh": 1, "A": 1}  # of what has a row for each step
BACKWARDS = ("dL_dh", "A")  # the first wrong row is the one met first on the way back


@dataclass(frozen=True)
class Case:
    """One call of your function: the check it belongs to, a question, what should come out, and the arguments.

    `want` holds the arrays that are looked at, by name; a tuple is the pair (status, t), and ValueError a refusal.
    `terms` gives parts of what should come out, for an answer that is one of them, or all without one of them.
    """

    check: str
    ask: str
    want: Any
    args: dict[str, Any]
    scale: Scale = "array"
    terms: Callable[[], dict[str, np.ndarray]] = dict


# What your results are held against


def _loss(dL_do: Any, x: Any, h_0: Any, W_hx: Any, W_hh: Any, W_qh: Any, nudge: Any) -> Any:
    """Σ_t ∂L/∂o_t · o_t, which is L to first order, with h_t = W_hh^t h_0 + Σ_{i ≤ t} W_hh^{t−i} (W_hx x_i + nudge_i).

    A nudge is added to h_t itself: its gradient is ∂L/∂h_t.
    """
    power = [np.linalg.matrix_power(W_hh, k) for k in range(len(dL_do) + 1)]
    driven, total = x @ W_hx.T + nudge, 0.0
    for t in range(1, len(dL_do) + 1):
        h_t = power[t] @ h_0
        for i in range(1, t + 1):
            h_t = h_t + power[t - i] @ driven[i - 1]
        total = total + dL_do[t - 1] @ (W_qh @ h_t)
    return total


def _squared_error(o: Any, y: Any) -> Any:
    return np.sum((o - y) ** 2) / 2 / len(o)


def cross_entropy(o: Any, y: Any) -> Any:
    o = o - o.real.max(axis=1, keepdims=True)
    return np.mean(np.log(np.exp(o).sum(axis=1)) - o[np.arange(len(o)), y])


def _gradient(scalar: Callable[[Any], Any], at: np.ndarray) -> np.ndarray:
    """∂scalar/∂a for each entry a of `at`, by the complex step: f(a + iε) ≈ f(a) + iε f'(a), where nothing cancels."""
    gradient = np.zeros(at.shape)
    for entry in np.ndindex(at.shape):
        moved = at.astype(complex)
        moved[entry] += 1e-30j
        gradient[entry] = scalar(moved).imag / 1e-30
    return gradient


SIZES = {"T": 5, "d": 2, "h": 4, "q": 3}
_ROWS: dict[str, list] = {
    "x": [[1, 1.5], [-2, 1.5], [-0.5, 0.5], [1, -1], [2, -2]],
    "h_0": [-1, -0.5, 0.5, -0.5],
    "W_hx": [[-1.5, -2], [-2, -2], [-1.5, 2], [-1.5, 1]],
    "W_hh": [[1.5, -1.5, -1, -0.5], [-1, 2, -1.5, 2], [1.5, 1.5, -2, -0.5], [1, -0.5, 1, 1]],
    "W_qh": [[1, -2, 2, 0.5], [2, -1, -1, 2], [-1.5, -2, -1, 1]],
    "o": [[-2, 1.5, -1], [-1.5, 0.5, 2], [2, 1.5, -1], [-2, 1.5, 1], [1.5, -2, -2]],
    "dL_do": [[0.5, -1, -0.5], [2, -1.5, 0.5], [-1, -1, 1.5], [-1.5, -1, -2], [-1.5, -1, 1]],
}
NET = {name: np.array(rows, dtype=float) for name, rows in _ROWS.items()}


def _by(name: str, **other: np.ndarray) -> np.ndarray:
    """The gradient of the loss by one of its arguments, in the network NET with some of them replaced."""
    net = {name: NET[name] for name in ("dL_do", "x", "h_0", "W_hx", "W_hh", "W_qh")}
    net |= {"nudge": np.zeros((SIZES["T"], SIZES["h"])), **other}
    return _gradient(lambda moved: _loss(**net | {name: moved}), net[name])


def _only(array: np.ndarray, t: int) -> np.ndarray:
    """Step t of a sequence, and zeros for all others."""
    return np.where(np.arange(1, len(array) + 1)[:, None] == t, array, 0.0)


@cache
def _from_outputs() -> np.ndarray:
    """Entry [s-1, t-1] is what the output of step s alone, all others silent, sends to h_t. Shape (T, T, h)."""
    return np.array([_by("nudge", dL_do=_only(NET["dL_do"], s)) for s in range(1, SIZES["T"] + 1)])


def _direct() -> dict[str, np.ndarray]:
    return {"the direct part": np.array([_from_outputs()[t, t] for t in range(SIZES["T"])])}


@cache
def _states() -> np.ndarray:
    """h_0 … h_T of NET, seen through outputs that are the states themselves."""
    T, h = SIZES["T"], SIZES["h"]
    return np.vstack([NET["h_0"], _by("dL_do", W_qh=np.eye(h), dL_do=np.zeros((T, h)))])


def _some(names: str) -> dict[str, Any]:
    return {name: NET[name] for name in names.split()}


def _case(check: str, ask: str, want: Any, scale: Scale = "array", terms: Any = dict, **args: Any) -> Case:
    """A line of the tables below; lists become arrays."""
    for name, value in args.items():
        if name == "grads":
            args[name] = [np.array(part, dtype=float) for part in value]
        elif isinstance(value, list):
            args[name] = np.array(value, dtype=float)
    return Case(check, ask, want, args, scale, terms)


# The cases, task by task. Nothing is zero that need not be, W_hh is not symmetric, and T, d, h and q differ.
# fmt: off


def _forward() -> list[Case]:
    args = _some("x h_0 W_hx W_hh W_qh")
    return [
        _case("one-step", "What are the two parts of h_1, and which row of W_hh makes its first entry?",
              {"h": [[1, 2], [8, -1]], "o": [[7, -2, 8]]}, "row",
              x=[[3]], h_0=[1, 2], W_hx=[[1], [-1]], W_hh=[[1, 2], [0, 1]], W_qh=[[1, 1], [0, 2], [1, 0]]),
        _case("by-hand", "Take a pencil: what is h_1, and what do h_2 and h_3 make of it?",
              {"h": [[0, 1], [3, 0], [0, 3], [8, 0]], "o": [[3], [-3], [8]]}, "row",
              x=[[1], [0], [2]], h_0=[0, 1], W_hx=[[1], [0]], W_hh=[[0, 2], [1, 0]], W_qh=[[1, -1]]),
        _case("states", "Which row of x drives which row of h?", {"h": _states()}, "row", **args),
        _case("outputs", "Which rows of h produce outputs?", {"o": _by("dL_do")}, "row", **args),
    ]


def _squared_error_grad() -> list[Case]:
    o, y = NET["o"], NET["dL_do"]
    slope = _gradient(lambda moved: _squared_error(moved, y), o)
    return [
        _case("one-step", "What is the slope of a square?", {"dL_do": [[3, 0, -2]]}, o=[[4, 1, 0]], y=[[1, 1, 2]]),
        _case("by-hand", "What is the slope of a square, and what stands before the sum?",
              {"dL_do": [[0.5, 0, -1], [-0.5, 0, 0]]}, o=[[1, 2, 3], [0, 1, 1]], y=[[0, 2, 5], [1, 1, 1]]),
        _case("numerical-gradient", "If one entry of o grows, by how much does L?", {"dL_do": slope}, o=o, y=y),
        _case("on-target", "What is the slope at the bottom of a parabola?", {"dL_do": 0 * o}, o=o, y=o.copy()),
    ]


def _cross_entropy_grad() -> list[Case]:
    def numerical(check: str, ask: str, o: np.ndarray, *labels: int) -> Case:
        y = np.array(labels)
        return _case(check, ask, {"dL_do": _gradient(lambda moved: cross_entropy(moved, y), o)}, "1/T", o=o, y=y)

    large = np.array([[1e4, -1e4, 0], [-1e4, -1e4, 1 - 1e4], [1e4, 1e4 - 1, 3], [800, 0, 700]])
    third = np.array([[0.25, -0.25], [-0.5, 0.5], [0.75, -0.75]]) / 3
    return [
        _case("one-step", "Equal outputs: how likely is each class, and which one is true?",
              {"dL_do": [[0.5, -0.5]]}, "1/T", o=[[0, 0]], y=np.array([1])),
        _case("by-hand", "What is the softmax of (0, log 3)?", {"dL_do": third}, "1/T",
              o=[[0, np.log(3)], [5, 5], [np.log(3), 0]], y=np.array([1, 0, 1])),
        numerical("numerical-gradient", "If one entry of o grows, by how much does L?", NET["o"], 2, 0, 1, 1, 0),
        numerical("large-outputs", "What is exp(10000), and what may one add to a row of o?", large, 1, 0, 2, 0),
    ]


HAND: dict[str, Any] = {"W_hh": [[0, 3], [1, 0]], "W_qh": [[1, 0]]}  # what comes back as (a, b) goes on as (b, 3a)


def _hidden_grads() -> list[Case]:
    args, sent = _some("dL_do W_hh W_qh"), _from_outputs()
    return [
        _case("one-step", "T = 1: is there a next state?", {"dL_dh": [[7, 2, 2]]}, "row",
              dL_do=[[1, 2]], W_hh=[[1, 2, 0], [0, 1, 0], [0, 0, 3]], W_qh=[[1, 0, 2], [3, 1, 0]]),
        _case("by-hand", "What comes back to h_1, and through which arrows?", {"dL_dh": [[1, 6], [2, 0]]}, "row",
              dL_do=[[1], [2]], **HAND),
        _case("numerical-gradient", "If one entry of h_t grows a little, in which ways does L feel it?",
              {"dL_dh": sent.sum(axis=0)}, "row", _direct, **args),
        _case("last-loss", "Only o_T has a loss here: what comes back to the earlier states?",
              {"dL_dh": sent[-1]}, "row", **args | {"dL_do": _only(NET["dL_do"], 5)}),
        _case("first-loss", "Only o_1 has a loss here: which states does it depend on?",
              {"dL_dh": sent[0]}, "row", **args | {"dL_do": _only(NET["dL_do"], 1)}),
    ]


def _expanded_terms() -> list[Case]:
    args, sent = _some("dL_do W_hh W_qh"), _from_outputs()
    terms = [sent[5 + 2 - i - 1, 2 - 1] for i in range(2, 5 + 1)]
    total = sent.sum(axis=0)[0]
    return [
        _case("last-step", "How many terms are there for t = T, and which power do they hold?",
              {"terms": sent[4:, 4]}, "row", **args, t=5),
        _case("by-hand", "Which output belongs to the first row, i = t, and which power?",
              {"terms": [[0, 6], [1, 0]]}, "row", dL_do=[[1], [2]], **HAND, t=1),
        _case("terms", "If all outputs but one are silent, what comes from this one?",
              {"terms": terms}, "row", **args, t=2),
        _case("sum", "What do the rows add up to?", {"the sum of the rows": total}, **args, t=1),
    ]


def _parameter_grads() -> list[Case]:
    h = _states()
    args: dict[str, Any] = {"x": NET["x"], "h": h, "dL_do": NET["dL_do"], "dL_dh": _by("nudge")}
    steps = {"the part of the first step": 1, "the part of the last step": 5}

    def parts(x: np.ndarray) -> dict[str, np.ndarray]:
        """What single steps give to the weights of an input; h_{t-1} is one as well, that of W_hh."""
        return {name: _by("W_hx", x=_only(x, t), W_hx=np.zeros((4, x.shape[1]))) for name, t in steps.items()}

    def outputs() -> dict[str, np.ndarray]:
        return {name: _by("W_qh", dL_do=_only(NET["dL_do"], t)) for name, t in steps.items()}

    many = "At how many steps is it used, and"
    return [
        _case("one-step", "T = 1: which state does W_hh multiply, and which one W_qh?",
              {"dL_dW_hx": [[2, 1], [0, 0], [-4, -2]], "dL_dW_hh": [[1, -1, 3], [0, 0, 0], [-2, 2, -6]],
               "dL_dW_qh": [[0, 10, 20]]}, x=[[2, 1]], h=[[1, -1, 3], [0, 2, 4]], dL_do=[[5]], dL_dh=[[1, 0, -2]]),
        _case("W_hx", f"{many} what does W_hx multiply at step t?",
              {"dL_dW_hx": _by("W_hx")}, terms=lambda: parts(NET["x"]), **args),
        _case("W_hh", f"{many} which state does W_hh multiply at step t?",
              {"dL_dW_hh": _by("W_hh")}, terms=lambda: parts(h[:-1]), **args),
        _case("W_qh", f"{many} which state does W_qh multiply at step t?",
              {"dL_dW_qh": _by("W_qh")}, terms=outputs, **args),
    ]


def _spectral_radius() -> list[Case]:
    made = np.array([[1, 1], [1, 2]]) @ np.diag([2, -5]) @ np.array([[2, -1], [-1, 1]])  # basis, eigenvalues, inverse
    table: tuple[tuple[str, str, float, Any], ...] = (
        ("diagonal", "What are the eigenvalues of a diagonal matrix?", 3, [[3, 0, 0], [0, 1, 0], [0, 0, 2]]),
        ("diagonal", "What is the eigenvalue of a matrix with one entry?", 0.5, [[0.5]]),
        ("negative", "What is the modulus of a negative number?", 4, [[1, 0], [0, -4]]),
        ("rotation", "What is the modulus of a complex number?", 2, [[0, -2], [2, 0]]),
        ("rotation", "What is the modulus of a complex number?", 5, [[3, -4, 0], [4, 3, 0], [0, 0, 4]]),
        ("triangular", "Eigenvalue or singular value: which one is asked for?", 0.5, [[0.5, 8], [0, 0.5]]),
        ("triangular", "What are the eigenvalues of a triangular matrix?", 0, [[0, 7], [0, 0]]),
        ("known-eigenvalues", "Its eigenvalues are 2 and -5: which one counts?", 5, made.tolist()),
    )
    return [_case(check, ask, {"the spectral radius": radius}, W_hh=W_hh) for check, ask, radius, W_hh in table]


def _amplification() -> list[Case]:
    dL_do, W_qh = np.array([[1, 0], [0, -2], [0, 0], [-1, 0]]), [[3, 4, 0], [0, 0, 1]]  # signals of length 5, 2, 0, 5
    dL_dh = np.array([[0, 0, 24], [0, 21, 28], [0, 6, 8], [-3, -4, 0]])
    quiet = {"dL_dh": [[0, 0, 21], [0, 0, -2], [0, 0, 0], [0, 0, 0]], "dL_do": [[1, 0], [0, -2], [0, 0], [0, 0]]}

    def scaled(check: str, ask: str, factor: float) -> Case:
        return _case(check, ask, {"A": [2, 5, 2, 1]}, "entry", dL_dh=dL_dh * factor, dL_do=dL_do * factor, W_qh=W_qh)

    return [
        _case("one-step", "T = 1: what was sent, and what arrives?", {"A": [1]},
              dL_dh=[[3, 4]], dL_do=[[1]], W_qh=[[3, 4]]),
        scaled("by-hand", "Take a pencil: how long is each signal, and which of them count for t?", 1.0),
        _case("silent-end", "The last steps send no signal: what does 0/0 give, and what is asked for?",
              {"A": [3, 1, 0, 0]}, "entry", **quiet, W_qh=W_qh),
        scaled("tiny-loss", "The loss is scaled by 1e-200: what is the square of 1e-200 in float64?", 1e-200),
        scaled("huge-loss", "The loss is scaled by 1e200: what is the square of 1e200 in float64?", 1e200),
    ]


def _detect_explosion() -> list[Case]:
    dL_dh, dL_do = np.array([[3.0, 4], [0, 20], [15, 0], [0, 1]]), np.array([[0.0], [0], [0], [1]])
    W_qh, edge = np.array([[0.0, 1]]), np.array([[0.0, 10], [0, 1]])
    nan, both, silent, zero = dL_dh.copy(), dL_dh.copy(), 0 * dL_dh, 0 * dL_dh
    nan[0, 1] = both[1, 0] = silent[2, 1] = np.nan
    both[2, 1] = -np.inf
    walk = "A is 5, 20, 15, 1: which step is met first on the way back, and is t the index of a row?"
    square = "Does the scale of a loss change A_t? What is the square of 1e-200, or of 1e200?"
    order = "What is looked at first, and in which direction?"
    table: tuple[tuple[Any, ...], ...] = (
        ("exploding", walk, ("exploding", 3), dL_dh, dL_do, W_qh),
        ("exploding", walk, ("exploding", 2), dL_dh, dL_do, W_qh, 16.0),
        ("stable", "A is 5, 20, 15, 1: is one of them too large?", ("stable", None), dL_dh, dL_do, W_qh, 30.0),
        ("stable", "A is 10, 1: is A_1 larger than the threshold?", ("stable", None), edge, dL_do[2:], W_qh),
        ("stable", "T = 1: can anything have grown?", ("stable", None), dL_dh[3:], dL_do[3:], W_qh),
        ("non-finite", order, ("non_finite", 1), nan, dL_do, W_qh),
        ("non-finite", order, ("non_finite", 3), both, dL_do, W_qh),
        ("non-finite", order, ("non_finite", 3), silent, 0 * dL_do, W_qh),
        ("no-signal", "What do the outputs send back here?", ("no_signal", None), zero, 0 * dL_do, W_qh),
        ("no-signal", "Can all signals be zero although dL_do is not?", ("no_signal", None), zero, dL_do, 0 * W_qh),
        ("loss-scale", square, ("exploding", 3), dL_dh * 1e-200, dL_do * 1e-200, W_qh),
        ("loss-scale", square, ("exploding", 3), dL_dh * 1e200, dL_do * 1e200, W_qh),
        ("refuses", "Which thresholds make no sense?", ValueError, dL_dh, dL_do, W_qh, 1.0),
        ("refuses", "What is looked at first?", ValueError, nan, dL_do, W_qh, 0.5),
    )
    names = ("dL_dh", "dL_do", "W_qh", "threshold")
    return [_case(check, ask, want, **dict(zip(names, args, strict=False))) for check, ask, want, *args in table]


def _truncated_hidden_grads() -> list[Case]:
    args, sent = _some("dL_do W_hh W_qh"), _from_outputs()

    def window(check: str, ask: str, tau: int) -> Case:
        kept = np.array([sent[t : t + tau, t].sum(axis=0) for t in range(5)])
        return _case(check, ask, {"dL_dh": kept}, "row", _direct, **args, tau=tau)

    return [
        _case("one-step", "T = 1: is there a next state?", {"dL_dh": [[1, 0]]}, "row", dL_do=[[1]], **HAND, tau=3),
        _case("by-hand", "tau = 2: which two losses does each state keep, and what happens to them on their way?",
              {"dL_dh": [[1, 6], [2, 12], [4, 0]]}, "row", dL_do=[[1], [2], [4]], **HAND, tau=2),
        window("direct-only", "tau = 1: whose loss is kept for h_t?", 1),
        window("window", "Where does the window of step t begin, and where does it end?", 2),
        window("window", "Where does the window of step t begin, and where does it end?", 3),
        _case("window", "Is the signal that leaves the window subtracted? How many digits survive that?",
              {"dL_dh": [[0.1, 0.3]] * 79 + [[0.1, 0]]}, "row", dL_do=[[0.1]] * 80, **HAND, tau=2),
        window("whole", "What does a window of T steps leave out?", 5),
        window("whole", "What does a window of more than T steps leave out?", 50),
        _case("refuses", "Which tau keep no loss at all?", ValueError, **args, tau=0),
        _case("refuses", "Which tau keep no loss at all?", ValueError, **args, tau=-2),
    ]


def _clip_gradients() -> list[Case]:
    grads, zeros = [[[1, -2]], [2, 4]], [[0, 0], [[0]]]  # the joint norm of the first is 5
    joint = "What is the norm of all entries together, and how many factors are there?"
    compared = "Which comparisons with a norm that is NaN or infinite are true?"
    table: tuple[tuple[str, str, Any, Any, float], ...] = (
        ("by-hand", joint, [[[0.5, -1]], [1, 2]], grads, 2.5),
        ("by-hand", joint, [[[0.6], [0.8]]], [[[3], [4]]], 1.0),
        ("short-ones", "Is the joint norm too large?", grads, grads, 5.0),
        ("short-ones", "Is the joint norm too large?", grads, grads, 100.0),
        ("short-ones", "All entries are zero: by what would you divide?", zeros, zeros, 1.0),
        ("tiny-entries", "How much is 1e-6, or 1e-12, beside a norm of 5e-9?",
         [[[0.6e-10]], [0.8e-10, 0]], [[[3e-9]], [4e-9, 0]], 1e-10),
        ("tiny-entries", "Which norms does your code take for zero?",
         [[[0.6e-121]], [0.8e-121, 0]], [[[3e-120]], [4e-120, 0]], 1e-121),
        ("large-entries", "What is the square of 1e300 in float64?", [[[0.6]], [0.8, 0]], [[[3e299]], [4e299, 0]], 1.0),
        ("refuses", compared, ValueError, [[[1, np.nan]], [2, 4]], 1.0),
        ("refuses", compared, ValueError, [[[1, 2]], [np.inf, 4]], 1.0),
        ("refuses", "Which max_norm make no sense?", ValueError, grads, 0.0),
        ("refuses", "Which max_norm make no sense?", ValueError, grads, -1.0),
    )

    def row(check: str, ask: str, want: Any, grads: Any, max_norm: float) -> Case:
        arrays = want if want is ValueError else {f"clipped[{i}]": part for i, part in enumerate(want)}
        return _case(check, ask, arrays, grads=grads, max_norm=max_norm)

    return [row(*line) for line in table]


TASKS: dict[str, Callable[[], list[Case]]] = {
    "forward": _forward, "squared_error_grad": _squared_error_grad, "cross_entropy_grad": _cross_entropy_grad,
    "hidden_grads": _hidden_grads, "expanded_terms": _expanded_terms, "parameter_grads": _parameter_grads,
    "spectral_radius": _spectral_radius, "amplification": _amplification, "detect_explosion": _detect_explosion,
    "truncated_hidden_grads": _truncated_hidden_grads, "clip_gradients": _clip_gradients,
}
SHAPE_ASKS = {
    "forward": "How many states are there, h_0 included, and how many outputs?",
    "expanded_terms": "How many steps are there from t to T, and how long is each term?",
    "parameter_grads": "Which shape has the parameter itself, and in which order are the three asked for?",
    "spectral_radius": "Is it one number, or an array of them?",
    "amplification": "How many numbers are asked for at each step?",
    "clip_gradients": "Which shapes come in, and which go out?",
}
RELATION_ASKS = {
    "sign": "If one entry grows a little, does L grow or shrink?",
    "factor": "Which factor is missing, or there once too often?",
    "transpose": "Which index counts the rows, and which the columns?",
    "reversed": "In which order are the rows asked for?",
    "shift": "Which row belongs to which step?",
    "rounded": "Which division or which dtype cuts the fraction off?",
    "imprecise": "Which step loses the digits?",
    "squared_error_grad factor": "What becomes of the 1/2, and where does the 1/T of the loss enter?",
    "cross_entropy_grad factor": "Where does the 1/T of the loss enter, and how often?",
    "hidden_grads zeros": "What starts the way back at t = T?",
    "hidden_grads factor": "dL_do holds its 1/T already: must a factor appear here?",
    "hidden_grads only_last_row": "What happens to a gradient on its way from h_{t+1} to h_t?",
    "hidden_grads term": "How many arrows leave h_t in the graph?",
    "parameter_grads factor": "dL_do and dL_dh hold their 1/T already: must a factor appear here?",
    "parameter_grads transpose": "In which order do the factors of the outer product stand?",
    "parameter_grads term": "At how many steps is the parameter used?",
    "clip_gradients factor": "Is it one factor for all arrays, and of which norm is it made?",
    "clip_gradients zeros": "What became of the norm on the way?",
}
ERROR_ASKS = {
    "ValueError": "What are the shapes of the arrays in this line?",
    "IndexError": "Which rows does this array have?",
    "NameError": "Where does this name get its value?",
    "TypeError": "Which values meet in this line, and of which type are they?",
}
# fmt: on


@cache
@np.errstate(all="ignore")
def cases_of(task: str) -> list[Case]:
    return TASKS[task]()
