"""What judging one submission costs: CPU time of grader and sandbox; one process against all cores; against stock."""

import os
import resource
import statistics
import sys
import tempfile
from pathlib import Path

from autograder.engine.course.course_file import find_course
from autograder.engine.grading.batch import Grader, prove_isolation
from autograder.engine.intake.collecting import collected
from bench import course
from bench.timing import QUICK, interleaved, ratios, spread, table

CORES = os.cpu_count() or 1
EACH = 4 if QUICK else 24  # of each sample in a row: /proc counts in ticks of 10 ms, too coarse for one submission
FEW, MANY = (2, 6) if QUICK else (20, 100)


def cpu_ms() -> float:
    """CPU time of this process so far, and of the sandboxes that it has started."""
    mine = resource.getrusage(resource.RUSAGE_SELF)
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


def cpu_by_sample(folder: Path) -> dict[str, float]:
    """Milliseconds a submission, by sample; the first two of each only warm up."""
    settings = find_course(folder)
    proof = prove_isolation(settings)
    names = [path.stem for path in course.samples()]
    course.hand_in(folder, EACH * len(names))
    with collected([folder / "submitted"]) as collection:
        found = collection.found
    figures = {}
    with Grader(settings, proof) as grader:
        for number, name in enumerate(names):
            entries = found[number :: len(names)]
            for entry in entries[:2]:
                grader.judge(entry)
            before = cpu_ms()
            for entry in entries[2:]:
                result = grader.judge(entry)
                if result.status == "grader_error":
                    raise RuntimeError(result.message)
            figures[name] = (cpu_ms() - before) / (EACH - 2)
            print(f"  {name}: {figures[name]:.1f} ms", file=sys.stderr)
    return figures


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder, stock = Path(name) / "kit", Path(name) / "stock"
        folder.mkdir()
        (folder / "autograder.toml").touch()
        cpu = cpu_by_sample(folder)
        course.make(stock, stock=True)

        def each(jobs: int) -> float:
            return (course.grade(folder, MANY, jobs) - course.grade(folder, FEW, jobs)) / (MANY - FEW)

        few, many = (1, 2) if QUICK else (10, 20)
        found = interleaved(
            1 if QUICK else 3,
            stock=lambda: (course.autograde(stock, many) - course.autograde(stock, few)) / (many - few),
            one=lambda: each(1),
            all=lambda: each(CORES),
        )
    names = {"stock": "`nbgrader autograde`, stock", "one": "`grade --jobs 1`", "all": f"`grade --jobs {CORES}`"}
    rows = [[names[k], spread([1e3 * s for s in v]), ratios(found["stock"], v)] for k, v in found.items()]
    print("## Judging\n")
    print(
        f"CPU time a submission, once warm, with worker and isolation: {statistics.median(cpu.values()):.1f} ms at the "
        "median of the sample class without its endless loop and its dead process. By sample, in ms: "
        f"{', '.join(f'{name} {ms:.0f}' for name, ms in sorted(cpu.items(), key=lambda entry: entry[1]))}.\n"
    )
    print(table(["wall clock", "ms a submission", "times faster than stock"], rows))
    print(f"\n{course.TRIMMED}")
    gain = statistics.median(one / many for one, many in zip(found["one"], found["all"], strict=True))
    print(f"\n{CORES} processes judge {gain:.2f} times as fast as one.")


if __name__ == "__main__":
    main()
