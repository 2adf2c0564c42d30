"""Whether work grows in proportion to the steps: what is asked, what is decided, and what the student reads."""

import os
import sys
from dataclasses import replace

import numpy as np
import pytest
from support import Formulation, by_cost, message, task_of

from autograder.engine.course.assignment import ASSIGNMENT
from autograder.engine.diagnosis.explanation import Explainer
from autograder.engine.grading.grade import COUNTS_LATER
from autograder.engine.judging import cost
from autograder.engine.judging.answered import AnsweredTask
from autograder.engine.judging.cost import STEPS, next_cases, what_grows
from autograder.engine.sandbox.answers import Answer, Raised
from autograder.engine.sandbox.worker.counting import Counting

LINEAR, QUADRATIC = by_cost("linear"), by_cost("quadratic")
QUESTION = "What is computed or copied again for every t, although the step after it already had it?"
CHECK = next(check for check in ASSIGNMENT.by_id["hidden_grads"].checks if check.id == "linear_work")


@pytest.mark.parametrize("formulation", LINEAR, ids=lambda f: f.name)
def test_linear(judge_cells, formulation: Formulation):
    """Work that is linear in T, or not clearly more, passes the check of work and all others."""
    task = task_of(judge_cells({"hidden_grads": formulation.source}), "hidden_grads")
    assert [check.message for check in task.checks if not check.passed] == []


@pytest.mark.parametrize("formulation", QUADRATIC, ids=lambda f: f.name)
def test_quadratic(judge_cells, formulation: Formulation):
    """Right gradients by quadratic work lose the check of work and no other, in a sentence without a measured number."""
    result = judge_cells({"hidden_grads": formulation.source})
    assert [check.id for check in task_of(result, "hidden_grads").checks if not check.passed] == ["linear_work"]
    said = message(result, "hidden_grads", "linear_work")
    assert "its work grows faster than T: " in said
    assert "8 times" not in said
    assert said.endswith(QUESTION)


LAZY = {
    "an array that is made when it is asked for": "    def __array__(self, dtype=None, copy=None): return np.array([self.row(t) for t in range(len(self))])\n",
    "rows that are made when they are asked for": "    def __getitem__(self, t): return self.row(range(len(self))[t])\n",
    "rows that are made on the way": "    def __iter__(self): return map(self.row, range(len(self)))\n    __getitem__ = None\n    def __array__(self, dtype=None, copy=None): return np.stack([*self])\n",
}


@pytest.mark.parametrize("kind", LAZY)
def test_work_that_is_put_off(judge_cells, kind):
    """Work that is done only when the result is made an array counts like any other."""
    source = f"""
class Later:
    def __init__(self, *args): self.args = args
    def __len__(self): return len(self.args[0])
    def row(self, t):
        dL_do, W_hh, W_qh = self.args
        g = np.zeros(len(W_hh))
        for s in range(len(dL_do) - 1, t - 1, -1): g = W_hh.T @ g + W_qh.T @ dL_do[s]
        return g
{LAZY[kind]}
def hidden_grads(dL_do, W_hh, W_qh): return Later(dL_do, W_hh, W_qh)
"""
    failed = [
        check.id for check in task_of(judge_cells({"hidden_grads": source}), "hidden_grads").checks if not check.passed
    ]
    assert failed == ["linear_work"]


HIDDEN = {
    "lines that are always there": "    for _ in range(50_000): pass\n",
    "more lines than are counted": "    for _ in range(1_200_000): pass\n",
    "memory that is always there": "    np.ones(500_000)\n",
    "a memory of earlier answers": "    key = (len(dL_do), W_hh[0, 0])\n    if key in seen: return seen[key]\n",
}


@pytest.mark.parametrize("kind", HIDDEN)
def test_hidden_quadratic_work(judge_cells, kind):
    """Work that is there for every length, and remembered answers, do not hide that the rest is quadratic."""
    source = f"""
seen = {{}}
def hidden_grads(dL_do, W_hh, W_qh):
{HIDDEN[kind]}    g = np.zeros((len(dL_do), len(W_hh)))
    for t in range(len(g)):
        for s in range(len(g) - 1, t - 1, -1):
            g[t] = W_hh.T @ g[t] + W_qh.T @ dL_do[s]
    seen[len(dL_do), W_hh[0, 0]] = g
    return g
"""
    result = judge_cells({"hidden_grads": source})
    assert "linear_work" in [check.id for check in task_of(result, "hidden_grads").checks if not check.passed]


