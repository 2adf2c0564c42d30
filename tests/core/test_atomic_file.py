"""The files that are there whole or not at all, and the links that an instructor names."""

import errno
from pathlib import Path

import pytest

from autograder.engine.core.atomic_file import output_file
from autograder.engine.reports.csv_file import write_rows


def test_a_link_that_leads_to_nothing_yet_stays_a_link(tmp_path: Path) -> None:
    """Where a named link leads to no file yet, the file is made there and the link stays."""
    (tmp_path / "far").mkdir()
    link = tmp_path / "table.csv"
    link.symlink_to("far/table.csv")
    write_rows(link, [("a", 1)])
    assert link.is_symlink()
    assert (tmp_path / "far" / "table.csv").read_text(encoding="utf-8-sig") == "a,1\n"


def test_links_that_lead_to_each_other_are_refused(tmp_path: Path) -> None:
    """Where a named link leads round in a ring, nothing is written and the error says so."""
    (tmp_path / "one").symlink_to("two")
    (tmp_path / "two").symlink_to("one")
    with pytest.raises(OSError, match="symbolic links") as refused, output_file(tmp_path / "one"):
        pass
    assert refused.value.errno == errno.ELOOP
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one", "two"]


def test_a_link_to_a_folder_is_not_replaced(tmp_path: Path) -> None:
    """Where a named link leads to a folder, the error says so and the link stays."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to("folder")
    with pytest.raises(IsADirectoryError), output_file(tmp_path / "link") as file:
        file.write("x")
    assert (tmp_path / "link").is_symlink()
