"""The public cases of `hidden_grads`."""

from autograder.selfcheck.cases.shared import (
    DIGITS,
    HAND,
    NET,
    SMALL,
    Case,
    _case,
    _direct,
    _from_outputs,
    _only,
    _some,
)


def hidden_grads_cases() -> list[Case]:
    args, sent = _some("dL_do W_hh W_qh"), _from_outputs()
    return [
        _case(
            "one-step",
            "T = 1: is there a next state?",
            {"dL_dh": [[7, 2, 2]]},
            "row",
            dL_do=[[1, 2]],
            W_hh=[[1, 2, 0], [0, 1, 0], [0, 0, 3]],
            W_qh=[[1, 0, 2], [3, 1, 0]],
        ),
        _case(
            "by-hand",
            "What comes back to h_1, and through which arrows?",
            {"dL_dh": [[1, 6], [2, 0]]},
            "row",
            dL_do=[[1], [2]],
            **HAND,
        ),
        _case(
            "numerical-gradient",
            "If one entry of h_t grows a little, in which ways does L feel it?",
            {"dL_dh": sent.sum(axis=0)},
            "row",
            _direct,
            **args,
        ),
        _case(
            "numerical-gradient",
            DIGITS,
            {"dL_dh": sent.sum(axis=0) * SMALL},
            "row",
            **args | {"dL_do": NET["dL_do"] * SMALL},
        ),
        _case(
            "last-loss",
            "Only o_T has a loss here: what comes back to the earlier states?",
            {"dL_dh": sent[-1]},
            "row",
            **args | {"dL_do": _only(NET["dL_do"], 5)},
        ),
        _case(
            "first-loss",
            "Only o_1 has a loss here: which states does it depend on?",
            {"dL_dh": sent[0]},
            "row",
            **args | {"dL_do": _only(NET["dL_do"], 1)},
        ),
    ]
