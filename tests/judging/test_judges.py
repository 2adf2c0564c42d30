"""The judges one by one, on answers made by hand: which finding each gives, on which instance, in which words."""

from dataclasses import replace

import numpy as np
import pytest

from autograder.engine.core.assignment import Check
from autograder.engine.course.assignment import ASSIGNMENT
from autograder.engine.judging import answered
from autograder.engine.judging.answered import AnsweredTask, TaskCases
from autograder.engine.judging.cost import STEPS
from autograder.engine.judging.judges import (
    Finding,
    judge_case,
    judge_cost,
    judge_newness,
    judge_purity,
    judge_refusals,
    judge_statelessness,
    judge_values,
)
from autograder.engine.sandbox.answers import Answer, Raised

ONES = np.ones((2, 3))
GRAD = ASSIGNMENT.by_id["squared_error_grad"]
CLIP = ASSIGNMENT.by_id["clip_gradients"]
DETECT = ASSIGNMENT.by_id["detect_explosion"]
ARGS = (np.array([[1.0, -5.0]]), np.array([[2.0, np.inf]]))


def check(*cases: str, **how) -> Check:
    return Check("values", 1, "it is right", cases, how.pop("judge", judge_values), **how)


def sheet(task, expected, **answers) -> AnsweredTask:
    """A sheet on which every instance has the same arguments and the same expected answer."""
    return AnsweredTask(TaskCases(task, dict.fromkeys(answers, ARGS), dict.fromkeys(answers, expected)), answers)


def value(given) -> Answer:
    return Answer("value", given)


def raised(type: str = "KeyError", **how) -> Answer:
    return Answer("raised", raised=Raised(type, "", **how))


WRONG = Finding("two", "dL_do is [[2, 2, 2], [2, 2, 2]], expected [[1, 1, 1], [1, 1, 1]]", "values")


def test_the_first_instance_that_fails_is_told():
    """Of several instances the first that is not right is told, and none where all are."""
    found = sheet(GRAD, ONES, one=value(ONES), two=value(2 * ONES), three=value(3 * ONES))
    assert judge_values(found, check("one", "two", "three")) == WRONG
    assert judge_values(found, check("one")) is None


def test_the_instances_of_a_check():
    """All that a check may ask are its instances and those that it asks later; of itself it asks none later."""
    both = check("one", may_ask=("two", "three"))
    assert both.all_cases == ("one", "two", "three")
    assert both.next_cases({}) == ()
    assert not both.gated


NO_VALUE = {
    "not attempted": (raised("NotImplementedError", not_implemented=True), "it is not attempted yet", "missing"),
    "raised": (raised(), "it raised KeyError", "raised"),
    "unusable": (Answer("unusable", text="None"), "it returned None, expected one real array", "unusable"),
    "missing": (Answer("missing"), "it is not defined", "missing"),
    "timeout": (
        Answer("timeout", text="it did not come to an end in time"),
        "it did not come to an end in time",
        "dead",
    ),
    "crashed": (Answer("crashed", text="it ended"), "it ended", "dead"),
}


@pytest.mark.parametrize("kind", NO_VALUE)
def test_an_answer_that_is_no_value(kind):
    """Where a call gave no value, the finding says why."""
    answer, text, found = NO_VALUE[kind]
    assert judge_values(sheet(GRAD, ONES, one=answer), check("one")) == Finding("one", text, found)


@pytest.mark.parametrize(
    ("task", "wanted"),
    [(GRAD, "one real array"), (CLIP, "a sequence of real arrays"), (DETECT, "a pair (status, t)")],
    ids=["array", "arrays", "verdict"],
)
def test_what_was_wanted_in_place_of_an_unusable_value(task, wanted):
    """What cannot be used is told beside the form that the task has."""
    found = judge_case(sheet(task, ONES, one=Answer("unusable", text="bool")), check("one"), "one")
    assert found == Finding("one", f"it returned a bool, expected {wanted}", "unusable")


