"""The positive control: the same attacks on a naive judge, to show that they bite.

It does what the kit must not: it opens whatever lies there, runs the student's code in the process that holds the
reference and the expected values, asks for two instances, compares carelessly, and reads the score from that process's
last line. Each attack gets a throwaway process of its own, so that it can do no more harm than in the suite. What is
aimed at the wire or at nbgrader's metadata finds neither here, and does not bite.
"""

import atexit
import contextlib
import copy
import json
import os
import signal
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1])]

import numpy as np  # noqa: E402
from ground import Ground  # noqa: E402
from suite import _CONTROL, BREACH, FULL, MAX_TEXT, Attack, attacks, hand_in  # noqa: E402
from autograder.engine.course.assignment import ASSIGNMENT  # noqa: E402
from autograder.engine.course.released import released  # noqa: E402
from autograder.engine.judging.hidden_tests import HiddenTests  # noqa: E402
from autograder.suite.reference import bptt  # noqa: E402


WAIT_S = 1.0


def naive_score(folder: Path, exam: HiddenTests) -> dict:
    """The score of one submission, and what was said about it."""
    sys.path.insert(0, str(folder))
    os.chdir(folder)
    namespace: dict = {}
    said = []
    for source in [*released().code, *_cells(folder)]:
        try:
            exec(source, namespace)
        except Exception as error:
            said.append(str(error))
    score = 0.0
    for task in ASSIGNMENT.tasks:
        paper = exam.cases(task.id)
        try:
            for case in list(paper.args)[:2]:
                expected = paper.expected[case]
                answer = namespace[task.id](*copy.deepcopy(paper.args[case]))
                assert _same(answer, expected), "wrong"
            score += task.points
        except Exception as error:
            said.append(f"{type(error).__name__}: {error}")
    return {"score": score, "said": said}


def _cells(folder: Path) -> list[str]:
    if (folder / "bptt.py").exists():
        return [(folder / "bptt.py").read_text()]
    with open(folder / "bptt.ipynb", encoding="utf-8") as file:
        cells = json.load(file)["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


def _same(answer, expected) -> bool:
    if isinstance(expected, list) and isinstance(expected[0], str):
        return answer == tuple(expected)
    if isinstance(expected, list):
        return all(_same(one, other) for one, other in zip(answer, expected))  # noqa: B905
    return not (np.abs(answer - expected) > 1e-6).any()


def bites(attack: Attack, ground: Ground, root: Path, exam: HiddenTests) -> list[str]:
    """What one attack does to the naive judge."""
    folder = root / attack.id
    hand_in(folder, attack, ground)
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        with contextlib.suppress(BaseException):
            os.setsid()
            ground.forget_listeners()
            null = os.open(os.devnull, os.O_RDWR)
            os.dup2(null, 0)
            os.dup2(write, 1)
            os.dup2(null, 2)
            if os.fork():  # the judge's parent is as much in reach as the judge
                os.wait()
                os._exit(0)
            print(json.dumps(naive_score(folder, exam)), flush=True)
            atexit._run_exitfuncs()
        os._exit(1)
    os.close(write)
    text = _read_all(read)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return [*ground.harm(), *_verdict(text, attack, ground.canary)]


def _read_all(descriptor: int) -> str:
    deadline, data = time.monotonic() + WAIT_S, b""
    os.set_blocking(descriptor, False)
    while time.monotonic() < deadline and len(data) < 2**23:
        try:
            chunk = os.read(descriptor, 2**16)
        except BlockingIOError:
            time.sleep(0.005)
            continue
        if not chunk:
            break
        data += chunk
    os.close(descriptor)
    return data.decode(errors="replace")


def _verdict(text: str, attack: Attack, canary: str) -> list[str]:
    try:
        verdict = json.loads(text.strip().split("\n")[-1])
        score, said = float(verdict["score"]), " ".join(map(str, verdict.get("said", ())))
    except (ValueError, KeyError, TypeError, AttributeError):
        return ["took the judge with it"]
    found = []
    full = ASSIGNMENT.by_id[attack.task].points if attack.task else FULL
    if (attack.may_earn == "nothing" and score > 0) or (attack.may_earn == "part" and score >= full):
        found.append(f"earned {score:g} points")
    if attack.may_earn == "all" and score < FULL:
        found.append(f"honest work got {score:g} points")
    if canary in text:
        found.append("told a secret")
    if BREACH in said:
        found.append("got through")
    if _CONTROL.search(said) or "<s" in said or "<img" in said or len(said) > MAX_TEXT:
        found.append("wrote what no report should hold")
    return found


def main() -> None:
    exam = HiddenTests(ASSIGNMENT, "a seed for the control")
    for task in ASSIGNMENT.tasks:
        exam.cases(task.id)
    sys.modules["reference"] = bptt
    outcome = {}
    start = time.monotonic()
    with Ground() as ground, tempfile.TemporaryDirectory(prefix="control-") as root:
        for attack in attacks():
            outcome[attack.id] = bites(attack, ground, Path(root), exam)
    print(json.dumps({"harms": outcome, "honest": {}, "total_s": round(time.monotonic() - start, 1)}))


if __name__ == "__main__":
    main()
