"""The result store: one small file for each judged submission, so that nothing is judged twice and nothing is lost.

A result is found by what decided it: the submission's own bytes, the checks, the assignment, the seed, the limits, the
versions of Python, NumPy and SciPy, and the isolation. Change any of them, and the old result is no longer found. Every
front end reads and writes it the same way.
"""

import hashlib
import json
import sys
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from autograder.engine.core.atomic_file import private, whole_file
from autograder.engine.core.result import VERSION, Result
from autograder.engine.core.settings import Course
from autograder.engine.course.released import released
from autograder.engine.course.versions import checks_version, settings_version
from autograder.engine.intake.submission import Submission
from autograder.engine.sandbox.worker.versions import running


class Store:
    """The results of one course. A damaged or foreign file in it counts as no result."""

    def __init__(self, course: Course, seed: str, isolation: str) -> None:
        self._course = course
        self._seed = seed
        self._isolation = isolation
        self._warned = False

    @cached_property
    def _circumstances(self) -> str:
        release = released()
        assignment = [sorted(release.ids), release.code, release.version]
        settings = settings_version(self._course, self._seed)
        return json.dumps([VERSION, checks_version(), assignment, settings, running(), self._isolation])

    def key(self, submission: Submission) -> str:
        own = [submission.digest, submission.is_script, submission.notes]
        return hashlib.sha256((self._circumstances + json.dumps(own)).encode()).hexdigest()

    def get(self, submission: Submission) -> Result | None:
        """The stored result for this submission, under its own path and name; None where it is to be judged again."""
        if submission.error or self._course.judge_again:
            return None
        try:
            data = json.loads(self._path(submission).read_text(encoding="utf-8"))
            return replace(Result.from_json(data), path=submission.path, student=submission.student)
        except (OSError, ValueError):
            return None

    def put(self, submission: Submission, result: Result) -> None:
        """Store a verdict, whole or not at all; where that fails, it is given all the same, and judged again next time.

        Failures of the grader are never stored.
        """
        if result.status != "graded":
            return
        path = self._path(submission)
        text = json.dumps(replace(result, path="", student=None).to_json())
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with whole_file(path, opener=private) as file:
                file.write(text)
        except OSError as error:
            if not self._warned:
                why = f"{self._course.results} cannot be written ({error.strerror})"
                print(f"{why}: verdicts are given but not kept, and judged again the next time", file=sys.stderr)
            self._warned = True

    def _path(self, submission: Submission) -> Path:
        key = self.key(submission)
        return self._course.results / key[:2] / f"{key}.json"
