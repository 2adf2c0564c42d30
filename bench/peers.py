"""The kit beside stock nbgrader, otter-grader and plain pytest: the same notebooks, the same test cases, in one sitting."""

import json
import re
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from nbgrader.api import Gradebook

from autograder.engine.core.places import NAME
from autograder.engine.core.settings import FILE
from autograder.engine.course.assignment import ASSIGNMENT
from bench import course
from bench.environments import python_of
from bench.timing import QUICK, ROOT, interleaved, ratios, spread, table

ROUNDS, FEW, MANY = (1, 1, 3) if QUICK else (2, 10, 20)
IMAGE = "bptt-bench-peers"
_DOCKERFILE = "FROM python:3-slim\nRUN pip install --no-cache-dir numpy scipy pytest\n"
_OTTER_TEST = """\
from otter.test_files import test_case

OK_FORMAT = False
name = "{task}"
points = {points}


@test_case(points={points}, hidden=True)
def judged(env):
    from checks import check

    check("{task}", env["{task}"])
"""
_PYTEST_TEST = """\
import pytest
import submission
from checks import check


@pytest.mark.parametrize("task", {tasks})
def test_task(task):
    check(task, getattr(submission, task))
"""
NOT_DONE = {
    "kit": "It isolates student code on Linux only, WSL2 and containers included.",
    "nbgrader": "No isolation: student code has your rights and can write its own grade. No diagnosis.",
    "otter": "No isolation without a container, whose start comes on top. No diagnosis: a student gets the assert's message.",
    "pytest": "No isolation by itself, no diagnosis and no gradebook. A cell that raises costs all tasks.",
}


class Otter:
    """otter-grader's local grading, `otter run`, of one notebook after the other: it has no other form of it."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._otter, self.failed = folder, python_of("peers").parent / "otter", 0
        course.write_checks(folder / "files")
        shutil.copy(ROOT / "assignment" / NAME / "selfcheck.py", folder / "files")
        (folder / "tests").mkdir()
        for task in ASSIGNMENT.tasks:
            text = _OTTER_TEST.format(task=task.id, points=task.points)
            (folder / "tests" / f"{task.id}.py").write_text(text, encoding="utf-8")
        files = sorted(path.name for path in (folder / "files").iterdir())
        _run(folder / "files", str(self._otter), "generate", "-t", "../tests", "-o", "../autograder.zip", *files)

    def each(self, notebooks: list[Path]) -> float:
        """Seconds a submission."""
        self.failed = 0
        start = time.perf_counter()
        for notebook in notebooks:
            _run(self._folder, str(self._otter), "run", str(notebook), "-a", "autograder.zip", "-o", ".", "--no-logo")
            tests = json.loads((self._folder / "results.json").read_text(encoding="utf-8"))["tests"]
            scores = [test["score"] for test in tests if test.get("max_score")]
            assert len(scores) == len(ASSIGNMENT.tasks), tests
            self.failed += scores.count(0)
        return (time.perf_counter() - start) / len(notebooks)


class Pytest:
    """pytest over the notebook's functions, exported as a module: a fresh process, or container, for each submission."""

    def __init__(self, folder: Path) -> None:
        self._folder, self.engine, self.failed = folder, _container_engine(), 0
        course.write_checks(folder)
        text = _PYTEST_TEST.format(tasks=[task.id for task in ASSIGNMENT.tasks])
        (folder / "test_submission.py").write_text(text, encoding="utf-8")
        if self.engine:
            (folder / "Dockerfile").write_text(_DOCKERFILE, encoding="utf-8")
            _run(folder, self.engine, "build", "--quiet", "--tag", IMAGE, ".")

    def each(self, notebooks: list[Path]) -> float:
        """Seconds a submission."""
        words = ["-B", "-m", "pytest", "--quiet", "-p", "no:cacheprovider", "--tb=line"]
        inside = [str(self.engine), "run", "--rm", "--network=none", "--volume", f"{self._folder}:/graded:ro"]
        inside += ["--workdir", "/graded", IMAGE, "python"]
        command = [*(inside if self.engine else [str(python_of("peers"))]), *words]
        self.failed = 0
        start = time.perf_counter()
        for notebook in notebooks:
            _export(notebook, self._folder / "submission.py")
            said = _run(self._folder, *command, may_fail=True)
            counts = {word: int(count) for count, word in re.findall(r"(\d+) (passed|failed)", said)}
            if "ERROR collecting" in said:  # a cell raises when the module is imported
                counts = {"failed": len(ASSIGNMENT.tasks)}
            assert sum(counts.values()) == len(ASSIGNMENT.tasks), said
            self.failed += counts.get("failed", 0)
        return (time.perf_counter() - start) / len(notebooks)


