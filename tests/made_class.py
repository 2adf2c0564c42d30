"""A made-up class of any size, from frozen results with a seed: nothing is graded. Some of everything is in it.

Students have an ability, and the better ones pass more; one task goes by chance, and one is very hard.
"""

import hashlib
import random
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from autograder.engine.core.result import CheckResult, Location, Result, TaskResult
from autograder.engine.course.assignment import ASSIGNMENT
from autograder.engine.reports.whole_class import Absent, Alike, Class, Member

BY_CHANCE, HARD = "spectral_radius", "detect_explosion"
COMMON = "hidden_grads.W_hh_transposed"  # the mistake that most make
COMMON_LINE = "dL_dh[t] += W_hh @ dL_dh[t + 1]"
SECTIONS = ("Mon 10", "Tue 14", "Wed 8")
DUE = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
_FIRST = "Ada Ben Chidi Dana Eli Fatima Goran Hana Ivo Jun Kira Luca Mei Nour Ola Pia Quinn Rosa Sven Tara Uma Vito Wen Yara Zoë"
_LAST = "Adler Brandt Castro Duarte Eriksen Fuchs García Hoang Ito Jansen Kovács Lind Mbeki Novak Okafor Petrov Rossi Şahin Tanaka Weiß"
_LINES = ("return o - y", "A = np.linalg.norm(dL_dh, axis=1)", "for t in range(T):", "h[t] = W_hx @ x[t] + W_hh @ h[t]")
_SIZES = {"unreadable": 0.027, "failed": 0.0067, "absent": 0.047, "waiting": 0.02}


@dataclass(frozen=True)
class Made:
    """The class, and who is what in it, by name."""

    whole: Class
    roles: dict[str, list[str]]


def made_class(size: int = 150, seed: int = 1) -> Made:
    """A class of so many students, those who handed in nothing included; the same size and seed give the same one."""
    rng = random.Random(seed)
    names = _names(size, rng)
    sections = {name: rng.choice(SECTIONS) for name in names}
    roles: dict[str, list[str]] = {}
    left = list(names)
    for role, share in _SIZES.items():
        roles[role] = [left.pop(rng.randrange(len(left))) for _ in range(max(1, round(share * size)))]
    members = [_member(name, sections[name], rng) for name in left]
    members += [_unread(name, sections[name], number, rng) for number, name in enumerate(roles["unreadable"])]
    members += [_failed(name, sections[name]) for name in roles["failed"]]
    members.sort(key=lambda member: member.name)
    members, alike = _copied(members, roles, rng)
    members = _outdated(members, roles)
    nobody = {
        role: tuple(Absent(name, sections[name], login=_login(name)) for name in sorted(roles[role]))
        for role in ("waiting", "absent")
    }
    roles["late"] = [member.name for member in members if member.is_late]
    roles["by_hand"] = [member.name for member in members if member.waits]
    whole = Class(
        tuple(members), ("isolated: namespaces, seccomp; proved by trial",), **nobody, alike=alike,
        in_course=True,
            has_roll=True, by_hand=ASSIGNMENT.by_hand, due=DUE,
    )  # fmt: skip
    return Made(whole, roles)


def _names(size: int, rng: random.Random) -> list[str]:
    both = [f"{last}, {first}" for first in _FIRST.split() for last in _LAST.split()]
    rng.shuffle(both)
    return [both[n % len(both)] + (f" {n // len(both) + 1}" if n >= len(both) else "") for n in range(size)]


def _login(name: str) -> str:
    return "u" + hashlib.sha256(name.encode()).hexdigest()[:6]


def _member(name: str, section: str, rng: random.Random) -> Member:
    ability = rng.gauss(1.0, 1.1)
    untouched = rng.random() < 0.02
    tasks = tuple(_task(task.id, number, ability, untouched, name, rng) for number, task in enumerate(ASSIGNMENT.tasks))
    score = round(sum(task.points for task in tasks), 2)
    notes = (f"the file of {name} was repaired",) if rng.random() < 0.05 else ()
    late_s = rng.choice((1800.0, 9000.0, 100_000.0)) if rng.random() < 0.06 else 0.0
    when = DUE + timedelta(seconds=late_s) if late_s else DUE - timedelta(hours=min(rng.expovariate(1 / 30), 160))
    waits = tuple(written.id for written in ASSIGNMENT.written if rng.random() < 0.1)
    by_hand = sum(written.points * rng.choice((0.5, 1)) for written in ASSIGNMENT.written if written.id not in waits)
    result = _result(name, section, score, "graded", None, tasks, notes)
    penalty = 3.0 if late_s > 86400 else 0.0
    page = f"feedback/{_login(name)}/bptt/bptt.html"
    return Member(result, when, late_s, min(penalty, score), by_hand, waits, "", page)


