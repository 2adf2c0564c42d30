"""The assignment of this kit. The one place where the engine meets the suite, and says which of its files does not do."""

from autograder.engine.core.assignment import SuiteError
from autograder.engine.core.raised import raised

try:
    from autograder.suite import ASSIGNMENT
except SuiteError:
    raise
except Exception as error:
    raise SuiteError(f"the suite cannot be read: {raised(error)}") from error

__all__ = ["ASSIGNMENT"]