def _failed_by_kit(folder: Path) -> int:
    """Of the first notebooks, the tasks that do not pass."""
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    return sum(task["status"] != "passed" for found in report["submissions"][:MANY] for task in found["tasks"])


def _failed_by_nbgrader(folder: Path) -> int:
    """The same, as its gradebook has it."""
    with Gradebook(f"sqlite:///{folder}/gradebook.db") as book:
        handed_in = list(book.assignment_submissions(NAME))
        cells = {task.test_cell for task in ASSIGNMENT.tasks}
        grades = [grade for found in handed_in for notebook in found.notebooks for grade in notebook.grades]
        scores = [grade.auto_score for grade in grades if grade.name in cells]
    assert len(scores) == MANY * len(cells), f"{len(scores)} grades of {MANY} students"
    return scores.count(0)


def _export(notebook: Path, module: Path) -> None:
    """The notebook's functions as a module: its code without what needs the self-check."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    sources = [cell["source"] for cell in cells if cell["cell_type"] == "code" and "selfcheck" not in cell["source"]]
    module.write_text("\n\n\n".join(["import numpy as np", *sources]), encoding="utf-8")


def _container_engine() -> str:
    """Docker or podman, where it answers."""
    for name in ("docker", "podman"):
        if shutil.which(name) and not subprocess.run([name, "info"], capture_output=True, check=False).returncode:
            return name
    return ""


def _run(folder: Path, *command: str, may_fail: bool = False) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode and not may_fail:
        raise RuntimeError(f"{' '.join(command)} ended with status {done.returncode}:\n{done.stderr[-2000:]}")
    return done.stdout


def section(found: dict[str, list[float]], failed: dict[str, int], engine: str) -> str:
    """The results as Markdown."""
    version = _run(ROOT, str(python_of("peers")), "-c", "import otter; print(otter.__version__)").strip()
    where = f"in a container of {engine}'s" if engine else "in a fresh process"
    names = {
        "kit": "`grade --jobs 1`",
        "nbgrader": "`nbgrader autograde`, stock",
        "otter": f"`otter run`, otter-grader {version}",
        "pytest": f"pytest {where}",
    }
    rows = [
        [names[k], spread([1e3 * s for s in v]), ratios(v, found["kit"]), str(failed[k]), NOT_DONE[k]]
        for k, v in found.items()
    ]
    wrong = sum(course.MIXED[number % len(course.MIXED)] for number in range(MANY))
    no_engine = (
        "" if engine else " No container engine answers on this machine; a container only adds to pytest's time."
    )
    head = [
        "",
        "ms a submission",
        "times as long as the kit",
        f"tasks failed, {wrong} are wrong",
        "what it does not do",
    ]
    return "\n".join(
        [
            "## Other graders\n",
            "Half of the notebooks have two mistakes. All but the kit check the kit's own test cases against the reference's "
            "answers with `assert_allclose`. `grade` and nbgrader take a class in one command, whose start is taken off; "
            f"otter and pytest start anew for each submission, as they are used.{no_engine}\n",
            table(head, rows),
            f"\n{course.TRIMMED}",
        ]
    )


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        kit, stock = Path(name) / "kit", Path(name) / "stock"
        kit.mkdir()
        (kit / FILE).touch()
        course.make(stock, stock=True)
        otter, pytest = Otter(Path(name) / "otter"), Pytest(Path(name) / "pytest")
        notebooks = course.hand_in(Path(name) / "alone", MANY, trimmed=True)
        found = interleaved(
            ROUNDS,
            kit=lambda: (course.grade(kit, 5 * MANY, 1) - course.grade(kit, 5 * FEW, 1)) / 5 / (MANY - FEW),
            nbgrader=lambda: (course.autograde(stock, MANY) - course.autograde(stock, FEW)) / (MANY - FEW),
            otter=lambda: otter.each(notebooks),
            pytest=lambda: pytest.each(notebooks),
        )
        failed = {"kit": _failed_by_kit(kit), "nbgrader": _failed_by_nbgrader(stock)}
        failed |= {"otter": otter.failed, "pytest": pytest.failed}
    print(section(found, failed, pytest.engine))


if __name__ == "__main__":
    main()
