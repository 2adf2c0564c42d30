"""The only rooms where student code runs: `session` is the grader's side of the wall, `worker` the student's."""

from autograder.sandbox.answers import Answer, Raised, plain_text
from autograder.sandbox.canary import Proof, prove
from autograder.sandbox.session import Call, Room, SandboxError, Worker

__all__ = ["Answer", "Call", "Proof", "Raised", "Room", "SandboxError", "Worker", "plain_text", "prove"]