@pytest.mark.parametrize("kind", ["lines that are always there", "memory that is always there"])
def test_work_that_is_always_there_does_not_change_the_network(judge_cells, kind):
    """Lines and memory that every length takes do not have quadratic copies counted where they are small."""
    source = next(way.source for way in QUADRATIC if way.name == "np_insert")
    first, body = source.split(":\n", 1)
    result = judge_cells({"hidden_grads": f"{first}:\n{HIDDEN[kind]}{body}"})
    assert [check.id for check in task_of(result, "hidden_grads").checks if not check.passed] == ["linear_work"]


def _answers(**work) -> dict[str, Answer]:
    """Answers of 10 lines and 100 bytes a step, and 1 ms for 125 of them, but for what is said."""
    answers = {}
    for case, steps in STEPS.items():
        said = work.get(case.rpartition("_")[0] if case.count("_") == 2 else case, {})
        answers[case] = Answer("value", work=(10 * steps, 100 * steps), cpu_s=8e-6 * steps)
        answers[case] = replace(answers[case], **said)
    return answers


def _asked(answers: dict[str, Answer]) -> list[str]:
    """All that is asked, one stage after the other, of a function with these answers."""
    given: dict[str, Answer] = {}
    while cases := next_cases(given):
        given |= {case: answers[case] for case in cases}
    return list(given)


BOUNDS = {name: getattr(cost, name) for name in ("PLAIN", "CLEAR", "QUADRATIC")}
COUNTED = ["count_1", "count_32", "count_256"]
LONGER = ["count_64", "count_512"]
MANY = {
    "work": (2_511, 0)
}  # lines for 32 steps, 10 of them for the first: those of code that loops over single numbers
NARROW = ["count_1", "count_32", "narrow_1", "narrow_32", "narrow_256"]
NARROW_LONGER = ["narrow_64", "narrow_512"]
TIMED = ["time_1", "time_125", "time_1000", "time_125_again", "time_125_at_last"]
ROUNDS = [f"time_{steps}_{k}" for k in range(3) for steps in (500, 4000)]
SLOW = {"cpu_s": 1.0}
TIMED_AT_ONCE = dict.fromkeys(TIMED, Answer("value"))


@pytest.mark.parametrize(
    ("answers", "asked", "grows"),
    [
        (_answers(), COUNTED + TIMED, ""),
        (_answers(count_256={"work": (10 * 31 * 40, 0)}), COUNTED, "runs more lines"),
        (_answers(count_256={"work": (0, 100 * 31 * 40)}), COUNTED, "takes more memory"),
        (_answers(count_32={"work": (200_000, 0)}), NARROW + TIMED, ""),
        (_answers(count_32=MANY, narrow_32={"work": (200_000, 0)}), NARROW, "runs more lines"),
        (_answers(count_32={"work": (2_510, 0)}, count_256={"work": (20_000, 0)}), COUNTED + TIMED, ""),
        (_answers(count_32=MANY), NARROW + TIMED, ""),
        (_answers(count_32=MANY, narrow_256={"work": (10 * 31 * 40, 0)}), NARROW, "runs more lines"),
        (_answers(count_32=MANY, narrow_256={"work": (0, 100 * 31 * 40)}), NARROW, "takes more memory"),
        (
            _answers(count_32=MANY, narrow_256={"work": (10 * 31 * 20, 0)}, narrow_512={"work": (10 * 63 * 21, 0)}),
            NARROW + NARROW_LONGER,
            "runs more lines",
        ),
        (_answers(count_32=MANY, narrow_32={"kind": "raised"}), NARROW, ""),
        (_answers(count_256={"work": (10 * 31 * 20, 0)}), COUNTED + LONGER + TIMED, ""),
        (
            _answers(count_256={"work": (0, 100 * 31 * 20)}, count_512={"work": (0, 100 * 63 * 21)}),
            COUNTED + LONGER,
            "takes more memory",
        ),
        (_answers(time_1000={"cpu_s": 0.5}), COUNTED + TIMED + ROUNDS[:2], ""),
        (_answers(time_125={"cpu_s": 0.5}, time_1000={"cpu_s": 0.5}), COUNTED + TIMED + ROUNDS[:2], ""),
        (
            _answers(time_1000={"cpu_s": 0.5}, time_4000={"cpu_s": 0.5}),
            COUNTED + TIMED + ROUNDS,
            "each step takes longer",
        ),
        (_answers(time_1={"cpu_s": 0.6}, time_1000=SLOW), COUNTED + TIMED, "for T = 1 it takes"),
        (_answers(count_32={"kind": "raised"}), COUNTED[:2], ""),
        (_answers(count_256={"kind": "raised"}), COUNTED, ""),
        (_answers(count_256={"kind": "timeout"}), COUNTED, "for T = 256 it does not come to an end"),
        (
            _answers(time_1000={"kind": "raised", "raised": Raised("MemoryError", "", memory=True)}),
            COUNTED + TIMED,
            "for T = 1000 it runs out of memory",
        ),
    ],
)
def test_stages(answers, asked, grows):
    """More is asked only where the answers so far do not settle it, and what is too much is said in words."""
    assert _asked(answers) == asked
    said = what_grows({case: answers[case] for case in asked})
    assert (grows in said, bool(said)) == (True, bool(grows))


