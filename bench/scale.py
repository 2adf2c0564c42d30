"""100, 1,000 and 10,000 composed submissions in one `grade` call: time and the grader's peak of memory."""

import sys
import tempfile
from pathlib import Path

from bench import course
from bench.timing import QUICK, ROOT, seconds, table

SIZES = (10, 30) if QUICK else (100, 1000, 10_000)
# The peak of this one process: the report is streamed, and the pool's processes have their own.
_PEAK = """
import resource, sys
from autograder.__main__ import main
main(["grade", "submitted", "--json", "report.json"], standalone_mode=False)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def _run(folder: Path, size: int) -> tuple[float, float]:
    """Seconds and MiB of one call over `size` submissions."""
    course.hand_in(folder, size)
    course.forget(folder)
    (folder / "run.py").write_text(f"if __name__ == '__main__':\n    exec({_PEAK!r})\n", encoding="utf-8")
    taken = seconds(sys.executable, "-c", _SHELL, cwd=folder)
    return taken, float((folder / "peak").read_text()) / 1024


_SHELL = """
import subprocess, sys
done = subprocess.run([sys.executable, "run.py"], capture_output=True, text=True, check=True)
open("peak", "w").write(done.stdout.split()[-1])
"""


def _plot(figures: dict[int, tuple[float, float]], path: Path) -> None:
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot as plt

    figure, (time, memory) = plt.subplots(1, 2, figsize=(8, 3.2), layout="constrained")
    sizes = list(figures)
    time.loglog(sizes, [figures[n][0] for n in sizes], "o-", color="black")
    time.set(xlabel="submissions", ylabel="seconds", title="time")
    memory.semilogx(sizes, [figures[n][1] for n in sizes], "s-", color="black")
    memory.set(xlabel="submissions", ylabel="MiB", title="the grader's peak of memory", ylim=(0, None))
    figure.savefig(path, dpi=130)


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        (folder / "autograder.toml").touch()
        figures = {}
        for size in SIZES:
            figures[size] = _run(folder, size)
            print(f"  {size}: {figures[size][0]:.1f} s, {figures[size][1]:.0f} MiB", file=sys.stderr)
    (ROOT / "docs").mkdir(exist_ok=True)
    if not QUICK:
        _plot(figures, ROOT / "docs" / "scale.png")
    rows = [[f"{n:,}", f"{s:.1f}", f"{1e3 * s / n:.1f}", f"{m:.0f}"] for n, (s, m) in figures.items()]
    print("## Scale\n\nOne `grade` call on all cores, nothing judged before.\n")
    print(table(["submissions", "seconds", "ms a submission", "grader's peak, MiB"], rows))
    print("\n![Time grows in proportion to the number of submissions, memory hardly at all](scale.png)")


if __name__ == "__main__":
    main()
