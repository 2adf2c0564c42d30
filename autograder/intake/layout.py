"""How Python text is laid out, told without parsing it: strings, comments and brackets show where each statement begins.

Hostile text passes here in the grader itself: each step is linear in its length, and no tree is made of it.
"""

import re

_FORMS = (
    r"""#[^\n]*|(?P<quotes>\"{3}|'{3})(?:INSIDE)*?(?:(?P=quotes)|END)|"(?:[^"\\\n]|\\.?)*"?|'(?:[^'\\\n]|\\.?)*'?"""
)
_WORDS = re.compile(_FORMS.replace("INSIDE", r"[^\\]|\\.?").replace("END", r"(?P<open>\Z)"), re.DOTALL)
# Where three quotes are missing somewhere, no string reaches over the beginning of a function.
_SHORT = re.compile(_FORMS.replace("INSIDE", r"[^\\\n]|\\.?|\n(?!def )").replace("END", r"(?=\ndef )|\Z"), re.DOTALL)
_SHOWN = re.compile(r"[^\n]")
DEFINES = re.compile(r"\f*(?:@|(?:async +)?def\b|class\b)")  # a line that begins a function or class
_FUNCTION = re.compile(r"\f*(?:(?:async +)?def|class)\b")  # never within brackets
_BEGINS = re.compile(r"\f*[^\s)\]}]")
_GOES_ON = re.compile(r"\f*(?:else|elif|except|finally)\b")


def blanked(text: str, comments: bool = True) -> str:
    """The text with spaces in place of what its strings and comments hold. Of a string its first quote stays."""
    unfinished = False

    def blank(found: re.Match[str]) -> str:
        nonlocal unfinished
        word = found[0]
        unfinished = unfinished or found.groupdict().get("open") is not None
        if word[0] != "#":
            return word[0] + _SHOWN.sub(" ", word[1:])
        return " " * len(word) if comments else word

    code = _WORDS.sub(blank, text)
    return _SHORT.sub(blank, text) if unfinished else code


def first_lines(code: str) -> list[int]:
    """On which lines of a blanked text, counted from 0, top-level statements begin. A decorator begins what is below it."""
    found = []
    depth, goes_on, decorated = 0, False, False
    for number, line in enumerate(code.split("\n")):
        if not line:
            goes_on = False
            continue
        if _FUNCTION.match(line):
            depth, goes_on = 0, False
        if not depth and not goes_on and _BEGINS.match(line):
            if not decorated and not _GOES_ON.match(line):
                found.append(number)
            decorated = line.lstrip("\f").startswith("@")
        depth = max(0, depth + sum(map(line.count, "([{")) - sum(map(line.count, ")]}")))
        goes_on = line.endswith("\\")
    return found
