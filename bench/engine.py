"""What judging one submission costs: processor time of grader and sandbox by kind of class; wall clock against stock."""

import os
import resource
import statistics
import sys
import tempfile
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

from autograder.engine.core.settings import FILE
from autograder.engine.course.course_file import find_course
from autograder.engine.grading.batch import Grader, prove_isolation
from autograder.engine.grading.cores import cores
from autograder.engine.intake.collecting import collected
from autograder.engine.intake.found import Found
from autograder.engine.sandbox.worker.imports import wanted
from bench import course
from bench.notebooks import solutions
from bench.timing import QUICK, interleaved, quartiles, ratios, spread, table

CORES = cores()
NOTEBOOKS = 20 if QUICK else 24
EACH = 1 if QUICK else 10  # of each notebook in a row: /proc counts in ticks of 10 ms, too coarse for one submission
FEW, MANY = (2, 6) if QUICK else (20, 100)


@dataclass(frozen=True)
class Kind:
    """One kind of class."""

    mistakes: int = 0
    locate: str = "all"
    first: str = ""  # what its first cell imports


RIGHT = "nobody makes a mistake"
KINDS = {
    RIGHT: Kind(),
    "everyone makes two": Kind(mistakes=2),
    'the same, `locate = "off"`': Kind(mistakes=2, locate="off"),
    "nobody, and the first cell imports SciPy's `linalg` and `special`": Kind(
        first="from scipy import linalg, special"
    ),
    "nobody, and the first cell imports SciPy's `signal`": Kind(first="import scipy.signal"),
}


def cpu_ms() -> float:
    """CPU time of this process so far, and of the sandboxes that it has started."""
    mine = resource.getrusage(resource.RUSAGE_SELF)
    while True:
        with suppress(FileNotFoundError, ProcessLookupError):  # one has just ended: its time is its parent's now
            return 1e3 * (mine.ru_utime + mine.ru_stime) + _children_ms(os.getpid())


def _children_ms(process: int) -> float:
    """CPU time of all that a process has started, ended or not."""
    return 1e3 * sum(map(_ticks, _children(process))) / os.sysconf("SC_CLK_TCK")


def _children(process: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def _ticks(process: int) -> int:
    """Of a process, its children that have ended, and those that live: the warm worker is a child of its guard."""
    own = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[11:15]
    return sum(map(int, own)) + sum(map(_ticks, _children(process)))


class Bench:
    """One kind of class with a warm grader of its own."""

    def __init__(self, folder: Path, kind: Kind, stack: ExitStack) -> None:
        folder.mkdir()
        (folder / FILE).write_text(f'locate = "{kind.locate}"\n', encoding="utf-8")
        course.hand_in(folder, NOTEBOOKS, (kind.mistakes,), kind.first)
        settings = find_course(folder)
        self._folder = folder
        self._grader = stack.enter_context(Grader(settings, prove_isolation(settings)))
        self._found = stack.enter_context(collected([folder / "submitted"])).found

    def each_ms(self, number: int) -> float:
        """Milliseconds of processor time for one notebook, judged again and again with nothing stored."""
        entry = self._found[number]
        self._judge(entry)  # the first time its test cases are drawn
        before = cpu_ms()
        for _ in range(EACH):
            self._judge(entry)
        return (cpu_ms() - before) / EACH

    def _judge(self, entry: Found) -> None:
        course.forget(self._folder)
        result = self._grader.judge(entry)
        if result.status == "grader_error":
            raise RuntimeError(result.message)


def cpu_by_kind(folder: Path) -> dict[str, list[float]]:
    """Milliseconds a submission, notebook by notebook: all kinds of class in turn."""
    figures: dict[str, list[float]] = {name: [] for name in KINDS}
    with ExitStack() as stack:
        benches = {name: Bench(folder / str(n), kind, stack) for n, (name, kind) in enumerate(KINDS.items())}
        for number in range(NOTEBOOKS):
            for name, bench in benches.items():
                figures[name].append(bench.each_ms(number))
            print(f"  notebook {number + 1} of {NOTEBOOKS}", file=sys.stderr)
    return figures


def wall_clock(folder: Path) -> dict[str, list[float]]:
    """Seconds a submission of the mixed class, each command's start taken off: the kit's and stock nbgrader's."""
    kit, stock = folder / "kit", folder / "stock"
    kit.mkdir()
    (kit / FILE).touch()
    course.make(stock, stock=True)

    def each(jobs: int) -> float:
        return (course.grade(kit, MANY, jobs) - course.grade(kit, FEW, jobs)) / (MANY - FEW)

    few, many = (1, 2) if QUICK else (10, 20)
    return interleaved(
        1 if QUICK else 3,
        stock=lambda: (course.autograde(stock, many) - course.autograde(stock, few)) / (many - few),
        one=lambda: each(1),
        all=lambda: each(CORES),
    )


def section(cpu: dict[str, list[float]], wall: dict[str, list[float]]) -> str:
    """The results as Markdown."""
    plain = [number for number in range(NOTEBOOKS) if wanted(list(solutions(number).values())) == "minimal"]
    rows = []
    for name, ms in cpu.items():
        numbers = plain if KINDS[name].first else range(NOTEBOOKS)
        times = quartiles([ms[number] / cpu[RIGHT][number] for number in numbers])
        rows.append([name, quartiles(ms), f"{statistics.mean(ms):.1f}", times])
    names = {"stock": "`nbgrader autograde`, stock", "one": "`grade --jobs 1`", "all": f"`grade --jobs {CORES}`"}
    clock = [[names[k], spread([1e3 * s for s in v]), ratios(wall["stock"], v)] for k, v in wall.items()]
    gain = statistics.median(one / every for one, every in zip(wall["one"], wall["all"], strict=True))
    return "\n".join(
        [
            "## Judging\n",
            "Processor time of grader and sandbox for one submission, once warm, in ms. Each notebook is judged "
            f"{EACH} times in a row, for all kinds of class in turn. Shown are the median over {NOTEBOOKS} notebooks and "
            "the middle half of them. The ratio is notebook by notebook, to the same notebook without a mistake.\n",
            table(["class", "ms", "mean", "times as long"], rows),
            f"\nWhere the first cell imports SciPy, the ratio is over the {len(plain)} notebooks that do not by themselves.\n",
            "Half of the next notebooks have two mistakes. Shown are the median of the rounds and all of them.\n",
            table(["wall clock", "ms a submission", "times faster than stock"], clock),
            f"\n{course.TRIMMED}",
            f"\n{CORES} processes judge {gain:.2f} times as fast as one.",
        ]
    )


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        cpu = cpu_by_kind(Path(name))
        wall = wall_clock(Path(name))
    print(section(cpu, wall))


if __name__ == "__main__":
    main()