@pytest.mark.parametrize("round_", range(3))
def test_one_quiet_round_is_enough(round_):
    """Noise in all rounds but one costs nobody the check."""
    answers = _answers(time_1000={"cpu_s": 0.5}, time_4000={"cpu_s": 0.5})
    answers[f"time_4000_{round_}"] = replace(answers[f"time_4000_{round_}"], cpu_s=0.032)
    assert what_grows({case: answers[case] for case in _asked(answers)}) == ""


def _explained(exam, case: str, answer: Answer) -> str:
    paper = exam.cases("hidden_grads")
    answers = {
        case: Answer("value", value, work=(1, 1)) for case, value in paper.expected.items() if case in paper.names
    }
    answers |= {case: Answer("value", paper.expected[case], work=(10 * STEPS[case], 0)) for case in COUNTED}
    answers |= {"repeat": answers["general"], case: answer}
    finding = CHECK.judge(AnsweredTask(paper, answers), CHECK)
    return Explainer(ASSIGNMENT, AnsweredTask(paper, answers), {}, True).explain(CHECK, finding)[0]


def test_the_sentence(exam):
    """Quadratic work is told by what grows, with the question that leads to it."""
    assert _explained(exam, "count_256", Answer("value", work=(10_000, 0))) == (
        "`hidden_grads` for T = 256, q = 3, h = 16: its work grows faster than T: "
        f"each step runs more lines of Python when there are more steps. {QUESTION}"
    )


def test_the_sentence_on_endless_work(exam):
    """Work that grows until the time is up is told so."""
    assert _explained(exam, "count_256", Answer("timeout", text="it did not come to an end in time")) == (
        "`hidden_grads` for T = 256, q = 3, h = 16: its work grows faster than T: "
        f"for T = 256 it does not come to an end in time. {QUESTION}"
    )


@pytest.mark.parametrize(
    ("ends_for", "points"), [("True", 4.0), ("len(dL_do) < 32", 3.6), ("len(dL_do) == 1", 0.6), ("False", 0.0)]
)
def test_recursion_without_an_end(judge_cells, ends_for, points):
    """What calls itself without an end is told so where it does, and never that its work grows."""
    source = f"def hidden_grads(*args):\n    return right(*args) if {ends_for} else hidden_grads(*args)\n"
    source = source.replace("*args", "dL_do, W_hh, W_qh")
    task = task_of(judge_cells({"hidden_grads": source}, before=(_right(),)), "hidden_grads")
    assert task.points == points
    said = [check.message for check in task.checks if check.message]
    assert all("RecursionError" in text or COUNTS_LATER in text for text in said)


def _right() -> str:
    return LINEAR[0].source.replace("def hidden_grads", "def right")


@pytest.mark.parametrize(
    ("file", "each_round"),
    [("<cell 1>", True), ("/tmp/ipykernel_7/1.py", True), (os.__file__, False), (np.__file__, False)],
)
def test_what_counts(file, each_round):
    """Each line that a student's function runs counts; a library's function counts once for each call."""
    code: dict = {}
    exec(compile("def rounds():\n    for _ in range(1_000):\n        pass\n", file, "exec"), code)
    before = sys.gettrace()
    with Counting() as counting:
        code["rounds"]()
    assert sys.gettrace() is before
    assert (counting.lines > 2_000, counting.lines < 10) == (each_round, not each_round)


@pytest.mark.parametrize("formulation", LINEAR + QUADRATIC, ids=lambda f: f.name)
def test_no_verdict_hangs_on_a_hair(exam, worker, monkeypatch, formulation: Formulation):
    """Counted work decides the same with bounds a tenth higher or lower."""
    paper = exam.cases("hidden_grads")
    answers: dict[str, Answer] = {}
    for asked in (COUNTED + LONGER, NARROW[2:] + NARROW_LONGER):  # a length that ends the process is not asked for more
        with worker.open("__main__", ["import numpy as np", formulation.source]) as room:
            answers |= zip(asked, room.ask([paper.call(case) for case in asked]), strict=False)
    verdicts = set()
    for factor in (0.9, 1.0, 1.1):
        for name in ("PLAIN", "CLEAR", "QUADRATIC"):
            monkeypatch.setattr(cost, name, BOUNDS[name] * factor)
        verdicts.add(what_grows({case: answers[case] for case in _asked(answers | TIMED_AT_ONCE) if case in answers}))
    assert len(verdicts) == 1


