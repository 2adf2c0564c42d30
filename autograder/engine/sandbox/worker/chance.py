"""Chance that is the same in each run, also for code that asks for no seed: a report must not hang on it."""

import random
from typing import Any

import numpy as np

_SEED = 0
_seed, _numpys_seed = random.seed, np.random.seed


class _Seeded(random.Random):
    """Python's generator, whose seed is never the system's."""

    def __init__(self, x: Any = None) -> None:
        super().__init__(_SEED if x is None else x)

    def seed(self, a: Any = None, version: int = 2) -> None:
        super().seed(_SEED if a is None else a, version)


def seeded(a: Any = None, version: int = 2) -> None:
    """`random.seed`."""
    _seed(_SEED if a is None else a, version)


def numpys_seeded(seed: Any = None) -> None:
    """`np.random.seed`."""
    _numpys_seed(_SEED if seed is None else seed)


def settle() -> None:
    """Begin anew, and let no generator take its seed from the system: `default_rng()` and `RandomState()` draw theirs here."""
    seeded()
    numpys_seeded()
    random.seed, random.Random, np.random.seed = seeded, _Seeded, numpys_seeded  # type: ignore[misc]
    np.random.bit_generator.randbits = _Seeded().getrandbits  # type: ignore[attr-defined]
