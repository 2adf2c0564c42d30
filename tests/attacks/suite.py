"""The attack suite: read the packs, hand in every attack beside honest work, judge them as one batch, say what each did.

A pack is a file of hostile solution cells, each below a line `# %% name | the layer that stops it` and one that names
the task it attacks, `# task: forward`. What stands above the first of them is put before each. `# may earn: part` marks
an answer that is right here and there for the wrong reason: it may earn points, but not all.

An attack holds where nothing came of it. As a script: run the suite once and print what came of each attack as JSON.
"""

import argparse
import io
import json
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path

from rich.console import Console

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1])]

import notebooks  # noqa: E402
from ground import Ground  # noqa: E402

from autograder.engine.core.places import SOLUTION  # noqa: E402
from autograder.engine.course.assignment import ASSIGNMENT  # noqa: E402
from autograder.engine.reports import report  # noqa: E402
from autograder.engine.reports import terminal as terminal_text  # noqa: E402
from autograder.engine.grading.batch import judge_all  # noqa: E402
from autograder.engine.intake.files import load  # noqa: E402
from autograder.engine.intake.found import Found  # noqa: E402
from autograder.nbgrader import staging  # noqa: E402
from autograder.engine.core.result import Result  # noqa: E402
from autograder.engine.sandbox.probe import Proof, prove  # noqa: E402
from autograder.engine.sandbox.process import Sandbox  # noqa: E402
from autograder.engine.sandbox.session import LAYERS  # noqa: E402
from autograder.engine.core.settings import Course, Limits  # noqa: E402

PACKS = ("read_secrets", "forge", "inside", "bad_values", "wrong_reason", "exhaust", "escape", "pages")
FAMILIES = (*PACKS, "notebooks")
LIMITS = Limits(call_s=0.5, cell_s=1.0, asleep_s=1.0, submission_s=10.0, memory_mib=160, edits_s=1.0)
FULL = 30.0
BREACH = "BREACH"  # what an attack says whose success nobody else would see
MAX_S = 60.0  # for one submission, whose limits are in processor time: even on a busy machine only a hang takes as long
MAX_CPU_S = 3.0  # of the grader's own, for one submission
MAX_MIB = 150  # that one submission may make the grader hold
MAX_WRITING_S = 2.0  # of the grader's CPU time, for its report, pages and staged notebook
MAX_TEXT = 60_000  # characters of one submission's report
MAX_MESSAGE = 3_000  # of one line in it

_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_OURS = re.compile(r"</?(div|b|ul|li)>")  # the markup of `report.task_html` itself


@dataclass(frozen=True)
class Attack:
    """One hostile submission. `source` is that of a `.py` file; those of `notebooks` write their folder themselves."""

    family: str
    name: str
    layer: str
    source: str = field(default="", repr=False)
    task: str = ""
    may_earn: str = "nothing"  # or "part", or "all" for honest work with something hostile beside it
    write: Callable[[Path, notebooks.Aim], None] | None = None

    @property
    def id(self) -> str:
        return f"{self.family}-{self.name}"

    @property
    def meets_a_wall(self) -> bool:
        """Whether a layer of the operating system's is among those that stop it."""
        return bool(set(LAYERS) & set(self.layer.split(", ")))


@dataclass
class Run:
    """What came of one batch: by attack, what it did; and of the honest submissions, what they got."""

    harms: dict[str, list[str]] = field(default_factory=dict)
    honest: dict[str, float | None] = field(default_factory=dict)
    layers: tuple[str, ...] = ()

    @property
    def got_through(self) -> dict[str, list[str]]:
        return {id: harms for id, harms in self.harms.items() if harms}


def attacks() -> list[Attack]:
    """All of them, family by family."""
    return [attack for pack in PACKS for attack in read_pack(pack)] + [
        Attack("notebooks", made.name, made.layer, may_earn=made.may_earn, write=made.write) for made in notebooks.MADE
    ]


def read_pack(family: str) -> list[Attack]:
    """The attacks of one file."""
    prelude, *cells = (HERE / f"{family}.py").read_text(encoding="utf-8").split("\n# %% ")
    found = []
    for cell in cells:
        title, _, source = cell.partition("\n")
        name, _, layer = title.partition(" | ")
        task, earns = (re.search(rf"^# {what}: (\w+)$", source, re.MULTILINE) for what in ("task", "may earn"))
        assert layer, f"{family}: {title} names no layer"
        assert task, f"{family}: {name} names no task"
        assert task[1] in ASSIGNMENT.by_id, f"{family}: {name} attacks {task[1]}, which is no task"
        found.append(
            Attack(family, name, layer, f"{prelude}\n\n# %%\n{source}", task[1], earns[1] if earns else "nothing")
        )
    return found


HONEST = {"honest-first": "bptt/bptt.ipynb", "honest-between": "bptt.py", "honest-last": "bptt/bptt.ipynb"}


