"""Which submissions are too alike: copies in disguise are, and what honest people write alike is not."""

import keyword
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from support import corpus, run

from autograder.engine.core.places import NAME, SOLUTION
from autograder.engine.intake.files import load
from autograder.engine.intake.submission import Cell, Submission
from autograder.engine.likeness import pairs
from autograder.engine.likeness.pairs import Compared, alike, compared
from autograder.engine.likeness.sides import MAX_SHOWN, side_by_side
from autograder.engine.reports.same_work import same_work
from autograder.engine.reports.whole_class import Alike

CORRECT = corpus("correct")
WORDS = (
    "Clipping bends no direction but it costs us one constant that somebody must choose well before training starts, as my cat "
    "knows; gates cost more parameters and slower steps, and in return nearly nothing of what was read at noon is lost by night"
)


@pytest.fixture(scope="module")
def known():
    """What anybody may have."""
    return pairs.known_passages()


@pytest.fixture
def handed_in(known):
    """handed_in(who, *sources): a submission of these cells, as it is compared; text where a source is marked so."""

    def made(who: str, *sources: str | Cell, **changes: str | None) -> Compared:
        cells = tuple(source if isinstance(source, Cell) else Cell("code", source) for source in sources)
        submission = replace(Submission(f"{who}.py", who, who, cells), **changes)
        return compared(lambda: submission, submission, known)

    return made


def disguised(source: str) -> str:
    """The same code with other names, other white space, and a comment on each line that can take one."""
    own = set(re.findall(r"(?<![\w.\"'])(\w+)(?= = | in |, \w+ = )", source)) - {
        *keyword.kwlist,
        "np",
        *imported(source),
    }
    renamed = re.sub(r"(?<![\w.\"'])\w+", lambda word: f"my_{word[0]}" if word[0] in own else word[0], source)
    lines = [line.replace("  ", "    ").replace(", ", " , ") for line in renamed.split("\n")]
    return "\n\n".join(
        f"{line}  # line {n} of mine" if line.endswith((":", ")")) else line for n, line in enumerate(lines)
    )


def imported(source: str) -> list[str]:
    """The names that a source imports, whose attributes would go with another name."""
    return re.findall(r"import (\w+)", source)


def class_of_ten() -> list[list[str]]:
    """The answers of ten students who worked alone: all tasks, and no two with the same formulation of one."""
    by_task: dict[str, list[str]] = {}
    for formulation in CORRECT:
        by_task.setdefault(formulation.task, []).append(formulation.source)
    return [[sources[number] for sources in by_task.values()] for number in range(10)]


def who(found: tuple[list[pairs.Pair], int]) -> list[set[str]]:
    return [{pair.one.who, pair.other.who} for pair in found[0]]


def test_honest_formulations_are_not_listed(handed_in):
    """Of more than a hundred right formulations, and of ten whole notebooks of them, no two are too alike."""
    assert alike([handed_in(found.id, found.source) for found in CORRECT], 50) == ([], 0)
    assert alike([handed_in(str(n), *answers) for n, answers in enumerate(class_of_ten())], 50) == ([], 0)


def test_copies_of_one_function_stand_above_all_honest_pairs(handed_in):
    """Of the copies of single functions in disguise nine in ten are listed, and no pair that is none."""
    whole = [handed_in(f"{found.id} {n}", (str, disguised)[n](found.source)) for found in CORRECT for n in (0, 1)]
    listed = [{name[:-2] for name in names} for names in who(alike(whole, 1000))]
    assert all(len(names) == 1 for names in listed)
    assert len(listed) > 0.9 * len(CORRECT)


def test_a_copy_in_disguise_is_the_first_pair(handed_in):
    """Other names, comments, white space and another order of the functions hide no copy among ten notebooks."""
    answers = class_of_ten()
    whole = [handed_in(str(n), *sources) for n, sources in enumerate(answers)]
    found = alike([*whole, handed_in("copy", *reversed([disguised(source) for source in answers[3]]))], 50)
    assert who(found) == [{"3", "copy"}]
    assert found[0][0].share(found[0][0].one) > 0.7


def test_the_same_file_comes_first(handed_in):
    """Two files that are the same to the last byte stand above every other pair, however much that one has in common."""
    long, short = class_of_ten()[0], class_of_ten()[1][-1]
    whole = [
        handed_in("a", *long),
        handed_in("b", *long),
        handed_in("c", short, digest="1"),
        handed_in("d", short, digest="1"),
    ]
    assert who(alike(whole, 50)) == [{"c", "d"}, {"a", "b"}]


def test_equal_files_take_no_other_pair_its_place_on_the_class_page():
    """Where nine have one file, the page has each of them with the next, and a copy that somebody has changed."""
    one, *others = ["\n".join(answers) for answers in class_of_ten()]
    texts = {f"e{n}": one for n in range(9)} | {"a": others[0], "b": disguised(others[0])}
    texts |= {f"h{n}": text for n, text in enumerate([*others[1:], *[f"x = {n}" for n in range(52)]])}
    reads = {
        name: lambda name=name, text=text: Submission(name, name, text, (Cell("code", text),))
        for name, text in texts.items()
    }
    equal = tuple(Alike(f"e{n}", f"e{n + 1}", True) for n in range(8))
    found = same_work(reads, equal)
    assert found[:8] == equal
    assert [(two.one, two.other, two.same_file) for two in found[8:]] == [("a", "b", False)]


