"""Whose submission is whose: joined by what identifies, never by a guess, and who is missing."""

import unicodedata
from pathlib import Path

import pytest

from autograder.engine.core.sender import Sender
from autograder.engine.intake.found import Found
from autograder.engine.people.roll import Roll, call_roll
from autograder.engine.people.roster import Roster, read_roster
from autograder.engine.people.spelling import spellings

TABLE = """\
name,id,login,email,section
"Lovelace, Ada",11,alovelace,ada@example.org,A
Bob Builder,12,bob,bob@example.org,B
Zoë Łukasiewicz,13,zoe,,
"van der Berg, Jan",14,,jan@example.org,
Li Wei,15,li,,
Wei Li,16,wei,,
"""


@pytest.fixture(scope="module")
def roster(tmp_path_factory: pytest.TempPathFactory) -> Roster:
    path = tmp_path_factory.mktemp("roster") / "class.csv"
    path.write_text(TABLE, encoding="utf-8")
    return read_roster(path)


def sent(student: str | None = None, **sender: str) -> Found:
    """One submission of this name and these marks."""
    return Found(Path(f"work/{student}"), student, sender=Sender(**sender))


def joined(roll: Roll) -> list[str]:
    return [person.id if person else "" for person in roll.people]


@pytest.mark.parametrize(
    ("entry", "id"),
    [
        (sent("somebody", student_id="12"), "12"),
        (sent("Robert Builder", student_id="12", platform="canvas"), "12"),
        (sent("bob"), "12"),
        (sent("ALOVELACE"), "11"),
        (sent("x", login="bob"), "12"),
        (sent("x", student_id="bob", platform="blackboard"), "12"),
        (sent("x", email="Ada@Example.org"), "11"),
        (sent("ada@example.org"), "11"),
        (sent("11"), "11"),
        (sent("Ada Lovelace"), "11"),
        (sent("lovelace,  ADA"), "11"),
        (sent("lovelaceada", student_id="90210", platform="canvas"), "11"),
        (sent(unicodedata.normalize("NFD", "Zoë Łukasiewicz")), "13"),
        (sent("lukasiewiczzoe"), "13"),
        (sent("Jan van der Berg"), "14"),
        (sent("vanderbergjan"), "14"),
        (sent("bergjanvander"), "14"),
        (sent("Li", student_id="15"), "15"),
    ],
)
def test_one_person_is_found(roster: Roster, entry: Found, id: str) -> None:
    """By id, login, email or name, however these are written."""
    roll = call_roll([entry], roster)
    assert joined(roll) == [id]
    assert len(roll.missing) == 5
    assert not roll.strangers
    assert not roll.remarks


@pytest.mark.parametrize(
    "entry", [sent("Ada"), sent("Adam Lovelace"), sent("bo"), sent(None), sent("👻"), sent("Jane Doe", student_id="99")]
)
def test_nobody_is_guessed(roster: Roster, entry: Found) -> None:
    """Who is not on the roster is a stranger, however close a name is."""
    roll = call_roll([entry], roster)
    assert joined(roll) == [""]
    assert len(roll.missing) == 6
    assert len(roll.strangers) == 1


def test_two_of_one_name_are_nobodys(roster: Roster) -> None:
    """Where two could be meant, nobody is chosen, a sentence names both, and neither is said to be missing for sure."""
    roll = call_roll([sent("Wei, Li")], roster)
    assert joined(roll) == [""]
    assert roll.remarks == (
        "Wei, Li may be of Li Wei (15) or of Wei Li (16) on the roster: it was given to neither of them",
    )
    assert {person.id for person in roll.doubtful} == {"15", "16"}
    assert not roll.strangers


def test_a_number_against_a_name(roster: Roster) -> None:
    """A number that is one student's with a name that is another's belongs to neither."""
    roll = call_roll([sent("Ada Lovelace", student_id="12")], roster)
    assert joined(roll) == [""]
    assert "the number or login of Bob Builder (12) and the name of Lovelace, Ada" in roll.remarks[0]


def test_another_platforms_number_means_nothing(roster: Roster) -> None:
    """A platform's own number that happens to stand on the roster gives work to nobody of another name."""
    assert joined(call_roll([sent("Jane Doe", student_id="12", platform="moodle")], roster)) == [""]


def test_a_table_of_another_assignment(tmp_path: Path) -> None:
    """Moodle numbers students anew for each assignment: a worksheet of another one joins nobody, and is told."""
    sheet = tmp_path / "sheet.csv"
    sheet.write_text(
        "Identifier,Full name,Last modified (grade)\nParticipant 7,Ada Lovelace,-\nParticipant 8,Bob Builder,-\n"
    )
    found = [
        sent("Ada Lovelace", student_id="8", platform="moodle"),
        sent("Bob Builder", student_id="9", platform="moodle"),
    ]
    roll = call_roll(found, read_roster(sheet))
    assert roll.people == (None, None)
    assert "has the number or login of Bob Builder (8) and the name of Ada Lovelace" in roll.remarks[0]
    assert "8 on the roster and 9 in the download: take both from the same course and assignment" in roll.remarks[1]
    assert len(roll.missing) == len(roll.doubtful) == 2


def test_what_the_roster_knows_is_filled_in(roster: Roster) -> None:
    """A submission gets the login, email and section of its person; what the platform said stays."""
    sender = call_roll([sent("Ada Lovelace", student_id="4711", platform="moodle")], roster).found[0].sender
    assert (sender.student_id, sender.login, sender.email, sender.section) == (
        "4711",
        "alovelace",
        "ada@example.org",
        "A",
    )


def test_who_handed_in_twice_is_said(roster: Roster) -> None:
    """Two submissions of one student are both marked, and a sentence names both places."""
    roll = call_roll([sent("bob"), sent("Bob Builder"), sent("Ada Lovelace")], roster)
    assert roll.repeated == (True, True, False)
    assert roll.remarks == ("Bob Builder handed in 2 times (work/bob, work/Bob Builder): keep the one that counts",)


def test_without_a_roster_nothing_is_known() -> None:
    """Nobody is missing and nobody a stranger; the platform's own number still tells who handed in twice."""
    twice = {"student_id": "7", "platform": "canvas"}
    roll = call_roll([sent("a", **twice), sent("b"), sent("c", **twice)], None)
    assert (roll.missing, roll.strangers, roll.people) == ((), (), (None,) * 3)
    assert roll.repeated == (True, False, True)


def test_a_vowels_sign_is_part_of_a_name() -> None:
    """Names that differ in a sign of their script's vowels are two names, unlike those that differ in an accent."""
    assert set(spellings("राम")).isdisjoint(spellings("रम"))
    assert not set(spellings("José")).isdisjoint(spellings("Jose"))
