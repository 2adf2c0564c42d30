"""What waits for the instructor of a class: a list of people for each kind, with a sentence on what to do about it."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from autograder.engine.core.places import NAME
from autograder.engine.reports import figures
from autograder.engine.reports.pages import counted, points
from autograder.engine.reports.pages.feedback import title_of
from autograder.engine.reports.whole_class import Absent, Class, Member

_MOST_ALONE = 60  # students who need help, and are listed one by one


@dataclass(frozen=True)
class Who:
    """A name on the page, the feedback page that it leads to, and the number of the section."""

    name: str
    page: str = ""
    section: int = 0


@dataclass(frozen=True)
class Row:
    """People, and what is to be said of them together. Text between backticks is code."""

    people: tuple[Who, ...]
    text: str


@dataclass(frozen=True)
class Need:
    """One kind of thing to do: how many it is about, what it means, and who. Of nobody it says that, or why it is not known."""

    id: str
    title: str
    count: int
    says: str
    rows: tuple[Row, ...] = ()


class Seen:
    """How the members of a class are named on its page."""

    def __init__(self, whole: Class) -> None:
        self._numbers = {section: number for number, section in enumerate(whole.sections, 1)}
        self._by_key = {member.key: member for member in whole.members}

    def who(self, person: Member | Absent) -> Who:
        if isinstance(person, Absent):
            return Who(person.name, "", self._numbers.get(person.section, 0))
        return Who(person.name, person.page, self._numbers.get(person.result.section, 0))

    def all(self, people: Iterable[Member | Absent]) -> tuple[Who, ...]:
        """Those of them who have a name here."""
        return tuple(self.who(person) for person in people if person.name)

    def by_key(self, key: str) -> Who:
        return self.who(self._by_key[key])


_NOBODY = "nobody."


def needs(whole: Class) -> list[Need]:
    """All kinds, in the order in which somebody would look at them; a kind of which there is nothing says so."""
    seen = Seen(whole)
    kinds = (_failed, _unread, _waiting, _stale, _versions, _by_hand, _absent, _late, _alike, _help)
    return [kind(whole, seen) for kind in kinds]


def _each(people: Sequence[Member], seen: Seen, text: Callable[[Member], str]) -> tuple[Row, ...]:
    """A row for each text, with all of whom it is said, in the order in which they come."""
    by_text: dict[str, list[Member]] = defaultdict(list)
    for member in people:
        by_text[text(member)].append(member)
    return tuple(Row(seen.all(members), said) for said, members in by_text.items())


def _failed(whole: Class, seen: Seen) -> Need:
    found = [member for member in whole.members if member.result.status == "grader_error"]
    says = "The grader itself failed, so they have no score. Grade them again, and look at the machine if that does not help."
    return Need("grader-errors", "Not judged", len(found), says if found else _NOBODY, _each(found, seen, _message))


def _message(member: Member) -> str:
    return member.result.message or ""


def _unread(whole: Class, seen: Seen) -> Need:
    found = [member for member in whole.members if member.result.status == "unreadable"]
    says = "They have no points for now. Ask for the file, or repair it in submitted/, and grade again."
    return Need("unreadable", "Could not be read", len(found), says if found else _NOBODY, _each(found, seen, _message))


def _waiting(whole: Class, seen: Seen) -> Need:
    found = whole.waiting
    says = f"They handed in, and have no grade: `nbgrader autograde {NAME}` grades them." if found else _NOBODY
    return Need("not-graded", "Not graded yet", len(found), says, _named(found, seen))


def _named(people: Sequence[Absent], seen: Seen) -> tuple[Row, ...]:
    names = seen.all(people)
    return (Row(names, ""),) if names else ()


def _stale(whole: Class, seen: Seen) -> Need:
    found = [member for member in whole.members if member.stale]
    says = f"Their recorded grade is not the one that would be given now: `nbgrader autograde {NAME}` renews it."
    if not found:
        says = (
            _NOBODY
            if whole.in_course
            else "not known: `python -m autograder report` in an nbgrader course looks at it."
        )
    return Need("stale", "Grades out of date", len(found), says, _each(found, seen, lambda member: member.stale))


def _versions(whole: Class, seen: Seen) -> Need:
    """Whether everyone was graded by the same checks, release, settings and isolation."""
    kinds: dict[str, Callable[[Member], str]] = {
        "versions of the checks": lambda member: member.result.checks_version,
        "releases of the assignment": lambda member: member.result.release,
        "versions of the settings or the seed": lambda member: member.result.settings_version,
        "kinds of isolation": lambda member: member.result.isolation,
    }
    rows, said = [], []
    keys: set[str] = set()
    for what, version in kinds.items():
        (most, many), *others = figures.versions(whole.graded, version) or [("", ())]
        if others:
            said.append(f"{len(others) + 1} {what} are in this class: {len(many)} were graded with {most}")
            rows += [Row(seen.all(members), f"with {other}") for other, members in others]
            keys |= {member.key for _, members in others for member in members}
    if not said:
        return Need("versions", "Graded by the same checks", 0, _same(whole))
    says = f"{'. '.join(said)}. These were not, and so they were judged by another measure: grade all again."
    return Need("versions", "Graded by other checks", len(keys), says, tuple(rows))


def _same(whole: Class) -> str:
    if not whole.graded:
        return "nobody is graded yet."
    result = whole.graded[0].result
    by = f"by the same checks ({result.checks_version}), and as the same release ({result.release})"
    return f"all {len(whole.graded)} were graded {by}."


def _by_hand(whole: Class, seen: Seen) -> Need:
    title = "Written answers"
    if whole.by_hand is None:
        return Need("by-hand", title, 0, "not known: no gradebook says which points were given by hand.")
    found = [member for member in whole.members if member.waits]
    if not found:
        says = "not known of those who are not graded yet; all others are graded."
        return Need("by-hand", title, 0, says if whole.waiting else "all that were handed in are graded.")
    answers = sum(len(member.waits) for member in found)
    waits = f"{counted(answers, 'answer')} of {counted(len(found), 'student')} {'waits' if answers == 1 else 'wait'}"
    says = f"{waits} to be graded by hand: in formgrader, Manual Grading."
    rows = _each(found, seen, lambda member: " and ".join(f"`{answer}`" for answer in member.waits))
    return Need("by-hand", "Written answers that wait for you", len(found), says, rows)


def _absent(whole: Class, seen: Seen) -> Need:
    says = "There is no work of theirs."
    if not whole.absent:
        says = (
            "nobody whom a roster or the gradebook knows."
            if whole.has_roll
            else "not known: a `--roster` tells who is missing."
        )
    return Need("absent", "Handed in nothing", len(whole.absent), says, _named(whole.absent, seen))


def _late(whole: Class, seen: Seen) -> Need:
    found = sorted((member for member in whole.members if member.is_late), key=lambda member: -member.late_s)
    taken = sum(bool(member.penalty) for member in found)
    says = f"Points were taken off for {taken} of them." if taken else "No points were taken off."
    says += " Hours are rounded up." if whole.anonymous else ""
    if not found:
        known = any(member.result.late is False or (whole.due and member.handed_in) for member in whole.members)
        says = _NOBODY if known else "not known: nothing says when work was handed in, or was due."
    return Need("late", "Handed in late", len(found), says, _each(found, seen, _how_late))


def _how_late(member: Member) -> str:
    penalty = f"; {points(member.penalty)} points off" if member.penalty else ""
    hours = member.late_s / 3600
    if not hours:
        return f"late, as the platform says{penalty}"
    days = int(hours // 24)
    minutes = f"{int(hours * 60 % 60)} min"
    text = f"{days} d {int(hours % 24)} h" if days else f"{int(hours)} h {minutes}" if hours >= 1 else minutes
    return f"{text} late{penalty}"


def _alike(whole: Class, seen: Seen) -> Need:
    how = "To see them side by side, and what is compared: `python -m autograder similar submitted`."
    if not whole.in_course:
        how = "Only equal files were looked for here: `python -m autograder similar` compares the texts."
    rows = tuple(
        Row(
            (seen.by_key(two.one), seen.by_key(two.other)),
            "the same file" if two.same_file else f"weight {two.weight:.0f}",
        )
        for two in whole.alike
    )
    says = f"This says where to look, and not who copied. {how}" if rows else f"{_NOBODY} {how}"
    return Need("alike", "Likely the same work", len(rows), says, rows)


def _help(whole: Class, seen: Seen) -> Need:
    found = figures.in_need(whole.graded)
    says = "Less than half of the points by machine, the fewest first, each with the first thing that is not right."
    rows = _each(found, seen, lambda member: f"{points(member.result.score)} points; {_stop(member)}{_line(member)}")
    if len(found) > _MOST_ALONE:
        says = (
            "Less than half of the points by machine, by the first thing that is not right: one talk for all of a row."
        )
        rows = tuple(sorted(_each(found, seen, _stop), key=lambda row: -len(row.people)))
    if not found:
        says = _NOBODY if whole.graded else "nobody is graded yet."
    return Need("help", "Who needs help", len(found), says, rows)


def _stop(member: Member) -> str:
    """The first task that is not right, and what is known of it."""
    task = figures.first_open(member)
    if not task or all(other.status == "missing" for other in member.result.tasks):
        return "tried nothing yet"
    known = figures.known_in(task)
    words = {"missing": "not tried", "timeout": "out of time", "crashed": "crashed"}
    return f"stops at `{task.id}`: {title_of(known) if known else words.get(task.status, 'not right')}"


def _line(member: Member) -> str:
    """The line of that mistake, as the student wrote it; nothing where it was not found."""
    task = figures.first_open(member)
    place = figures.line_of(task, figures.known_in(task)) if task else None
    if not place:
        return ""
    return f", line {place.line}" + (f": `{place.source.replace('`', ' ')}`" if place.source else "")
