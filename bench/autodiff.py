"""The reference and its scan against automatic differentiation: loss and all gradients, T steps, h hidden units.

Run as `python -m bench.autodiff` in an environment with numpy, matplotlib, torch and jax: a section of Markdown goes to
stdout, a plot to docs/autodiff.png. `--quick` tries two small sizes and draws nothing. Every one uses a single thread.
"""

import os
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"  # read when NumPy and PyTorch are loaded
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
os.environ["JAX_PLATFORMS"] = "cpu"

import numpy as np  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "solution"))
sys.dont_write_bytecode = True  # formgrader takes a folder beside solution/bptt for an assignment
import bptt  # noqa: E402
import scan  # noqa: E402

GRID = [(T, h) for T in (10, 100, 1000) for h in (16, 64, 256)]
QUICK = [(10, 16), (100, 64)]
D, Q = 8, 4  # inputs and outputs of a step
ROUNDS = 15
ROUND_S = 0.02  # of one measurement: a clock's ticks and a call's overhead are nothing against it

Function = Callable[[], Any]


def problem(T: int, h: int) -> tuple[np.ndarray, ...]:
    """x, y, h_0, W_hx, W_hh, W_qh. W_hh is orthogonal: over any T nothing vanishes and nothing explodes."""
    draw = np.random.default_rng(T * 1000 + h).standard_normal
    W_hh = np.linalg.qr(draw((h, h)))[0]
    return draw((T, D)), draw((T, Q)), draw(h), draw((h, D)) / 4, np.ascontiguousarray(W_hh), draw((Q, h)) / h**0.5


def by_numpy(way: Any, *arrays: np.ndarray) -> Function:
    """The functions of solution/bptt.py, one after the other, with the recurrences of `way`: bptt's loop or the scan.

    The scan goes both ways through time by the powers of the same matrix, which it is given once.
    """
    x, y, h_0, W_hx, W_hh, W_qh = arrays

    def run() -> tuple[Any, ...]:
        shared = [scan.powers(W_hh, len(x))] if way is scan else []
        h, o = way.forward(x, h_0, W_hx, W_hh, W_qh, *shared)
        dL_do = bptt.squared_error_grad(o, y)
        dL_dh = way.hidden_grads(dL_do, W_hh, W_qh, *shared)
        return bptt.squared_error(o, y), dL_dh, *bptt.parameter_grads(x, h, dL_do, dL_dh)

    return run


def by_torch(*arrays: np.ndarray) -> Function:
    """PyTorch's autograd over a loop, with one fused call (addmv) a step."""
    import torch

    torch.set_num_threads(1)
    x, y, h_0, *W = (torch.tensor(array) for array in arrays)
    W_hx, W_hh, W_qh = (weight.requires_grad_() for weight in W)

    def run() -> tuple[Any, ...]:
        state, states = h_0, []
        driven = x @ W_hx.T  # the gradient of its row t is ∂L/∂h_t
        for row in driven.unbind(0):
            state = torch.addmv(row, W_hh, state)
            states.append(state)
        o = torch.stack(states) @ W_qh.T
        loss = ((o - y) ** 2).sum() / 2 / len(x)
        grads = torch.autograd.grad(loss, (driven, W_hx, W_hh, W_qh))
        return loss.item(), *(grad.numpy() for grad in grads)

    return run


def by_jax(*arrays: np.ndarray) -> Function:
    """JAX, compiled as a whole: value_and_grad of a scan."""
    import jax

    jax.config.update("jax_enable_x64", True)
    x, y, h_0, *W = (jax.numpy.asarray(array) for array in arrays)

    nothing = jax.numpy.zeros((len(x), len(h_0)))

    def loss(added: Any, W: Any, x: Any, y: Any, h_0: Any) -> Any:
        W_hx, W_hh, W_qh = W

        def step(state: Any, driven: Any) -> tuple[Any, Any]:
            state = driven + W_hh @ state
            return state, state

        _, states = jax.lax.scan(step, h_0, x @ W_hx.T + added)
        return ((states @ W_qh.T - y) ** 2).sum() / 2 / len(x)

    compiled = jax.jit(jax.value_and_grad(loss, argnums=(0, 1)))  # the gradient by `added` is ∂L/∂h_t

    def run() -> tuple[Any, ...]:
        value, (dL_dh, grads) = jax.block_until_ready(compiled(nothing, tuple(W), x, y, h_0))
        return value, dL_dh, *grads

    return run


def agree(one: Iterable[Any], other: Iterable[Any]) -> float:
    """The largest difference of two lists of arrays, each relative to its largest entry."""
    pairs = [(np.asarray(a), np.asarray(b)) for a, b in zip(one, other, strict=True)]
    return max(float(np.abs(a - b).max() / np.abs(a).max()) for a, b in pairs)


def measure(functions: dict[str, Function]) -> dict[str, list[float]]:
    """Seconds a call of each, measured in turns, so that whatever else the machine does meets all of them."""
    repeats: dict[str, int] = {}
    times: dict[str, list[float]] = {name: [] for name in functions}
    for name, function in functions.items():
        function()  # compiled and warm
        start = time.perf_counter()
        function()
        repeats[name] = max(1, round(ROUND_S / (time.perf_counter() - start)))
    for _ in range(ROUNDS):
        for name, function in functions.items():
            start = time.perf_counter()
            for _ in range(repeats[name]):
                function()
            times[name].append((time.perf_counter() - start) / repeats[name])
    return times