@pytest.mark.parametrize(
    ("got", "text", "kind"),
    [
        (["stable", None], None, ""),
        (["exploding", 3], "it says ('exploding', 3), expected ('stable', None)", "verdict"),
        (["stable", 1], "it says ('stable', 1), expected ('stable', None)", "verdict"),
        (["zero", None], "it says ('zero', None), expected ('stable', None)", "verdict"),
        (["stable"], "it returned 1 values, expected the pair (status, t)", "count"),
        (["stable", None, None], "it returned 3 values, expected the pair (status, t)", "count"),
    ],
)
def test_verdicts(got, text, kind):
    """A verdict is right where both of its parts are, and nothing but a pair is one."""
    found = judge_case(sheet(DETECT, ["stable", None], one=value(got)), check("one"), "one")
    assert found == (Finding("one", text, kind) if text else None)


@pytest.mark.parametrize(
    ("got", "part", "text", "kind"),
    [
        ([ONES, ONES], None, None, ""),
        ([ONES], None, "it returned 1 arrays, expected 2", "count"),
        ([ONES, ONES, ONES], None, "it returned 3 arrays, expected 2", "count"),
        ([ONES, 2 * ONES], None, "o is [[2, 2, 2], [2, 2, 2]], expected [[1, 1, 1], [1, 1, 1]]", "values"),
        ([2 * ONES, ONES], 0, "h is [[2, 2, 2], [2, 2, 2]], expected [[1, 1, 1], [1, 1, 1]]", "values"),
        ([2 * ONES, ONES], 1, None, ""),
        ([ONES, 2 * ONES], 0, None, ""),
        ([ONES, ONES[:1]], None, "o has shape (1, 3), expected shape (2, 3)", "shape"),
        ([ONES, np.nan * ONES], None, "o[0, 0] is nan, expected a finite number", "non_finite"),
    ],
)
def test_several_arrays(got, part, text, kind):
    """Of several arrays all count, or the one that a check looks at, and each has its own name."""
    found = judge_case(sheet(ASSIGNMENT.by_id["forward"], [ONES, ONES], one=value(got)), check("one", part=part), "one")
    assert found == (Finding("one", text, kind) if text else None)


def test_arrays_without_names_of_their_own():
    """Where the text has one name for all arrays, they are told by number."""
    found = judge_case(sheet(CLIP, [ONES, ONES], one=value([ONES, 2 * ONES])), check("one"), "one")
    assert found.text.startswith("the clipped gradients[1] is ")
    found = judge_case(sheet(CLIP, [ONES], one=value([2 * ONES])), check("one"), "one")
    assert found.text.startswith("the clipped gradients is ")
    found = judge_case(sheet(ASSIGNMENT.by_id["forward"], [ONES], one=value([2 * ONES])), check("one"), "one")
    assert found.text.startswith("h[0] is ")


def test_only_hidden_states_are_walked_back():
    """Gradients of parameters are looked through from the first row, whatever their name has in common."""
    expected = np.arange(24.0).reshape(8, 3)
    got = expected.copy()
    got[2, 0] = got[5, 1] = -1
    answers = sheet(ASSIGNMENT.by_id["parameter_grads"], [expected] * 3, one=value([got, expected, expected]))
    assert judge_case(answers, check("one"), "one").text.startswith("dL_dW_hx[2] is ")


def test_what_was_not_asked_is_no_reason():
    """An instance that was not asked, because another one ended the process, is told behind that one."""
    unasked, late = Answer("unasked", text="late"), Answer("timeout", text="late")
    for judge in (judge_values, judge_refusals):
        found = sheet(GRAD, ONES, one=unasked, two=late, three=unasked)
        assert judge(found, check("one", "two", "three")) == Finding("two", "late", "dead")


def test_many_arrays():
    """However many arrays there are, as many are expected."""
    many = [ONES] * 300
    assert judge_case(sheet(CLIP, many, one=value([*many])), check("one"), "one") is None


@pytest.mark.parametrize(("task", "row"), [("hidden_grads", 5), ("expanded_terms", 2), ("spectral_radius", 2)])
def test_where_the_walk_begins(task, row):
    """Gradients of hidden states are looked through from the last one back, all else from the first."""
    expected = np.arange(24.0).reshape(8, 3)
    got = expected.copy()
    got[2, 0] = got[5, 1] = -1
    found = judge_case(sheet(ASSIGNMENT.by_id[task], expected, one=value(got)), check("one"), "one")
    assert found.text.startswith(f"{ASSIGNMENT.by_id[task].returns[0]}[{row}] is ")


