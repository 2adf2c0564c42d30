"""Whether several people's work stands somewhere: in a folder of folders, below loose files, or in an archive."""

from collections.abc import Iterable
from itertools import islice
from pathlib import Path

from autograder.engine.core.looking import look
from autograder.engine.core.places import NAME
from autograder.engine.intake import trees
from autograder.engine.intake.downloads import is_handed_in, platform_of
from autograder.engine.intake.files import is_answered, is_untouched
from autograder.engine.intake.found import Found, Tree
from autograder.engine.intake.listing import entries, inside, is_work

MAX_DEPTH = 3  # folders of folders of students


def is_group(folder: Path) -> bool:
    """Whether a folder is a section's, or one platform's download."""
    return trees.several_below(folder) or (look(folder) == "folder" and platform_of(folder) is not None)


def unwrapped(folder: Path, name: str = "") -> Path:
    """The one folder that everything was packed in: it has the archive's name, or is plainly of several students."""
    within = [name for name in entries(folder) if is_handed_in(name) or look(folder / name) == "folder"]
    inner = folder / within[0] if len(within) == 1 else folder
    if inner == folder or inner.name == NAME or look(inner) != "folder" or inside(inner):
        return folder
    several = len(trees.by_owner([name for name in entries(inner) if is_work(name)])) > 1 or is_group(inner)
    if several or inner.name.casefold() == name.casefold() or trees.is_classes(inner.name):
        return inner
    deeper = unwrapped(inner)
    return folder if deeper == inner else deeper


def are_several(tree: Tree, found: list[Found]) -> bool:
    """Whether what lies in an archive is several people's, and not one person's folders: two of them hold answers."""
    if len(found) < 2:
        return False
    return all(entry.sender.platform for entry in found) or _two_hold_answers(tree, found)


def is_class(tree: Tree, folder: Path, owners: list[str]) -> bool:
    """Whether a folder with loose work is a class's all the same: that is the handout, and students' folders lie beside.

    Or as one person's it holds no answer, and two of its folders hold one each, however deep.
    """
    whole = trees.one(folder)
    top = inside(whole.path)
    if top and len(owners) > 1 and is_untouched(top[0]) and trees.several_below(whole.path):
        return True
    return not is_answered(tree.known(whole)) and _is_of_two(tree, whole.path)


def _is_of_two(tree: Tree, folder: Path, depth: int = 0) -> bool:
    names = trees.people_below(folder)
    if _two_hold_answers(tree, [trees.student(folder, name, None) for name in names]):
        return True
    return depth < MAX_DEPTH and any(_is_of_two(tree, folder / name, depth + 1) for name in names)


def _two_hold_answers(tree: Tree, found: Iterable[Found]) -> bool:
    answers = (is_answered(tree.known(entry)) for entry in found if not trees.is_attempt(entry.student or ""))
    return sum(islice(filter(None, answers), 2)) == 2
