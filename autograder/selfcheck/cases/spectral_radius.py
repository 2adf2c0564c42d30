"""The public cases of `spectral_radius`."""

from typing import Any

import numpy as np

from autograder.selfcheck.cases.shared import DIGITS, Case, _case


def spectral_radius_cases() -> list[Case]:
    made = np.array([[1, 1], [1, 2]]) @ np.diag([2, -5]) @ np.array([[2, -1], [-1, 1]])  # basis, eigenvalues, inverse
    table: tuple[tuple[str, str, float, Any], ...] = (
        ("diagonal", "What are the eigenvalues of a diagonal matrix?", 3, [[3, 0, 0], [0, 1, 0], [0, 0, 2]]),
        ("diagonal", "What is the eigenvalue of a matrix with one entry?", 0.5, [[0.5]]),
        ("negative", "What is the modulus of a negative number?", 4, [[1, 0], [0, -4]]),
        ("rotation", "What is the modulus of a complex number?", 2, [[0, -2], [2, 0]]),
        ("rotation", "What is the modulus of a complex number?", 3, [[0, -2, 1], [2, 0, 1], [0, 0, -3]]),
        ("rotation", "What is the modulus of 3 + 4i?", 5, [[4, 1, -2, 1], [0, 3, 4, 2], [0, -4, 3, 1], [0, 0, 0, -2]]),
        ("triangular", "Eigenvalue or singular value: which one is asked for?", 0.5, [[0.5, 8], [0, 0.5]]),
        ("triangular", "What are the eigenvalues of a triangular matrix?", 0, [[0, 7], [0, 0]]),
        ("known-eigenvalues", "Its eigenvalues are 2 and -5: which one counts?", 5, made.tolist()),
        ("known-eigenvalues", DIGITS, 5 / 7, (made / 7).tolist()),
    )
    return [_case(check, ask, {"the spectral radius": radius}, W_hh=W_hh) for check, ask, radius, W_hh in table]
