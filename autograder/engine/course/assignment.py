"""The assignment of this kit. The one place where the engine meets the suite."""

from autograder.suite import ASSIGNMENT

__all__ = ["ASSIGNMENT"]
