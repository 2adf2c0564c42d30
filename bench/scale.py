"""100, 1,000 and 10,000 submissions of a class that makes mistakes, by `grade` and by `grade --cluster`: time and memory."""

import sys
import tempfile
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from distributed import LocalCluster

from autograder.engine.grading.cores import cores
from bench import course
from bench.timing import QUICK, ROOT, seconds, table

SIZES = (10, 30) if QUICK else (100, 1000, 10_000)
COMMANDS = {"grade": "`grade`", "cluster": "`grade --cluster`"}
WORKERS = 2
CORES = cores()
# Peaks in KiB: of the grader, and of the largest process that it started and that has ended, sandboxes included.
_RUN = """
if __name__ == "__main__":
    import resource, sys
    from autograder.__main__ import main
    main(["grade", "submitted", "--json", "report.json", *sys.argv[1:]], standalone_mode=False)
    peaks = [resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    open("peaks", "w").write(" ".join(map(str, peaks)))
"""
# A small process between: a new one counts the size of the process that started it as its own.
_SHELL = "import subprocess, sys; subprocess.run([sys.executable, 'run.py', *sys.argv[1:]], check=True)"


@dataclass(frozen=True)
class Figures:
    """Of one call."""

    seconds: float
    grader_mib: float
    largest_mib: float


def _run(folder: Path, *words: str) -> Figures:
    """One call over what is handed in, nothing judged before."""
    course.forget(folder)
    taken = seconds(sys.executable, "-c", _SHELL, *words, cwd=folder)
    own, others = (float(peak) / 1024 for peak in (folder / "peaks").read_text().split())
    return Figures(taken, own, others)


def _measure(folder: Path) -> dict[tuple[str, int], Figures]:
    """By command and size."""
    (folder / "autograder.toml").touch()
    (folder / "run.py").write_text(_RUN, encoding="utf-8")
    figures = {}
    with LocalCluster(
        n_workers=WORKERS, threads_per_worker=1, host="127.0.0.1", dashboard_address=None, local_directory=str(folder)
    ) as cluster:
        extra = {"grade": (), "cluster": ("--cluster", str(cluster.scheduler_address))}
        for size in SIZES:
            course.hand_in(folder, size)
            for name, words in extra.items():
                found = figures[name, size] = _run(folder, *words)
                print(f"  {size} by {name}: {found.seconds:.1f} s, {found.grader_mib:.0f} MiB", file=sys.stderr)
    return figures


def _plot(figures: dict[tuple[str, int], Figures], path: Path) -> None:
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot as plt

    figure, (time, memory) = plt.subplots(1, 2, figsize=(8, 3.4), layout="constrained")
    for name, style in (("grade", "o-"), ("cluster", "s--")):
        label = COMMANDS[name].strip("`")
        time.loglog(SIZES, [figures[name, n].seconds for n in SIZES], style, color="black", label=label)
        peaks = [figures[name, n].grader_mib for n in SIZES]
        memory.semilogx(SIZES, peaks, style, color="black", label=f"{label}: the grader")
    time.set(xlabel="submissions", ylabel="seconds", title="time")
    memory.set(xlabel="submissions", ylabel="MiB", title="peak of memory")
    memory.set_ylim(0, 1.5 * max(figure.grader_mib for figure in figures.values()))
    for panel in (time, memory):
        panel.grid(alpha=0.3)
        panel.legend(fontsize="small", loc="upper left")
    figure.savefig(path, dpi=130, metadata={"Software": None})


def section(figures: dict[tuple[str, int], Figures]) -> str:
    """The results as Markdown."""
    rows = []
    for name, n in product(COMMANDS, SIZES):
        found = figures[name, n]
        largest = f"{found.largest_mib:.0f}" if name == "grade" else "–"
        ms = 1e3 * found.seconds / n
        rows.append([COMMANDS[name], f"{n:,}", f"{found.seconds:.1f}", f"{ms:.1f}", f"{found.grader_mib:.0f}", largest])
    head = ["", "submissions", "seconds", "ms a submission", "grader's peak, MiB", "largest other process, MiB"]
    return "\n".join(
        [
            "## Scale\n",
            f"Half of the notebooks have two mistakes, and nothing was judged before. `grade` uses all {CORES} cores; "
            f"`grade --cluster` hands out to {WORKERS} Dask workers of one thread on this machine, started before the "
            "clock. The largest other process is of the pool or one of its sandboxes, as far as the system tells.\n",
            table(head, rows),
            "\n![Seconds and peaks of memory over the number of submissions, for both commands](scale.png)",
        ]
    )


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        figures = _measure(Path(name))
        if QUICK:
            _plot(figures, Path(name) / "scale.png")
        else:
            _plot(figures, ROOT / "docs" / "scale.png")
    print(section(figures))


if __name__ == "__main__":
    main()
