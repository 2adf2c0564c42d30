"""Mistakes that go together with any other of the same task. Each says what it does to a result of T steps."""

import numpy as np


def times_T(value: np.ndarray, T: int) -> np.ndarray:
    return value * T


def over_T(value: np.ndarray, T: int) -> np.ndarray:
    return value / T


def doubled(value: np.ndarray, T: int) -> np.ndarray:
    return value * 2


def negated(value: np.ndarray, T: int) -> np.ndarray:
    return -value


def in_reverse(value: np.ndarray, T: int) -> np.ndarray:
    return value[::-1]