def _grown(growth: float, longer: float = 1.0, lines: int = 1000, kind: int = 0) -> dict[str, Answer]:
    """Answers whose counted work grows by so much for 32 and 256 steps, and for 64 and 512."""
    answers = _answers()
    work = {
        "count_1": 0,
        "count_32": lines,
        "count_256": lines * growth,
        "count_64": lines,
        "count_512": lines * longer,
    }
    for case, amount in work.items():
        pair = (amount, 0) if kind == 0 else (0, amount)
        answers[case] = replace(answers[case], work=pair)
    return answers


@pytest.mark.parametrize("kind", [0, 1])
@pytest.mark.parametrize(
    ("growth", "longer", "asked", "grows"),
    [
        (14.0, 1.0, COUNTED + TIMED, False),
        (14.1, 1.0, COUNTED + LONGER + TIMED, False),
        (30.0, 20.0, COUNTED + LONGER + TIMED, False),
        (30.0, 20.1, COUNTED + LONGER, True),
        (30.1, 1.0, COUNTED, True),
    ],
)
def test_bounds_of_counted_work(kind, growth, longer, asked, grows):
    """Counted work is plainly linear up to 14 times, clearly quadratic beyond 30, and between them beyond 20 on a longer look."""
    answers = _grown(growth, longer, kind=kind)
    assert _asked(answers) == asked
    said = what_grows({case: answers[case] for case in asked})
    assert said == (
        ["each step runs more lines of Python", "each step takes more memory"][kind] + " when there are more steps"
        if grows
        else ""
    )


@pytest.mark.parametrize(("lines", "grows"), [(125_000, False), (125_001, True)])
def test_the_most_lines(lines, grows):
    """Where more lines run in a narrow network than are counted in full, the work is too much whatever its growth."""
    answers = _grown(1.0, lines=10**6)
    answers |= {case: replace(answers[case], work=(lines, 0)) for case in ("narrow_32", "narrow_256")}
    asked = NARROW if grows else NARROW + TIMED
    assert _asked(answers) == asked
    assert bool(what_grows({case: answers[case] for case in asked})) == grows


UNIT = 2.0**-7  # seconds, so that growth is exact


def _timed(growth: float, longer: float, one: float = 0.0, short: float = UNIT) -> dict[str, Answer]:
    """Answers whose time beyond that of one step grows by so much for 125 and 1,000 steps, and for 500 and 4,000."""
    answers = _answers()
    for case in TIMED + ROUNDS:
        factor = {"1": 0.0, "1000": growth, "4000": longer}.get(case.split("_")[1], 1.0)
        answers[case] = replace(answers[case], cpu_s=one + short * factor)
    return answers


@pytest.mark.parametrize("one", [0.0, 0.25])
@pytest.mark.parametrize(
    ("growth", "longer", "asked", "grows"),
    [
        (12.0, 64.0, COUNTED + TIMED, False),
        (12.5, 12.0, COUNTED + TIMED + ROUNDS[:2], False),
        (12.5, 24.0, COUNTED + TIMED + ROUNDS, False),
        (12.5, 24.5, COUNTED + TIMED + ROUNDS, True),
    ],
)
def test_bounds_of_time(one, growth, longer, asked, grows):
    """Time is looked at for longer beyond 12 times, and is too much beyond 24 in every round; one step's is taken off."""
    answers = _timed(growth, longer, one)
    assert _asked(answers) == asked
    assert bool(what_grows({case: answers[case] for case in asked})) == grows


@pytest.mark.parametrize(("one", "grows"), [(0.5, False), (0.501, True)])
def test_the_longest_step(one, grows):
    """A single step that takes more than half a second is work that does not belong to it."""
    answers = _timed(12.0, 12.0, one)
    assert bool(what_grows({case: answers[case] for case in COUNTED + TIMED})) == grows


@pytest.mark.parametrize(("share", "asked"), [(11.9, COUNTED + TIMED), (12.1, COUNTED + TIMED + ROUNDS)])
def test_times_too_short_to_measure(share, asked):
    """A time below 50 microseconds counts as one of 50."""
    answers = _timed(0.0, 64.0, short=0.0)
    for case in ("time_1000", "time_4000_0", "time_4000_1", "time_4000_2"):
        answers[case] = replace(answers[case], cpu_s=share * 5e-5)
    assert _asked(answers) == asked


