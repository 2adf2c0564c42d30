"""How many processes judge at once."""

import os

import pytest

from autograder.engine.grading import cores


@pytest.mark.parametrize(
    ("machine", "allowed", "quota", "most"),
    [
        (8, 8, None, 8),
        (8, 3, None, 3),
        (8, 8, "max 100000\n", 8),
        (8, 8, "150000 100000\n", 2),
        (8, 8, "50000 100000\n", 1),
        (8, 3, "600000 100000\n", 3),
        (2, 2, "600000 100000\n", 2),
        (None, 1, "", 1),
    ],
)
def test_no_more_processes_than_cores(monkeypatch, tmp_path, machine, allowed, quota, most):
    """As many as there are cores, but no more than this process may use, nor than a container's limit of processor time fills."""
    monkeypatch.setattr(os, "cpu_count", lambda: machine)
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: set(range(allowed)), raising=False)
    monkeypatch.setattr(cores, "_QUOTA", tmp_path / "cpu.max")
    if quota is not None:
        (tmp_path / "cpu.max").write_text(quota)
    assert cores.cores() == most


def test_where_the_system_does_not_say(monkeypatch, tmp_path):
    """A system that tells a process nothing of its cores, and has no containers, gives all that the machine has."""
    monkeypatch.setattr(os, "cpu_count", lambda: 8)
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(cores, "_QUOTA", tmp_path / "none")
    assert cores.cores() == 8