def compare(T: int, h: int) -> dict[str, list[float]]:
    """Times of all four, and of what nothing that goes through W_hh twice a step can beat. Raises where two differ."""
    arrays = problem(T, h)
    W_hh = arrays[4]
    ways = {"reference": by_numpy(bptt, *arrays), "by scan": by_numpy(scan, *arrays)}
    ways |= {"PyTorch": by_torch(*arrays), "JAX": by_jax(*arrays)}
    expected = ways["reference"]()
    for name, way in ways.items():
        difference = agree(expected, way())
        limit = 1e-12 if name == "by scan" else 1e-10
        assert difference < limit, f"T = {T}, h = {h}: {name} differs by {difference:.1e} of the scale"
    vector, out, flat = arrays[2], np.empty(h), W_hh.ravel()
    ways["products"] = lambda: np.dot(W_hh, vector, out=out)  # BLAS's matrix times vector
    ways["reading"] = lambda: np.dot(flat, flat)  # every entry once, in order: the fastest way to read them
    times = measure(ways)
    for name in ("products", "reading"):
        times[name] = [2 * T * seconds for seconds in times[name]]
    return times


def spread(times: list[float]) -> str:
    """The median in microseconds and the middle half of all."""
    low, middle, high = (1e6 * second for second in statistics.quantiles(times, n=4))
    return f"{middle:,.0f} ({low:,.0f} – {high:,.0f})"


def section(found: dict[tuple[int, int], dict[str, list[float]]]) -> str:
    """The results as Markdown."""
    import jax
    import torch

    lines = [
        "## The reference against automatic differentiation",
        "",
        f"Loss, ∂L/∂h_t and the gradients of all parameters in float64, d = {D}, q = {Q}, one thread each, in µs: the",
        f"median of {ROUNDS} measurements taken in turns, and the middle half of them. “Reference” is the loop of",
        "`solution/bptt.py`, “by scan” is `solution/scan.py`; they agree to 1e-12 of their scale, all others to 1e-10.",
        f"NumPy {np.__version__}, PyTorch {torch.__version__} (autograd), JAX {jax.__version__} (jit of a scan).",
        "",
        "| T | h | reference | by scan | PyTorch | JAX | JAX / by scan | JAX / reference | PyTorch / reference "
        "| of BLAS | of reading |",
        "|" + " ---: |" * 11,
    ]
    for (T, h), times in found.items():
        shown = [spread(times[name]) for name in ("reference", "by scan", "PyTorch", "JAX")]
        middle = {name: statistics.median(measured) for name, measured in times.items()}
        own, jit = middle["reference"], middle["JAX"]
        ratios = [f"{jit / middle['by scan']:.1f}", f"{jit / own:.1f}", f"{middle['PyTorch'] / own:.1f}"]
        ratios += [f"{middle[name] / own:.0%}" for name in ("products", "reading")]
        lines.append("| " + " | ".join([f"{T}", f"{h}", *shown, *ratios]) + " |")
    lines += [
        "",
        "“Of BLAS” is how much of the reference's time two bare products of W_hh with a vector take for each step, and “of",
        "reading” how much it takes to read W_hh twice a step, at the bandwidth of whichever cache holds it.",
    ]
    return "\n".join(lines)


def plot(found: dict[tuple[int, int], dict[str, list[float]]], path: Path) -> None:
    """Time a step over h, one panel for each T."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    steps = sorted({T for T, _ in found})
    figure, panels = plt.subplots(1, len(steps), figsize=(9, 3.4), sharey=True, squeeze=False, layout="constrained")
    styles = {"reference": "o-", "by scan": "D-", "PyTorch": "s--", "JAX": "^:", "reading": "k-."}
    labels = {"reading": "reading W_hh twice"}
    for panel, T in zip(panels[0], steps, strict=True):
        sizes = [h for t, h in found if t == T]
        for name, style in styles.items():
            medians = [1e6 * statistics.median(found[T, h][name]) / T for h in sizes]
            panel.loglog(sizes, medians, style, base=2, label=labels.get(name, name))
        panel.set(title=f"T = {T}", xlabel="hidden units h", xticks=sizes, xticklabels=sizes)
        panel.set_yscale("log")
        panel.grid(alpha=0.3)
    panels[0][0].set_ylabel("µs a step")
    panels[0][-1].legend(fontsize="small")
    path.parent.mkdir(exist_ok=True)
    figure.savefig(path, dpi=150, metadata={"Software": None})


def main(words: list[str]) -> None:
    quick = "--quick" in words
    found = {}
    for T, h in QUICK if quick else GRID:
        print(f"T = {T}, h = {h}", file=sys.stderr)
        found[T, h] = compare(T, h)
    print(section(found))
    if not quick:
        plot(found, ROOT / "docs" / "autodiff.png")
        print(
            "\n![Time a step over the number of hidden units, for the reference, the scan, PyTorch and JAX](autodiff.png)"
        )


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except ImportError as error:
        sys.exit(f"{error.name} is missing: pip install numpy matplotlib torch==2.13.0 jax jaxlib")
