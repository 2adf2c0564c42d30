"""The public check of the ungraded function at the notebook's end."""

import copy
import sys
from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.selfcheck.calling import quiet
from autograder.selfcheck.cases.shared import NOT_ATTEMPTED
from autograder.selfcheck.showing import is_watched
from autograder.selfcheck.words import error_text, wrap, write

_NAME = "linear_recurrence"
_LENGTHS = (1, 2, 3, 4, 7, 8, 13)


def check_bonus(namespace: Mapping[str, Any]) -> None:
    """Try `linear_recurrence(u, W)`: s_1 = u_1 and s_t = u_t + W s_{t−1}, for lengths that are powers of two and others."""
    if is_watched(namespace):
        write(
            sys.stdout,
            wrap(bonus_trouble(namespace.get(_NAME)) or f"{_NAME}: right for {_LENGTHS[-1]} steps and fewer."),
        )


def bonus_trouble(function: Any) -> str:
    """What does not hold yet, or nothing."""
    if not callable(function):
        return f"{_NAME}: it is not defined here. Has its cell been run?"
    for T in _LENGTHS:
        u, W = _drawn(T)
        sent = [np.vstack([np.zeros((k, 3)), u[: T - k] @ np.linalg.matrix_power(W, k).T]) for k in range(T)]
        wanted = np.sum(sent, axis=0)
        args = copy.deepcopy((u, W))
        try:
            with quiet():
                got = np.asarray(function(*args), dtype=float)
        except NotImplementedError:
            return f"{_NAME}: {NOT_ATTEMPTED}. It is not graded."
        except Exception as error:
            return f"{_NAME} for T = {T}: it raised {error_text(error)}."
        if got.shape != wanted.shape:
            return f"{_NAME} for T = {T}: the result has shape {got.shape}, expected {wanted.shape}."
        wrong = np.flatnonzero((np.abs(got - wanted) > 1e-9 * np.abs(wanted).max()).any(axis=1))
        if wrong.size:
            ask = "Which terms does s_t hold for this t after each round?"
            return f"{_NAME} for T = {T}: the first wrong row is that of t = {wrong[0] + 1}. {ask}"
        if not (np.array_equal(args[0], u) and np.array_equal(args[1], W)):
            return f"{_NAME}: it changed its arguments. Which of your arrays are still the caller's?"
    return ""


def _drawn(T: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(T)
    return rng.normal(size=(T, 3)), 0.7 * rng.normal(size=(3, 3))
