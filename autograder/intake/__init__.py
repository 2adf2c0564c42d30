"""From a file or folder to a Submission. Reads and repairs, never executes and never follows."""

from autograder.intake.files import find, load, unread

__all__ = ["find", "load", "unread"]
