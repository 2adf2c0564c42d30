"""The end of the demonstration: its page opens where somebody can see it, and nowhere else."""

import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from autograder.engine.cli import demo
from autograder.engine.cli.main import main

_SEEN = ("CI", "SSH_CONNECTION", "DISPLAY", "WAYLAND_DISPLAY")


@pytest.mark.parametrize(
    ("environment", "platform", "expected"),
    [
        ({}, "linux", False),
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({"DISPLAY": ":0", "CI": "true"}, "linux", False),
        ({"SSH_CONNECTION": "there"}, "darwin", False),
        ({}, "darwin", True),
        ({"CI": "1"}, "darwin", False),
    ],
)
def test_a_browser_opens_where_there_is_a_screen(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], platform: str, expected: bool
) -> None:
    """There is a screen with a display and outside CI."""
    for name in _SEEN:
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(demo.sys, "platform", platform)
    assert demo.has_screen() is expected


def test_showing_waits_for_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The browser is a process of its own, with no hold on the terminal."""
    started: dict[str, object] = {}
    monkeypatch.setattr(demo.subprocess, "Popen", lambda command, **how: started.update(how, command=command))
    demo.show(tmp_path / "class.html")
    assert str(started["command"]).endswith("class.html']")
    assert {started[stream] for stream in ("stdin", "stdout", "stderr")} == {subprocess.DEVNULL}
    assert started["start_new_session"] is True


@pytest.mark.parametrize(("folder", "why"), [("file/x", "cannot be written"), (".", "is not empty")])
def test_a_folder_that_cannot_be_used_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, folder: str, why: str
) -> None:
    """Where the demonstration can make no course in a folder, it ends with one sentence and status 2."""
    (tmp_path / "file").touch()
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, ["demo", folder])
    assert done.exit_code == 2
    assert why in done.stderr
    assert isinstance(done.exception, SystemExit)
