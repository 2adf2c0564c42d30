"""A learning platform's folder: its files and folders by student, the newest attempt first."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from autograder.engine.core.looking import look
from autograder.engine.core.places import NAME
from autograder.engine.intake.choosing import by_likelihood, files_in
from autograder.engine.intake.found import Candidate, Found
from autograder.engine.intake.listing import entries, is_work
from autograder.engine.intake.members import METADATA, is_archive
from autograder.engine.intake.platforms import Label, is_receipt, login_in, reader
from autograder.engine.intake.submission import UnreadableError

_SAKAIS = "Submission attachment(s)"
_MAX_METADATA = 2**24  # bytes
_LONG_METADATA = 2**18
_WHO = (":name", ":sid", ":email")  # what Gradescope says of a student
_MAX_RECEIPT = 1000  # letters: the first line tells the login


def is_handed_in(name: str) -> bool:
    """Whether a file is what a student may have handed in, as far as its name says."""
    return is_work(name) or is_archive(name)


def platform_of(folder: Path) -> Callable[[str], Label | None] | None:
    """What reads the names in this folder, or None where they are no platform's."""
    all_names = entries(folder)
    counted = [name for name in all_names if is_handed_in(name) or look(folder / name) == "folder"]
    has_list = METADATA in all_names
    read = reader(counted or all_names, lambda name: look(folder / name / _SAKAIS) == "folder", has_list)
    logins = _logins(folder, all_names) if read and any(map(is_receipt, all_names)) else {}
    return reader(counted or all_names, lambda name: False, has_list, logins) if logins else read


def platforms_in(folder: Path, names: list[str]) -> list[str]:
    """Which folders of a folder are downloads of platforms, side by side: those of several people, or of one person each."""
    people = {name: _people(folder / name) for name in names}
    of_one_each = all(people.values()) and len(set().union(*people.values())) > 1
    return [name for name, keys in people.items() if len(keys) > 1 or of_one_each]


def _people(folder: Path) -> set[str]:
    """Of whom a platform's names in a folder tell."""
    read = platform_of(folder) if look(folder) == "folder" else None
    return {f"{label.sender.platform} {label.key}" for label in map(read, entries(folder)) if label} if read else set()


def _logins(folder: Path, names: list[str]) -> dict[str, str]:
    """Whose login stands in which name, as Blackboard's receipts tell."""
    found = {}
    for name in filter(is_receipt, names):
        try:
            if look(folder / name) == "file":
                with open(folder / name, encoding="utf-8", errors="replace") as file:
                    found[name] = file.read(_MAX_RECEIPT)
        except OSError:
            continue
    return dict(filter(None, (login_in(name, text) for name, text in found.items())))


def by_student(folder: Path, read: Callable[[str], Label | None]) -> Iterator[Found]:
    """One submission for each student that the names tell of."""
    pieces: dict[str, list[tuple[Label, Path]]] = {}
    for name in entries(folder):
        label = read(name)
        if label:
            pieces.setdefault(f"{label.sender.platform} {label.key}", []).append((label, folder / name))
    told = (
        _metadata(folder)
        if any(label.sender.platform == "gradescope" for p in pieces.values() for label, _ in p)
        else {}
    )
    for own in pieces.values():
        own.sort(key=lambda piece: piece[0].attempt, reverse=True)
        found = _found(own)
        yield from _submitters(found, told[own[0][1].name]) if own[0][1].name in told else [found]


def _found(pieces: list[tuple[Label, Path]]) -> Found:
    """What one student sent, the newest first."""
    newest, path = pieces[0]
    attempts: dict[str, dict[tuple[object, ...], int]] = {}  # of each series, with how many newer ones there are
    candidates: list[Candidate] = []
    try:
        for label, where in pieces:
            known = attempts.setdefault(label.series, {})
            newer = known.setdefault(label.attempt, len(known))
            candidates += [Candidate(file, name, newer) for file, name in _files(label, where)]
    except (UnreadableError, OSError):  # reading the folder says so, too
        return Found(path, newest.student, sender=newest.sender)
    if not candidates:
        sent = [label.own or where.name for label, where in pieces if look(where) != "folder"]
        what = f"there is only {sent[0]}" if sent else "there is no file"
        refusal = f"no notebook was handed in ({what}): hand in {NAME}.ipynb"
        return Found(path, newest.student, sender=newest.sender, refusal=refusal)
    candidates = by_likelihood(candidates)
    return Found(candidates[0].path, newest.student, sender=newest.sender, candidates=tuple(candidates))


def _files(label: Label, where: Path) -> Iterator[tuple[Path, str]]:
    if look(where) == "folder":
        yield from ((file, str(file.relative_to(where))) for file in files_in(where, is_handed_in))
    elif is_handed_in(label.own or where.name):
        yield where, label.own or where.name


def _metadata(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """Gradescope's list of who sent what, by folder. What is no such list says nothing."""
    import yaml  # takes a while

    path = folder / METADATA
    try:
        if look(path) != "file" or path.stat().st_size > _MAX_METADATA:
            return {}
        data = yaml.load(_about_submitters(path.read_text(encoding="utf-8")), Loader=_loader(yaml))
    except (OSError, ValueError, RecursionError, yaml.YAMLError):
        return {}
    listed = data.items() if isinstance(data, dict) else ()
    people = {str(name): entry.get(":submitters") for name, entry in listed if isinstance(entry, dict)}
    return {
        name: [person for person in found if isinstance(person, dict) and any(map(person.get, _WHO))]
        for name, found in people.items()
        if isinstance(found, list)
    }


def _about_submitters(text: str) -> str:
    """Of a long list the lines that say who sent what: the scores and outputs beside them take a minute to read."""
    if len(text) < _LONG_METADATA:
        return text
    kept, is_about = [], False
    for line in text.splitlines():
        if line[:1].strip() or line.startswith("  :"):  # a submission, or one thing about it; an item begins with `  -`
            is_about = not line.startswith("  :") or line.startswith("  :submitters:")
        if is_about:
            kept.append(line)
    return "\n".join(kept)


def _loader(yaml: Any) -> Any:
    """PyYAML's safe loader, the fast one where it is there, to which an object of Ruby's is nothing."""

    class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
        pass

    Loader.add_multi_constructor("!", lambda loader, tag, node: None)
    return Loader


def _submitters(found: Found, people: list[dict[str, Any]]) -> Iterator[Found]:
    """The same work for each of those who sent it together."""
    for person in people:
        name, id, email = (str(person.get(key) or "") for key in _WHO)
        sender = replace(found.sender, student_id=id, email=email)
        yield replace(found, student=name or email or id or found.student, sender=sender)
    if not people:
        yield found
