"""The time of a submission: what it computes and what it sleeps count, and what the machine makes it wait does not."""

import pytest

from autograder.engine.core.settings import Limits
from autograder.engine.sandbox import timekeeper
from autograder.engine.sandbox.timekeeper import Timekeeper

LIMITS = Limits(call_s=5, asleep_s=10, submission_s=60, wall_s=1200)


class Machine:
    """A clock on the wall and a process, both moved by hand; `ends` says after how many seconds the time was up."""

    def __init__(self, monkeypatch, limits: Limits = LIMITS) -> None:
        self.now = self.computed = 0.0
        monkeypatch.setattr(timekeeper.time, "monotonic", lambda: self.now)
        self.time = Timekeeper(limits)
        self.time.process(lambda: self.computed)
        self.limits = limits

    def ends(self, share: float, at_most: float = 5000.0) -> float:
        """Wait for one call of a process that gets this share of a core."""
        self.time.part(self.limits.call_s, self.limits.asleep_s)
        begun = self.now
        while self.now - begun < at_most:
            try:
                self.time.look()
            except TimeoutError:
                return self.now - begun
            self.now += 0.1
            self.computed += 0.1 * share
        return at_most


@pytest.mark.parametrize(("share", "least", "most"), [(1.0, 5, 5.2), (0.1, 50, 52), (0.06, 83, 86)])
def test_a_busy_machine_gives_the_same_time(monkeypatch, share, least, most):
    """A process that computes gets its seconds of processor time, however long the machine makes it wait for them."""
    assert least <= Machine(monkeypatch).ends(share) <= most


def test_who_sleeps_is_ended_sooner(monkeypatch):
    """A process that does nothing at all is ended after the seconds that are allowed for that."""
    assert 10 <= Machine(monkeypatch).ends(0.0) <= 13


def test_who_wakes_often_and_does_nothing_is_ended_too(monkeypatch):
    """A process that uses next to nothing of a core sleeps for most of the time, on however busy a machine."""
    assert 10 <= Machine(monkeypatch).ends(0.02) <= 20


def test_the_submission_has_one_budget(monkeypatch):
    """What all calls and all processes of a submission compute adds up, and likewise what they sleep."""
    machine = Machine(monkeypatch)
    calls = 0
    while not machine.time.used_up:
        machine.ends(1.0)
        machine.time.ended(machine.computed)
        machine.computed = 0.0
        machine.time.process(lambda: machine.computed)
        calls += 1
    assert calls == 12
    machine = Machine(monkeypatch)
    calls = 0
    while not machine.time.used_up:
        machine.ends(0.0)
        calls += 1
    assert calls == 6


def test_the_wall_stands_behind(monkeypatch):
    """Who computes a little and sleeps a lot meets a clock on the wall in the end."""
    machine = Machine(monkeypatch, Limits(call_s=5, asleep_s=10, submission_s=60, wall_s=40))
    assert 39 <= machine.ends(0.06) <= 41


def test_a_short_call_after_a_long_one(monkeypatch):
    """Each call is measured by itself."""
    machine = Machine(monkeypatch)
    assert machine.ends(1.0, at_most=4.0) == 4.0
    assert machine.ends(1.0, at_most=4.0) == 4.0
