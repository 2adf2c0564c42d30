"""From a file or folder to a Submission. Reads and repairs, never executes and never follows."""

from autograder.intake.files import find, load

__all__ = ["find", "load"]
