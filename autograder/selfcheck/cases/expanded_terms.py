"""The public cases of `expanded_terms`."""

import numpy as np

from autograder.engine.diagnosis.questions import GENERAL_QUESTIONS
from autograder.selfcheck.cases.shared import DIGITS, HAND, NET, SMALL, Case, _case, _from_outputs, _some


def expanded_terms_cases() -> list[Case]:
    args, sent = _some("dL_do W_hh W_qh"), _from_outputs()
    terms = [sent[5 + 2 - i - 1, 2 - 1] for i in range(2, 5 + 1)]
    total = sent.sum(axis=0)[0]
    return [
        _case(
            "last-step",
            "How many terms are there for t = T, and which power do they hold?",
            {"terms": sent[4:, 4]},
            "row",
            **args,
            t=5,
        ),
        _case(
            "by-hand",
            "Which output belongs to the first row, i = t, and which power of which matrix?",
            {"terms": [[0, 6], [1, 0]]},
            "row",
            dL_do=[[1], [2]],
            **HAND,
            t=1,
        ),
        _case(
            "terms",
            "If all outputs but one are silent, what comes from this one?",
            {"terms": terms},
            "row",
            **args,
            t=2,
        ),
        _case("terms", DIGITS, {"terms": sent[4:, 4] * SMALL}, "row", **args | {"dL_do": NET["dL_do"] * SMALL}, t=5),
        _case(
            "terms",
            GENERAL_QUESTIONS["remembers"],
            {"terms": np.array(terms) * [[-1], [1], [-1], [1]]},
            "row",
            **args | {"W_hh": -NET["W_hh"]},
            t=2,
        ),
        _case("sum", "What do the rows add up to?", {"the sum of the rows": total}, **args, t=1),
    ]
