"""`nbgrader autograde bptt` with the kit against nbgrader as it comes, on the same notebooks."""

import tempfile
from pathlib import Path

from bench.course import TRIMMED, autograde, make
from bench.timing import QUICK, interleaved, ratios, spread, table

FEW, MANY = (1, 3) if QUICK else (10, 20)  # one class, and two: each sample counts once
COHORT = 12 if QUICK else 1000


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        kit, stock = Path(folder) / "kit", Path(folder) / "stock"
        make(kit, stock=False)
        make(stock, stock=True)

        def each(course: Path, judged: bool = False) -> float:
            """Seconds a submission, the command's start taken off."""
            return (autograde(course, MANY, judged) - autograde(course, FEW, judged)) / (MANY - FEW)

        found = interleaved(
            1 if QUICK else 3,
            stock=lambda: each(stock),
            kit=lambda: each(kit),
            recorded=lambda: each(kit, judged=True),
        )
        cohort = autograde(kit, COHORT)
        whole = autograde(stock, 3, trimmed=False) - autograde(stock, 1, trimmed=False)
    names = {
        "stock": "nbgrader as it comes",
        "kit": "with the kit",
        "recorded": "with the kit, judged by `grade` before",
    }
    rows = [[names[k], spread([1e3 * s for s in v]), ratios(found["stock"], v)] for k, v in found.items()]
    print("## `nbgrader autograde bptt`\n")
    print(
        "Half of the notebooks have two mistakes; each command's start is taken off. Stock nbgrader's test cells hold plain "
        "asserts: the kit's own test cases, the reference's answers to them, `assert_allclose`; no diagnosis, no isolation.\n"
    )
    print(table(["", "ms a submission", "times faster than stock"], rows))
    print(f"\n{TRIMMED} With them, stock nbgrader takes {whole / 2:.1f} s a submission.")
    print(f"\n{COHORT:,} students judged and recorded in {cohort:.0f} s with the kit, the command's start included.")


if __name__ == "__main__":
    main()
