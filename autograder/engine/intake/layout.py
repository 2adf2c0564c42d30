"""How Python text is laid out, found without parsing it: strings, comments and brackets show where each statement begins.

Hostile text passes here in the grader itself: each step is linear in its length, and no tree is made of it.
"""

import re
from itertools import accumulate, pairwise

_FORMS = (
    r"""#[^\n]*|(?P<quotes>\"{3}|'{3})(?:INSIDE)*?(?:(?P=quotes)|END)|"(?:[^"\\\n]|\\.?)*"?|'(?:[^'\\\n]|\\.?)*'?"""
)
_WORDS = re.compile(_FORMS.replace("INSIDE", r"[^\\]|\\.?").replace("END", r"(?P<open>\Z)"), re.DOTALL)
# Where three quotes are missing somewhere, no string reaches over the beginning of a function.
_SHORT = re.compile(_FORMS.replace("INSIDE", r"[^\\\n]|\\.?|\n(?!def )").replace("END", r"(?=\ndef )|\Z"), re.DOTALL)
_SHOWN = re.compile(r"[^\n]+")
DEFINES = re.compile(r"\f*(?:@|(?:async +)?def\b|class\b)")  # a line that begins a function or class
_FUNCTION = re.compile(r"\f*(?:(?:async +)?def|class)\b")  # never within brackets
_BEGINS = re.compile(r"^\f*[^\s)\]}]", re.MULTILINE)
_GOES_ON = re.compile(r"\f*(?:else|elif|except|finally)\b")


def blanked(text: str, comments: bool = True) -> str:
    """The text with spaces in place of what its strings and comments hold. Of a string its first quote stays."""
    unfinished = False

    def blank(found: re.Match[str]) -> str:
        nonlocal unfinished
        word = found[0]
        unfinished = unfinished or found.groupdict().get("open") is not None
        if word[0] != "#":
            return word[0] + (_SHOWN.sub(_spaces, word[1:]) if "\n" in word else " " * (len(word) - 1))
        return " " * len(word) if comments else word

    code = _WORDS.sub(blank, text)
    return _SHORT.sub(blank, text) if unfinished else code


def _spaces(found: re.Match[str]) -> str:
    return " " * len(found[0])


def beginnings(code: str) -> list[int]:
    """The places in a blanked text where top-level statements begin. A decorator begins what is below it."""
    found = []
    depth, last, decorated = 0, 0, False
    for line in _BEGINS.finditer(code):
        place = line.start()
        depth += sum(code.count(bracket, last, place) for bracket in "([{")
        depth = max(0, depth - sum(code.count(bracket, last, place) for bracket in ")]}"))
        last = place
        if _FUNCTION.match(code, place):
            depth = 0
        elif depth or code[max(0, place - 2) : place] == "\\\n":
            continue
        if not decorated and not _GOES_ON.match(code, place):
            found.append(place)
        decorated = line[0][-1] == "@"
    return found


def first_lines(code: str) -> list[int]:
    """The lines of a blanked text, counted from 0, on which top-level statements begin."""
    places = beginnings(code)
    return list(accumulate(code.count("\n", start, end) for start, end in pairwise([0, *places])))
