"""What judging one submission costs: CPU time of grader, worker and room; one process against all cores; against stock."""

import os
import resource
import statistics
import tempfile
from pathlib import Path

from autograder.batch import Grader, prove_isolation
from autograder.intake import find
from autograder.settings import find_course
from bench import course
from bench.timing import QUICK, interleaved, ratios, spread, table

BATCH = 10  # one of each sample: a clock tick of /proc is 10 ms, so single submissions cannot be told apart
CORES = os.cpu_count() or 1
FEW, MANY = (2, 6) if QUICK else (20, 100)


def _cpu_ms(worker: int) -> float:
    """CPU time of this process and of the worker with all its rooms so far."""
    mine = resource.getrusage(resource.RUSAGE_SELF)
    return 1e3 * (mine.ru_utime + mine.ru_stime + _ticks(worker) / os.sysconf("SC_CLK_TCK"))


def _ticks(process: int) -> int:
    """Of a process, its children that have ended, and those that live: the warm worker is a child of its guard."""
    own = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[11:15]
    living = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return sum(map(int, own)) + sum(_ticks(int(child)) for child in living)


def cpu_of_batches(folder: Path, batches: int) -> list[float]:
    """Milliseconds a submission, one figure for each batch; the first batch only warms up."""
    settings = find_course(folder)
    proof = prove_isolation(settings)
    course.hand_in(folder, BATCH * (batches + 1))
    found = find([folder / "submitted"])
    figures = []
    with Grader(settings, proof) as grader:
        for start in range(0, len(found), BATCH):
            process = grader.worker._process
            before = _cpu_ms(process.pid) if process else 0.0
            for path, student in found[start : start + BATCH]:
                result = grader.judge(path, student)
                if result.status == "grader_error":
                    raise RuntimeError(result.message)
            if process:
                figures.append((_cpu_ms(process.pid) - before) / BATCH)
    return figures


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder, stock = Path(name) / "kit", Path(name) / "stock"
        folder.mkdir()
        (folder / "autograder.toml").touch()
        cpu = cpu_of_batches(folder, 1 if QUICK else 9)
        course.make(stock, stock=True)

        def each(jobs: int) -> float:
            return (course.grade(folder, MANY, jobs) - course.grade(folder, FEW, jobs)) / (MANY - FEW)

        few, many = (1, 2) if QUICK else (1, 5)
        found = interleaved(
            1 if QUICK else 2,
            stock=lambda: (course.autograde(stock, many) - course.autograde(stock, few)) / (many - few),
            one=lambda: each(1),
            all=lambda: each(CORES),
        )
    names = {"stock": "`nbgrader autograde`, stock", "one": "`grade --jobs 1`", "all": f"`grade --jobs {CORES}`"}
    rows = [[names[k], spread([1e3 * s for s in v]), ratios(found["stock"], v)] for k, v in found.items()]
    print("## Judging\n")
    print(
        f"CPU time a submission, once warm, with worker and isolation: {spread(cpu)} ms (medians over {len(cpu)} "
        f"batches of the sample class without its endless loop and its dead process; one batch is {BATCH} submissions).\n"
    )
    print(table(["wall clock", "ms a submission", "times faster than stock"], rows))
    print(
        "\nStock nbgrader runs all that the notebook shows, its pictures and its training too; the kit runs what is judged."
    )
    gain = statistics.median(one / many for one, many in zip(found["one"], found["all"], strict=True))
    print(f"\n{CORES} processes judge {gain:.2f} times as fast as one.")


if __name__ == "__main__":
    main()
