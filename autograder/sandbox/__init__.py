"""The only rooms where student code runs: `session` is the grader's side of the wall, `worker` the student's."""

from autograder.sandbox.canary import Proof, prove
from autograder.sandbox.session import Answer, Call, Raised, Room, SandboxError, Worker, plain_text

__all__ = ["Answer", "Call", "Proof", "Raised", "Room", "SandboxError", "Worker", "plain_text", "prove"]