@pytest.mark.parametrize(("scale", "passes"), [("array", True), ("entry", False)])
def test_the_scale_of_a_check(scale, passes):
    """What an answer may be off by is measured by the scale of its check."""
    expected = np.array([1e-3, 1e3])
    found = sheet(GRAD, expected, one=value(expected + 1e-4))
    assert (judge_values(found, check("one", scale=scale)) is None) == passes


@pytest.mark.parametrize(("off", "passes"), [(4.9e-12, True), (5.1e-12, False)])
def test_an_expected_zero_is_measured_by_the_arguments(off, passes):
    """Where zero is expected, an answer may be off by 1e-12 of the largest finite argument, whatever its sign."""
    found = sheet(GRAD, np.zeros(2), one=value(np.array([off, 0.0])))
    assert (judge_values(found, check("one")) is None) == passes


def test_arguments_in_lists_count():
    """The largest argument may lie in a list of arrays; where there is none, zero is expected exactly."""
    args = ([np.ones(2), np.array([[-7.0]])], 3)
    found = AnsweredTask(TaskCases(CLIP, {"one": args}, {"one": [np.zeros(1)]}), {"one": value([np.array([6.9e-12])])})
    assert judge_values(found, check("one")) is None
    nothing = replace(found, cases=TaskCases(CLIP, {"one": (np.array([np.nan]),)}, {"one": [np.zeros(1)]}))
    assert judge_values(nothing, check("one"))
    assert judge_values(replace(nothing, answers={"one": value([np.zeros(1)])}), check("one")) is None


def test_tolerances_are_made_once():
    """What an answer may be off by is computed once for each instance, part and scale, and kept beside the test cases."""
    cases = sheet(GRAD, ONES, one=value(ONES)).cases
    for answer in (ONES, 2 * ONES):
        found = AnsweredTask(cases, {"one": value(answer)})
        judge_values(found, check("one"))
    assert list(cases.remembered) == [("tolerance", "one", 0, "array")]
    cases.remembered["tolerance", "one", 0, "array"] = np.full(ONES.shape, 5.0)
    assert judge_values(found, check("one")) is None


REFUSED = raised("ValueError", value_error=True)
REFUSALS = {
    "refused": (REFUSED, None, ""),
    "a value": (value(ONES), "it returned a value, expected a ValueError", "accepted"),
    "an unusable value": (Answer("unusable", text="None"), "it returned a value, expected a ValueError", "accepted"),
    "another error": (raised(), "it raised KeyError, expected a ValueError", "wrong_error"),
    "not attempted": (raised("NotImplementedError", not_implemented=True), "it is not attempted yet", "missing"),
    "missing": (Answer("missing"), "it is not defined", "missing"),
    "timeout": (Answer("timeout", text="late"), "late", "dead"),
}


@pytest.mark.parametrize("kind", REFUSALS)
def test_refusals(kind):
    """A ValueError refuses; a value, another error or no answer at all does not, and the first of them is told."""
    answer, text, found = REFUSALS[kind]
    judged = judge_refusals(sheet(CLIP, None, one=REFUSED, two=answer, three=value(1)), check("one", "two"))
    assert judged == (Finding("two", text, found) if text else None)


def test_changed_arguments():
    """A call that changed arguments is told with their names, even where it raised; where none did, nothing is."""
    fine = sheet(GRAD, ONES, one=value(ONES), two=replace(raised(), changed=(1,)))
    assert judge_purity(fine, check()) == Finding(
        "two", "it changed its argument y, expected to find it as it was", "argument"
    )
    both = sheet(GRAD, ONES, one=replace(value(ONES), changed=(0, 1)))
    assert judge_purity(both, check()).text == "it changed its argument o, y, expected to find it as it was"
    assert judge_purity(sheet(GRAD, ONES, one=value(ONES)), check()) is None


def test_results_that_are_arguments():
    """A result in the memory of arguments is told with their names; where none is, nothing is."""
    shared = sheet(CLIP, ONES, one=value(ONES), two=replace(value(ONES), shares=(0,)))
    assert judge_newness(shared, check()) == Finding(
        "two", "it returned its argument grads itself or in part, expected new arrays", "not_new"
    )
    assert judge_newness(sheet(CLIP, ONES, one=value(ONES)), check()) is None


