"""The only rooms where student code runs: `process` and `session` are the grader's side of the wall, `worker` the student's."""

from autograder.sandbox.answers import Answer, Raised, plain_text
from autograder.sandbox.canary import Proof, prove
from autograder.sandbox.process import Worker
from autograder.sandbox.reading import first_lines
from autograder.sandbox.session import Call, Policy, Room, SandboxError
from autograder.sandbox.versions import PROMISED, running

__all__ = [
    "PROMISED",
    "Answer",
    "Call",
    "Policy",
    "Proof",
    "Raised",
    "Room",
    "SandboxError",
    "Worker",
    "first_lines",
    "plain_text",
    "prove",
    "running",
]
