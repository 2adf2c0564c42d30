"""What an answer sees of the names that later cells bind anew: what it saw when its own cell had run.

A notebook is read from top to bottom, and the check below an answer calls it there. A later cell may use the name of a
helper once more, for a helper of its own, a loop or a number. What did not exist yet is seen as the last cell has left it.
"""

import builtins
from typing import Any

_GONE = object()


class Scopes:
    """Puts the names in a namespace as one function needs them, before it is called."""

    def __init__(self, namespace: dict[str, Any], functions: list[str]) -> None:
        """`functions` are those that are asked for: of each its last definition counts, for all."""
        self.last: dict[str, Any] = {}  # by name the function as it was last defined
        self.cells: dict[str, int | None] = {}  # and in which cell, if there are cells
        self._namespace = namespace
        self._functions = functions
        self._seen: dict[str, dict[str, Any]] = {}  # by function what there was when it had been defined
        self._changes: dict[str, dict[str, Any]] = {}
        self._at_end: dict[str, Any] = {}
        self._inside = ""

    def cell_has_run(self, index: int | None) -> None:
        """See what it has defined."""
        for name in self._functions:
            value = self._namespace.get(name)
            if callable(value) and self.last.get(name) is not value:
                self.last[name], self.cells[name] = value, index
                self._seen[name] = dict(self._namespace)

    def all_have_run(self) -> None:
        """Find what later cells have bound anew."""
        for function, seen in self._seen.items():
            changed = {n: value for n, value in seen.items() if self._namespace.get(n, _GONE) is not value}
            self._changes[function] = {
                name: value
                for name, value in changed.items()
                if name not in self._functions and (callable(value) or not hasattr(builtins, name))
            }
        for name in {name for changes in self._changes.values() for name in changes}:
            self._at_end[name] = self._namespace.get(name, _GONE)

    def enter(self, function: str) -> None:
        """Have the names as this function needs them."""
        if function == self._inside or not self._at_end:
            return
        self._inside = function
        for name, value in {**self._at_end, **self._changes.get(function, {})}.items():
            if value is _GONE:
                self._namespace.pop(name, None)
            else:
                self._namespace[name] = value