def order(wanted: list[Attack]) -> list[str]:
    """Everybody's names in the order of judging: honest work before, among and after the attacks."""
    ids = [attack.id for attack in wanted]
    first, between, last = HONEST
    return [first, *ids[: len(ids) // 2], between, *ids[len(ids) // 2 :], last]


def hand_in(where: Path, attack: Attack | None, ground: Ground) -> None:
    """Write one submission, aimed at the ground as it is now."""
    where.mkdir(parents=True)
    if attack is None:
        solved = SOLUTION / HONEST[where.name]
        blank = "\n" * list(HONEST).index(where.name)  # no two the same, so that none is taken from the store
        (where / f"bptt{solved.suffix}").write_text(solved.read_text(encoding="utf-8") + blank, encoding="utf-8")
    elif attack.write:
        attack.write(where, ground.aim)
    else:
        (where / "bptt.py").write_text(ground.aim(attack.source), encoding="utf-8")


def run(wanted: list[Attack], layers: tuple[str, ...] | None = None) -> Run:
    """Judge all in one batch behind `layers`, or behind all that the machine grants, and look around after each."""
    outcome = Run()
    with ExitStack() as stack:
        ground = stack.enter_context(Ground())
        root = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="course-")))
        by_id = {attack.id: attack for attack in wanted}
        found = [Found(root / "submitted" / name, name) for name in order(wanted)]
        course = Course(root, LIMITS)
        proof = _proof() if layers is None else Proof(layers, {})
        outcome.layers = proof.layers
        results = judge_all(found, course, proof, jobs=1)
        for entry in found:
            path, name = entry.path, entry.student or ""
            hand_in(path, by_id.get(name), ground)
            _held_mib()
            before_mib = _held_mib()
            start, cpu_start = time.monotonic(), time.process_time()
            result = next(results)
            spent = time.monotonic() - start, time.process_time() - cpu_start
            costs = _costs(*spent, _held_mib() - before_mib)
            harms = [*ground.harm(), *costs, *_texts(result, path, course, ground.canary)]
            if name in by_id:
                outcome.harms[name] = list(dict.fromkeys([*_points(result, by_id[name]), *harms]))
            else:
                outcome.honest[name] = result.score
        assert next(results, None) is None
    return outcome


def _proof() -> Proof:
    with Sandbox(LIMITS) as worker:
        return prove(worker)


def _held_mib() -> float:
    """The most memory that this process has held since the last time, and from here on anew."""
    status = Path("/proc/self/status").read_text()
    Path("/proc/self/clear_refs").write_text("5")
    return int(re.search(r"VmHWM:\s*(\d+)", status)[1]) / 1024


def _points(result: Result, attack: Attack) -> Iterator[str]:
    if result.status == "grader_error":
        yield f"the grader failed: {result.message}"
    elif attack.may_earn == "all":
        if result.score != FULL:
            yield f"honest work got {result.score} points"
    elif attack.may_earn == "part":
        if result.score == ASSIGNMENT.by_id[attack.task].points:
            yield "earned full points"
    elif result.score:
        yield f"earned {result.score} points"


def _costs(seconds: float, cpu_s: float, mib: float) -> Iterator[str]:
    if seconds > MAX_S:
        yield f"took {seconds:.0f} s"
    if cpu_s > MAX_CPU_S:
        yield f"took {cpu_s:.0f} s of the grader's own CPU time"
    if mib > MAX_MIB:
        yield f"made the grader hold {mib:.0f} MiB"


def _texts(result: Result, path: Path, course: Course, canary: str) -> Iterator[str]:
    """Whatever is wrong in what people will read: the report, the terminal, the pages, the store."""
    texts: dict[str, str] = {}
    start = time.process_time()
    terminal = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    try:
        texts["report"] = report.to_json([result], "").encode().decode()
        texts["messages"] = "\n".join(_strings(json.loads(texts["report"])))
        terminal_text.print_result(Console(file=terminal), result)
        terminal.flush()
        texts["terminal"] = terminal.buffer.getvalue().decode()
        texts["page"] = "".join(report.task_html(task) for task in result.tasks)
        texts["page"].encode()
        if result.notes or result.message:
            texts["note"] = staging.staged_notebook(load(path), result).cells[0].source
            texts["note"].encode()
    except Exception as error:
        yield f"broke an output ({type(error).__name__})"
    if time.process_time() - start > MAX_WRITING_S:
        yield f"took {time.process_time() - start:.0f} s to write down"
    longest = max(map(len, texts.get("messages", "").split("\n")))
    if longest > MAX_MESSAGE:
        yield f"wrote a message of {longest} characters"
    for file in course.results.rglob("*.json"):
        texts["store"] = file.read_text(encoding="utf-8")
        file.unlink()
    told = [name for name, text in texts.items() if canary in text]
    if told:
        yield f"told a secret in the {', '.join(told)}"
    breach = re.search(BREACH + ": ([^(]*)", texts.get("messages", ""))
    if breach:
        yield breach[1].strip()
    for name, text in texts.items():
        if len(text) > MAX_TEXT:
            yield f"wrote {len(text)} characters into the {name}"
        unsafe = _CONTROL.search(text.replace("\n", ""))
        if name != "store" and unsafe:
            yield f"put {unsafe[0]!r} into the {name}"
    if "<" in _OURS.sub("", texts.get("page", "")):
        yield "put markup into the page"
    if texts.get("note", "``````").count("```") != 2:
        yield "broke out of the note"


def _strings(data: object) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict | list | tuple):
        for part in data.values() if isinstance(data, dict) else data:
            yield from _strings(part)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--off", default="", help="layers to leave down, separated by commas")
    parser.add_argument("--only", default="", help="attacks whose id holds this text")
    parser.add_argument("--walls", action="store_true", help="only attacks that a layer of the operating system stops")
    options = parser.parse_args()
    layers = _proof().layers
    off = options.off.split(",")
    wanted = [attack for attack in attacks() if options.only in attack.id]
    wanted = [attack for attack in wanted if attack.meets_a_wall or not options.walls]
    start = time.monotonic()
    outcome = run(wanted, tuple(layer for layer in layers if layer not in off))
    print(json.dumps({**asdict(outcome), "granted": layers, "total_s": round(time.monotonic() - start, 1)}))


if __name__ == "__main__":
    main()
