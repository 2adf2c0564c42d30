"""Reads a course's settings: `autograder.toml` at its root."""

import tomllib
from collections.abc import Collection
from dataclasses import fields
from pathlib import Path
from typing import Any

from autograder.engine.core.settings import (
    FILE,
    LAYERS,
    LOCATE,
    VISIBILITIES,
    Course,
    Gradescope,
    Limits,
    SettingsError,
)
from autograder.engine.course.assignment import ASSIGNMENT

_MOST = 1e12  # of any limit: the system takes hardly more


def find_course(start: Path) -> Course:
    """The course of the nearest `autograder.toml` at or above `start`, or the defaults with `start` as its root."""
    start = start.resolve()
    for folder in (start, *start.parents):
        if (folder / FILE).is_file():
            return load_course(folder / FILE)
    return Course(start)


def load_course(path: Path) -> Course:
    """Read one settings file. Raises SettingsError, naming the key, for anything it does not know."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} is not valid TOML: {error}") from None
    except OSError as error:
        raise SettingsError(f"{path} cannot be read ({error.strerror}): make it readable for who grades") from None
    limits = _table(path, table, "limits", "call_s = 5.0")
    gradescope = _table(path, table, "gradescope", 'visibility = "after_due_date"')
    known = {
        "seed_file": str,
        "tasks_off": list,
        "allow_unisolated": bool,
        "show_values": bool,
        "locate": str,
        "demand": list,
    }
    _expect(path, table, known)
    kinds: dict[str, type] = {field.name: float if field.type in (float, "float") else int for field in fields(Limits)}
    _expect(path, limits, kinds)
    off = _names(path, table, "tasks_off", "task", ASSIGNMENT.by_id)
    demand = _names(path, table, "demand", "layer", LAYERS)
    locate = table.get("locate", Course.locate)
    if locate not in LOCATE:
        raise SettingsError(f"{path}: locate is {locate!r}; it is one of {', '.join(LOCATE)}")
    return Course(
        path.parent,
        Limits(**{key: kinds[key](value) for key, value in limits.items()}),
        Path(table.get("seed_file", Course.seed_file)),
        off,
        table.get("allow_unisolated", Course.allow_unisolated),
        table.get("show_values", Course.show_values),
        locate,
        demand,
        _gradescope(path, gradescope),
    )


def _table(path: Path, table: dict[str, Any], key: str, example: str) -> dict[str, Any]:
    """A table of its own, taken out of the one that it stands in."""
    found = table.pop(key, {})
    if not isinstance(found, dict):
        raise SettingsError(
            f"{path}: {key} is {found!r}, expected a table: [{key}] and below it {example} and the like"
        )
    return found


def _gradescope(path: Path, table: dict[str, Any]) -> Gradescope:
    """When students see what on Gradescope. Each name must be a task's or a check's, each word one of Gradescope's."""
    single = _table(path, table, "visibility_of", 'a_task = "hidden"')
    _expect(path, table, {"visibility": str})
    known = [
        name for task in ASSIGNMENT.tasks for name in (task.id, *(f"{task.id}.{check.id}" for check in task.checks))
    ]
    for name in single:
        if name not in known:
            near = [other for other in known if other.startswith(name.split(".")[0] + ".")] or list(ASSIGNMENT.by_id)
            raise SettingsError(
                f"{path}: visibility_of names {name!r}, which is no task and no check: {', '.join(near)}"
            )
    for key, word in {"visibility": table.get("visibility", "visible"), **single}.items():
        if word not in VISIBILITIES:
            raise SettingsError(f"{path}: {key} is {word!r}, expected one of {', '.join(VISIBILITIES)}")
    return Gradescope(table.get("visibility", Gradescope.visibility), single)


def _names(path: Path, table: dict[str, Any], key: str, what: str, known: Collection[str]) -> tuple[str, ...]:
    """A list of names, each of which must be known."""
    for name in table.get(key, ()):
        if not isinstance(name, str) or name not in known:
            raise SettingsError(f"{path}: {key} names {name!r}, which is no {what}; the {what}s are {', '.join(known)}")
    return tuple(table.get(key, ()))


def _expect(path: Path, table: dict[str, Any], known: dict[str, type]) -> None:
    for key, value in table.items():
        if key not in known:
            raise SettingsError(f"{path}: {key!r} is no setting; the settings here are {', '.join(known)}")
        wanted = known[key]
        if isinstance(value, bool) != (wanted is bool) or not isinstance(
            value, (int, float) if wanted is float else wanted
        ):
            raise SettingsError(f"{path}: {key} is {value!r}, expected {wanted.__name__}")
        least = 0 if getattr(Limits, key, 1) == 0 else 1e-9  # none at all is a limit where none is the default
        if isinstance(value, int | float) and wanted is not bool and not least <= value <= _MOST:  # nor is nan
            raise SettingsError(f"{path}: {key} is {value!r}, expected a positive number, {_MOST:g} at most")