@pytest.mark.parametrize("quick", ["time_125", "time_125_again", "time_125_at_last"])
def test_stages_take_the_least_time_of_the_first_attempt(quick):
    """Of the three times for 125 steps the least counts, whichever it is, and it decides whether the rounds are asked."""
    answers = _timed(12.0, 12.0, short=UNIT)
    assert _asked(answers) == COUNTED + TIMED
    answers[quick] = replace(answers[quick], cpu_s=UNIT / 2)
    assert _asked(answers) == COUNTED + TIMED + ROUNDS[:2]


@pytest.mark.parametrize("round_", range(3))
def test_stages_take_the_least_time_of_each_length(round_):
    """The least time for 500 steps is compared with the least for 4,000, each in whichever round it was."""
    answers = _timed(12.5, 24.0)
    answers[f"time_500_{round_}"] = replace(answers[f"time_500_{round_}"], cpu_s=UNIT / 2)
    assert what_grows(answers) == "each step takes longer when there are more steps"
    answers[f"time_4000_{(round_ + 1) % 3}"] = replace(answers["time_4000_0"], cpu_s=UNIT * 12)
    assert what_grows(answers) == ""


@pytest.mark.parametrize("rounds", range(4))
def test_stages_tell_nothing_of_time_before_the_last_round(rounds):
    """Growing time is told only where all three rounds of longer work have been asked."""
    answers = _timed(64.0, 64.0)
    asked = {case: answers[case] for case in COUNTED + TIMED + ROUNDS[: 2 * rounds]}
    assert bool(what_grows(asked)) == (rounds == 3)
    assert next_cases(asked) == tuple(ROUNDS[2 * rounds : 2 * rounds + 2])


@pytest.mark.parametrize("stage", [COUNTED[:2], COUNTED[2:], LONGER, TIMED, *(ROUNDS[k : k + 2] for k in (0, 2, 4))])
def test_stages_are_whole(stage):
    """A stage counts as asked only with all its instances: without one of them, it is what is asked next."""
    answers = _grown(20.0) | {case: answer for case, answer in _timed(64.0, 64.0).items() if case in TIMED + ROUNDS}
    order = COUNTED + LONGER + TIMED + ROUNDS
    before = order[: order.index(stage[0])]
    for missing in stage:
        given = {case: answers[case] for case in before + stage if case != missing}
        assert next_cases(given) == tuple(stage)


def _counted(one: tuple[int, int], short: tuple[int, int], long: tuple[int, int]) -> dict[str, Answer]:
    """The first stage's answers, of so many lines and bytes for 1, 32 and 256 steps."""
    return {case: Answer("value", work=work) for case, work in zip(COUNTED, (one, short, long), strict=True)}


@pytest.mark.parametrize("kind", [0, 1])
def test_stages_take_off_what_is_always_there(kind):
    """What one step takes counts nowhere: neither for the short length nor for the long one."""
    pairs = [(amount, 0) if kind == 0 else (0, amount) for amount in (7_000, 8_000, 7_000 + 14_000)]
    assert next_cases(_counted(*pairs)) == tuple(TIMED)
    pairs[2] = tuple(amount + bool(amount) for amount in pairs[2])
    assert next_cases(_counted(*pairs)) == tuple(LONGER)


@pytest.mark.parametrize(("short", "long", "stage"), [(0, 14, TIMED), (0, 15, LONGER), (1, 15, LONGER), (2, 15, TIMED)])
def test_stages_of_work_that_hardly_grows(short, long, stage):
    """Where 32 steps take no more than one, they count as taking one line more."""
    assert next_cases(_counted((500, 0), (500 + short, 0), (500 + long, 0))) == tuple(stage)


@pytest.mark.parametrize(
    ("lines", "allocated", "said"), [(40, 40, "runs more lines"), (40, 41, "takes more memory"), (41, 40, "runs more")]
)
def test_bounds_between_lines_and_memory(lines, allocated, said):
    """What grows more is told, and lines where both grow alike."""
    assert said in what_grows(_counted((0, 0), (100, 100), (100 * lines, 100 * allocated)))


@pytest.mark.parametrize(("lines", "said"), [(125_000, "takes more memory"), (125_001, "runs more lines")])
def test_the_most_lines_and_memory(lines, said):
    """Where memory grows too, lines are told only if more run than are counted in full."""
    narrow = dict(zip(NARROW[2:], _counted((0, 0), (lines, 100), (lines, 4_000)).values(), strict=True))
    assert said in what_grows(_counted((0, 0), (lines, 100), (0, 0)) | narrow)