def test_weights_are_the_same_in_each_run(handed_in):
    """What a pair weighs hangs on no order of the numbers, which are other ones in each run."""
    whole = [handed_in(str(n), *answers[: n + 1]) for n, answers in enumerate(2 * class_of_ten())]
    other = [replace(one, own=np.sort(~one.own)) for one in whole]
    weights, others = ([pair.weight for pair in alike(each, 1000)[0]] for each in (whole, other))
    assert weights == others != []


def test_what_anybody_has_makes_no_pair(handed_in):
    """Two untouched notebooks, two with the reference and two with the same short textbook line are not listed."""
    release = load(SOLUTION.parent / "assignment" / NAME / f"{NAME}.ipynb").cells
    solved = load(SOLUTION / NAME / f"{NAME}.ipynb").cells
    line = next(found.source for found in CORRECT if found.task == "spectral_radius")
    for cells in (release, solved, (line,)):
        assert alike([handed_in("a", *cells, digest="1"), handed_in("b", *cells, digest="1")], 50) == ([], 0)


def test_what_many_have_counts_for_nothing(handed_in):
    """What more than one in eight of the class wrote makes no pair of them; two who share something else still are one."""
    everybody, two = class_of_ten()[:2]
    whole = [handed_in(str(n), *everybody) for n in range(20)]
    assert who(alike([*whole, handed_in("a", *two), handed_in("b", *two)], 50)) == [{"a", "b"}]


def test_the_same_student_twice_is_no_pair(handed_in):
    """Two submissions of one student are not laid side by side."""
    answers = class_of_ten()[0]
    assert alike([handed_in("a", *answers), handed_in("b", *answers, student="a")], 50) == ([], 0)


def test_written_answers_are_compared(handed_in):
    """Two who wrote the same sentences are listed, whatever the case and the punctuation."""
    one, other = Cell("markdown", WORDS), Cell("markdown", WORDS.upper().replace(" ", ", "))
    found = alike([handed_in("a", one), handed_in("b", other)], 50)
    assert who(found) == [{"a", "b"}]
    assert "".join(text for text, marked in side_by_side(found[0][0])[0].left.pieces if marked) == WORDS


def test_code_that_does_not_compile_is_compared(handed_in):
    """A copy that Python cannot read is listed all the same."""
    answers = class_of_ten()[0]
    found = alike([handed_in("a", *answers), handed_in("b", *(f"{source}\n)]}} 0x '''" for source in answers))], 50)
    assert who(found) == [{"a", "b"}]


def test_what_is_compared_is_bounded(handed_in, monkeypatch):
    """Of a submission that is far longer than any answer the first passages are compared, and it says so."""
    monkeypatch.setattr(pairs, "MAX_PASSAGES", 1000)
    padded = handed_in("a", " + ".join(map(str, range(5000))))
    assert (len(padded.own), padded.is_cut) == (1000, True)


def test_functions_stand_beside_their_likes(handed_in):
    """Each function stands beside its copy, wherever that was moved, and one whose like is nowhere stands alone."""
    sources = [found.source for found in CORRECT if found.name in ("complex_step_vjp", "class_with_content_cache")]
    pair = alike([handed_in("a", *sources), handed_in("b", "\n\n".join(map(disguised, reversed(sources))))], 50)[0][0]
    rows = side_by_side(pair)
    assert len(rows) >= 2
    assert all(row.left and row.right and row.left.title == row.right.title for row in rows)


def test_what_is_shown_is_bounded_and_seen(handed_in):
    """A long part is shown from a little before its first mark, and a letter that nobody sees as a sign."""
    source = class_of_ten()[0][0]
    long = f"{'x = 0' * MAX_SHOWN}\n{source}  # \u202e{'y = 1 ' * MAX_SHOWN}"
    pair = alike([handed_in("a", source, long), handed_in("b", source, long)], 50)[0][0]
    texts = ["".join(piece for piece, _ in row.left.pieces) for row in side_by_side(pair)]
    assert all(len(text) < MAX_SHOWN + 10 for text in texts)
    assert "\ufffd" in "".join(texts)
    assert "\u202e" not in "".join(texts)


def test_a_pair_is_read_again_for_the_page(tmp_path, known):
    """Between comparing and showing nothing of a text is held: a file that has become another one shows no mark."""
    for name in "ab":
        (tmp_path / f"{name}.py").write_text("\n".join(class_of_ten()[0]), encoding="utf-8")
    read = [lambda path=tmp_path / f"{name}.py": load(Path(path), path.stem) for name in "ab"]
    pair = alike([compared(one, one(), known) for one in read], 50)[0][0]
    (tmp_path / "b.py").write_text("x = 1\n", encoding="utf-8")
    assert all(row.right is None for row in side_by_side(pair))


def test_the_usual_answers_are_right(tmp_path):
    """What the kit takes for nobody's own is what students are right to write: each such file has all points."""
    files = sorted(pairs._USUAL.glob("*.py"))
    done = run(tmp_path, "autograder", "grade", *map(str, files))
    assert len(files) == done.stdout.count("30 of 30 points") >= 2


def test_the_usual_answers_make_no_pair(handed_in):
    """In a class of two, both may write the textbook's loops, with names and white space of their own."""
    usual = (pairs._USUAL / "loops.py").read_text(encoding="utf-8")
    assert alike([handed_in("a", usual), handed_in("b", disguised(usual))], 50) == ([], 0)
