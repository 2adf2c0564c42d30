"""Fingerprints of what decides a verdict. A result with another one is out of date."""

import hashlib
import json
from dataclasses import asdict
from functools import cache
from pathlib import Path

from autograder.engine.core.places import KIT, SOLUTION
from autograder.engine.core.settings import Course

_DECIDING = (
    "suite/*.py",
    "selfcheck/cases/asks.py",
    "engine/core/*.py",
    "engine/course/*.py",
    "engine/intake/*.py",
    "engine/sandbox/**/*.py",
    "engine/judging/*.py",
    "engine/diagnosis/*.py",
    "engine/grading/asking.py",
    "engine/grading/grade.py",
    "engine/grading/locating.py",
)


def deciding() -> list[Path]:
    """The kit's own files that decide a verdict or its words."""
    return sorted(file for pattern in _DECIDING for file in KIT.glob(pattern))


@cache
def checks_version() -> str:
    """A fingerprint of all code that decides a verdict or its words."""
    digest = hashlib.sha256()
    for path in (*deciding(), SOLUTION / "bptt.py"):
        digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()[:16]


def settings_version(course: Course, seed: str) -> str:
    """A fingerprint of the course's settings that decide a verdict or its words, the seed among them."""
    seed_digest = hashlib.sha256(f"autograder seed {seed}".encode()).hexdigest()[:16]
    tasks_off = sorted(set(course.tasks_off))
    deciding = [seed_digest, asdict(course.limits), tasks_off, course.show_values, course.locate]
    return hashlib.sha256(json.dumps(deciding).encode()).hexdigest()[:16]
