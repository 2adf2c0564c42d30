"""The course's secret seed: drawn once and whole, whoever asks for it at the same moment, and whatever the disk does."""

import builtins
import errno
import multiprocessing
import os
import secrets
from pathlib import Path
from threading import BrokenBarrierError
from typing import Any

import pytest

from autograder.engine.core.settings import Course, SettingsError

ROUNDS = 40
WAIT_S = 120.0  # for two processes to start: far above what they take


@pytest.fixture
def new(tmp_path: Path) -> Course:
    """A course without a seed."""
    return Course(tmp_path)


def _ask(root: Path, barrier: Any, answers: Any) -> None:
    """The seeds of many new courses, each asked for at the moment at which the other process asks."""
    seeds = []
    try:
        for number in range(ROUNDS):
            barrier.wait(WAIT_S)
            seeds.append(Course(root / str(number)).seed())
    except (SettingsError, BrokenBarrierError) as error:
        barrier.abort()
        seeds.append(str(error))
    answers.put(seeds)


def test_processes_that_start_together_get_the_same_seed(tmp_path: Path) -> None:
    """Two processes that ask for a new course's seed at the same moment get the same one."""
    context = multiprocessing.get_context("fork")
    barrier, answers = context.Barrier(2), context.Queue()
    asking = [context.Process(target=_ask, args=(tmp_path, barrier, answers)) for _ in range(2)]
    for process in asking:
        process.start()
    one, other = (answers.get(timeout=WAIT_S) for _ in asking)
    for process in asking:
        process.join(WAIT_S)
    assert one == other
    assert len(set(one)) == ROUNDS


@pytest.mark.parametrize("linked", [True, False])
def test_who_is_slower_takes_the_seed_of_the_faster(new: Course, monkeypatch: pytest.MonkeyPatch, linked: bool) -> None:
    """Where another process has written the seed while this one drew its own, this one takes the other's, on any file system."""
    draw, faster = secrets.token_hex, []

    def slow(size: int) -> str:
        monkeypatch.setattr(secrets, "token_hex", draw)
        faster.append(Course(new.root).seed())
        return draw(size)

    def no_link(*paths: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    if not linked:
        monkeypatch.setattr(os, "link", no_link)
    monkeypatch.setattr(secrets, "token_hex", slow)
    assert [new.seed()] == faster
    assert os.listdir(new.root / ".autograder") == ["seed"]
    assert os.stat(new.root / ".autograder" / "seed").st_mode & 0o777 == 0o600


def test_a_full_disk_leaves_no_empty_seed(new: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the disk is full one sentence says so, nothing is left, and once there is space the course has its seed."""
    real = builtins.open

    def full(*args: Any, **options: Any) -> Any:
        file = real(*args, **options)

        def write(text: str) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

        file.write = write
        return file

    monkeypatch.setattr(builtins, "open", full)
    with pytest.raises(SettingsError, match=r"seed cannot be written \(No space left on device\); free some space$"):
        new.seed()
    monkeypatch.undo()
    assert os.listdir(new.root / ".autograder") == []
    assert len(new.seed()) == 32