def asked_again(first: Answer, again: Answer, **more: Answer) -> AnsweredTask:
    args = (ONES, ONES)
    others = dict.fromkeys(more, (ONES + 1, ONES))
    answers = {**more, "general": first, "repeat": again}
    return AnsweredTask(TaskCases(GRAD, {**others, "general": args, "repeat": args}, {}), answers)


MEMORY = {
    "the same": (value(ONES), value(ONES.copy()), None),
    "within rounding": (value(ONES), value(ONES + 1e-9), None),
    "another": (value(ONES), value(2 * ONES), "remembers"),
    "another shape": (value(ONES), value(ONES[:1]), "remembers"),
    "an error at first": (raised(), value(ONES), "raised"),
    "an error at last": (value(ONES), raised(), "remembers"),
    "unusable": (Answer("unusable", text="None"), Answer("unusable", text="None"), "unusable"),
    "changed later": (replace(value(ONES), changed_later=True), value(ONES), "shared"),
}


@pytest.mark.parametrize("kind", MEMORY)
def test_memory(kind):
    """The same arguments give the same value, which stays; what is not so is told on the instance on which it shows."""
    first, again, found = MEMORY[kind]
    finding = judge_statelessness(asked_again(first, again, small=value(5 * ONES)), check("repeat"))
    assert (finding.kind if finding else None) == found
    if finding:
        assert finding.case == ("repeat" if kind in ("another", "another shape", "an error at last") else "general")


def test_the_words_on_memory():
    """A result that changed later, and another answer to the same arguments, have a sentence each."""
    changed = asked_again(replace(value(ONES), changed_later=True), value(ONES))
    assert (
        judge_statelessness(changed, check()).text
        == "its result changed after it was returned, when it was called again"
    )
    other = asked_again(value(ONES), value(2 * ONES))
    assert judge_statelessness(other, check()).text == "called again with the same arguments, it gave another answer"


def test_which_instance_is_repeated():
    """It is the one with the very arguments of "repeat", among those answered; where nothing is repeated there is none."""
    found = asked_again(value(ONES), value(ONES), small=value(ONES))
    assert found.repeated() == "general"
    assert AnsweredTask(found.cases, {"small": value(ONES), "repeat": value(ONES)}).repeated() == ""
    both = {"small": found.args["repeat"], "repeat": found.args["repeat"]}
    assert (
        AnsweredTask(TaskCases(GRAD, both, {}), dict.fromkeys(("repeat", "small"), value(ONES))).repeated() == "small"
    )
    assert AnsweredTask(TaskCases(GRAD, {"small": (ONES,)}, {}), {"small": value(ONES)}).repeated() == ""
    assert judge_statelessness(sheet(GRAD, ONES, one=value(ONES)), check()) is None


LINEAR = check(may_ask=tuple(STEPS), judge=judge_cost)


def measured(lines: int, got=ONES) -> AnsweredTask:
    """Counted instances that run so many lines for 256 steps, and 10 a step for fewer."""
    work = {"count_1": 10, "count_32": 320, "count_256": lines}
    answers = {case: Answer("value", got, work=(work[case], 0)) for case in work}
    return sheet(ASSIGNMENT.by_id["hidden_grads"], ONES, **answers)


def test_cost():
    """Work that grows is told on the last instance that was asked; where it does not, the values there count."""
    assert judge_cost(measured(2560), LINEAR) is None
    assert judge_cost(measured(50_000), LINEAR) == Finding(
        "count_256",
        "its work grows faster than T: each step runs more lines of Python when there are more steps",
        "cost",
    )
    wrong = judge_cost(measured(2560, 2 * ONES), LINEAR)
    assert (wrong.case, wrong.kind) == ("count_1", "values")


def test_cost_that_was_not_asked():
    """Where the task ended before its work was measured, there is nothing to say."""
    assert judge_cost(sheet(ASSIGNMENT.by_id["hidden_grads"], ONES, one=value(ONES)), LINEAR) is None


def test_what_is_frozen():
    """A finding, a check and a sheet stay as they were made."""
    for made in (WRONG, LINEAR, measured(1)):
        with pytest.raises(AttributeError):
            made.id = "another"


def test_the_largest_argument():
    """It is the largest finite entry by magnitude, and 0 where there is none."""
    assert answered._largest(ARGS) == 5.0
    assert answered._largest((np.array([np.inf]),)) == 0.0