def _result(
    name: str, section: str, score: float | None, status: str, message: str | None, tasks=(), notes=()
) -> Result:
    digest = hashlib.sha256(name.encode()).hexdigest()
    known = {"student_id": str(int(digest[:7], 16)), "login": _login(name), "email": f"{_login(name)}@example.org"}
    return Result(
        f"submitted/{_login(name)}/bptt", name, score, 30.0, status, message, notes, tasks, digest, "c0ffee0123456789",
        "release12345", "5e77", "isolated: namespaces, seccomp; proved by trial", section=section, **known,
    )  # fmt: skip


def _task(task_id: str, number: int, ability: float, untouched: bool, name: str, rng: random.Random) -> TaskResult:
    task = ASSIGNMENT.by_id[task_id]
    level = {BY_CHANCE: 0.0, HARD: ability - 3.4}.get(task_id, ability - number / 8)
    chance = rng.random() < 0.5 if task_id == BY_CHANCE else level + rng.gauss(0, 0.6) > 0
    if untouched or (not chance and level < -0.8 and rng.random() < 0.6):
        missing = tuple(_line(task, check, False, f"`{task_id}`: it is not defined.") for check in task.checks)
        return TaskResult(task_id, 0.0, task.points, "missing", missing)
    known, place = _mistake(task, rng)
    share = rng.random()
    passed = [chance or (n > 0 and rng.random() < share / 2) for n, _ in enumerate(task.checks)]
    sentence = f"`{task_id}` for T = 5: it raised ValueError: {name} was here. Which factors does the equation have?"
    checks = tuple(
        _line(task, check, good, sentence, known, place) for check, good in zip(task.checks, passed, strict=True)
    )
    points = round(sum(check.points for check in checks), 2)
    ended = rng.choice(("timeout", "crashed")) if not chance and rng.random() < 0.05 else "failed"
    return TaskResult(task_id, points, task.points, "passed" if all(passed) else ended, checks)


def _mistake(task, rng: random.Random) -> tuple[str | None, Location | None]:
    """A known mistake of the task, or none; and the line of it, or none."""
    if task.id == COMMON.partition(".")[0] and rng.random() < 0.85:
        line = COMMON_LINE if rng.random() < 0.7 else "dL_dh[t] = W_hh.dot(dL_dh[t+1]) + direct"
        return COMMON, Location(rng.choice((4, 4, 5, 7)), line)
    known = rng.choice(task.misconceptions[:3]).id if rng.random() < 0.6 else None
    return known, Location(rng.randrange(2, 9), rng.choice(_LINES)) if rng.random() < 0.6 else None


def _line(
    task, check, passed: bool, sentence: str, known: str | None = None, place: Location | None = None
) -> CheckResult:
    worth = task.worth[check.id]
    if passed:
        return CheckResult(check.id, True, None, None, check.asks, worth, worth)
    return CheckResult(check.id, False, sentence, known, check.asks, 0.0, worth, place)


def _unread(name: str, section: str, number: int, rng: random.Random) -> Member:
    why = (
        "bptt.ipynb is a PDF: hand in bptt.ipynb",
        "bptt.ipynb is a link: hand in the notebook itself",
        "bptt.ipynb is empty",
    )
    when = DUE - timedelta(hours=rng.expovariate(1 / 20))
    return Member(_result(name, section, 0.0, "unreadable", why[number % len(why)]), when, by_hand=0.0)


def _failed(name: str, section: str) -> Member:
    message = "the grader itself failed (OSError: no space left); nothing was recorded, grade it again"
    return Member(_result(name, section, None, "grader_error", message), DUE - timedelta(hours=5), by_hand=0.0)


def _copied(
    members: list[Member], roles: dict[str, list[str]], rng: random.Random
) -> tuple[list[Member], tuple[Alike, ...]]:
    """Two who handed in the same file, and two who wrote nearly the same."""
    four = rng.sample(
        [n for n, member in enumerate(members) if member.is_judged and (member.result.score or 0) > 10], 4
    )
    one, other, third, fourth = (members[n] for n in four)
    copy = replace(other.result, score=one.result.score, tasks=one.result.tasks, digest=one.result.digest)
    members[four[1]] = replace(other, result=copy, penalty=0.0)
    roles["same_file"], roles["alike"] = [one.name, other.name], [third.name, fourth.name]
    return members, (Alike(one.key, other.key, True, 900.0), Alike(third.key, fourth.key, False, 412.0))


def _outdated(members: list[Member], roles: dict[str, list[str]]) -> list[Member]:
    """A few whose recorded grade is of older checks."""
    few = [member.key for member in members if member.is_judged][::40]
    roles["older"] = [member.name for member in members if member.key in few]
    return [
        replace(member, stale="the checks have changed", result=replace(member.result, checks_version="0ld0123456789abc"))
        if member.key in few else member
        for member in members
    ]  # fmt: skip
