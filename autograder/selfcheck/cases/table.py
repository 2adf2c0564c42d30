"""Which tasks have public cases, in the order of the notebook."""

from collections.abc import Callable
from functools import cache

import numpy as np

from autograder.selfcheck.cases.amplification import amplification_cases
from autograder.selfcheck.cases.clip_gradients import clip_gradients_cases
from autograder.selfcheck.cases.cross_entropy_grad import cross_entropy_grad_cases
from autograder.selfcheck.cases.detect_explosion import detect_explosion_cases
from autograder.selfcheck.cases.expanded_terms import expanded_terms_cases
from autograder.selfcheck.cases.forward import forward_cases
from autograder.selfcheck.cases.hidden_grads import hidden_grads_cases
from autograder.selfcheck.cases.parameter_grads import parameter_grads_cases
from autograder.selfcheck.cases.shared import Case
from autograder.selfcheck.cases.spectral_radius import spectral_radius_cases
from autograder.selfcheck.cases.squared_error_grad import squared_error_grad_cases
from autograder.selfcheck.cases.truncated_hidden_grads import truncated_hidden_grads_cases

TASKS: dict[str, Callable[[], list[Case]]] = {
    "forward": forward_cases,
    "squared_error_grad": squared_error_grad_cases,
    "cross_entropy_grad": cross_entropy_grad_cases,
    "hidden_grads": hidden_grads_cases,
    "expanded_terms": expanded_terms_cases,
    "parameter_grads": parameter_grads_cases,
    "spectral_radius": spectral_radius_cases,
    "amplification": amplification_cases,
    "detect_explosion": detect_explosion_cases,
    "truncated_hidden_grads": truncated_hidden_grads_cases,
    "clip_gradients": clip_gradients_cases,
}


@cache
@np.errstate(all="ignore")
def cases_of(task: str) -> list[Case]:
    return TASKS[task]()
