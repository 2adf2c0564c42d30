"""Which newer Python reads a cell that this one does not: the cell is written in the older way, and read again.

Nothing is guessed. A version is named only where the cell, with that version's syntax rewritten, is Python for this one too.
"""

import ast
import re
import sys
import warnings
from collections.abc import Callable
from typing import Any

from .cells import compiled

Version = tuple[int, int]
_BRACKETS = r"\[(?P<parameters>(?:[^\[\]]|\[[^\[\]]*\])*)\]"
_GENERIC = re.compile(
    rf"^(?P<head>[ \t]*(?:(?:async[ \t]+)?def|class|type)[ \t]+[^\W\d]\w*)[ \t]*{_BRACKETS}(?=[ \t]*[(:=])",
    re.MULTILINE,
)
_ALIAS = re.compile(r"^([ \t]*)type[ \t]+[^\W\d]\w*[ \t]*=(?!=)", re.MULTILINE)
_EXCEPT = re.compile(
    r"^([ \t]*except\*?[ \t]+)((?:[\w.]*\b[A-Z]\w*[ \t]*,[ \t]*)+[\w.]*\b[A-Z]\w*)[ \t]*:", re.MULTILINE
)
_LAZY = re.compile(r"^lazy[ \t]+(?=import[ \t]|from[ \t](?!.*\*))", re.MULTILINE)
_WORD = re.compile(r"\w+")
_PREFIXES = frozenset("f t r b u fr rf tr rt br rb".split())
_QUOTES = re.compile(r"'''|\"\"\"|'|\"")
_TELLS_ITSELF = re.compile(r"=\s*(?=[!:}])")  # f"{x=}"
_UNPACKED = (
    "iterable unpacking cannot be used in comprehension",
    "dict unpacking cannot be used in dict comprehension",
)


def python_that_reads(source: str) -> Version | None:
    """The first Python that reads this cell, or None where this one does or none is known to."""
    text = source
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if _reads(source):
            return None
        for version, rewritten in _NEWER:
            if version > sys.version_info[:2]:
                before, text = text, rewritten(text)
                if text != before and _reads(text):
                    return version
    return None


def _reads(text: str) -> bool:
    try:
        compiled(text, "")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _without_parameters(defaults: bool) -> Callable[[str], str]:
    """PEP 695, and with `defaults` PEP 696: `def f[T](x)` becomes `def f(x)`, and `type X = int` becomes `raise int`."""

    def plain(found: re.Match[str]) -> str:
        as_arguments = re.sub(r"(^|,)\s*\*{1,2}\s*(?=\w+\s*(?:[,=]|$))", r"\1", found["parameters"])
        try:
            head: Any = ast.parse(f"def _({as_arguments}): 0").body[0]
        except SyntaxError:
            return found[0]
        others = head.args.posonlyargs or head.args.vararg or head.args.kwonlyargs or head.args.kwarg
        names = [argument.arg for argument in head.args.args]
        if others or not names or len(set(names)) < len(names) or (head.args.defaults and not defaults):
            return found[0]
        return found["head"]

    return lambda text: _ALIAS.sub(r"\1raise 0 if 0 else", _GENERIC.sub(plain, text))


def _without_f_strings(prefixes: str) -> Callable[[str], str]:
    """PEP 701 and 750: each f-string or t-string becomes a plain one, once what stands in its braces has been read."""

    def plain(text: str) -> str:
        try:
            return _Scan(text, prefixes).code(inside=False)
        except (SyntaxError, IndexError):
            return text

    return plain


class _Scan:
    """Goes through a text from left to right; `at` is how far it has come."""

    def __init__(self, text: str, prefixes: str) -> None:
        self._text, self._prefixes, self._at = text, prefixes, 0

    def code(self, inside: bool) -> str:
        """The code from here on without f-strings: to the end, or `inside` braces to where an expression ends there."""
        text, out, depth = self._text, [], 0
        while self._at < len(text) or inside:
            char = text[self._at]
            word = _WORD.match(text, self._at)
            prefix = word[0] if word else ""
            quotes = _QUOTES.match(text, self._at + len(prefix))
            if quotes and (not prefix or prefix.lower() in _PREFIXES):
                out.append(self._string(prefix, quotes[0]))
                continue
            if inside and not depth and self._expression_ends(char):
                break
            depth += (char in "([{") - (char in ")]}")
            if depth < 0:
                raise SyntaxError
            start, end = self._at, text.find("\n", self._at) if char == "#" else self._at + (len(prefix) or 1)
            self._at = end if end >= 0 else len(text)
            out.append(text[start : self._at])
        return "".join(out)

    def _expression_ends(self, char: str) -> bool:
        itself = _TELLS_ITSELF.match(self._text, self._at) if self._text[self._at - 1] not in "=!<>" else None
        if itself:
            self._at = itself.end()
        return bool(itself) or char in "}:" or (char == "!" and self._text[self._at + 1] != "=")

    def _string(self, prefix: str, quotes: str) -> str:
        """A string as it stands, or an f-string without its f and its braces, once what stands in these has been read."""
        self._at += len(prefix) + len(quotes)
        is_read = not set(prefix.lower()).isdisjoint(self._prefixes)
        out = []
        while not self._text.startswith(quotes, self._at):
            start = self._at
            is_field = is_read and self._text[start] == "{" and self._text[start + 1] != "{"
            if is_field:
                self._field(quotes)
            else:
                self._characters(quotes, is_read, "r" in prefix.lower())
            out.append(" " if is_field else self._text[start : self._at])
        self._at += len(quotes)
        literal = quotes + "".join(out) + quotes
        if not is_read:
            return prefix + literal
        plain = re.sub("[ftFT]", "", prefix) + literal
        return plain if "f" in prefix.lower() else f"({plain})"  # a t-string cannot stand beside another string

    def _characters(self, quotes: str, is_read: bool, is_raw: bool) -> None:
        """Step over one character of a string, an escape, or a brace that is doubled."""
        text, char, after = self._text, self._text[self._at], self._text[self._at + 1]
        if char == "\n" and len(quotes) == 1:
            raise SyntaxError
        if char == "\\" and is_read and after == "N" and not is_raw:
            self._at = text.find("}", self._at) + 1 or len(text)
        elif char == "\\" and not (is_read and after in "{}"):
            self._at += 2
        elif is_read and char == "}" != after:
            raise SyntaxError
        else:
            self._at += 2 if is_read and char in "{}" else 1

    def _field(self, quotes: str) -> None:
        """Step over what stands in braces, and see that its expression is one."""
        self._at += 1
        expression = self.code(inside=True)
        if not re.sub(r"#.*", "", expression).strip() or expression.rstrip().endswith("\\"):
            raise SyntaxError
        compile(f"({expression}\n)", "", "eval", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
        if self._text[self._at] == "!":
            if self._text[self._at + 1] not in "rsa":
                raise SyntaxError
            self._at += 2
        if self._text[self._at] == ":":
            self._at += 1
            while self._text[self._at] != "}":
                self._part_of_format(quotes)
        if self._text[self._at] != "}":
            raise SyntaxError
        self._at += 1

    def _part_of_format(self, quotes: str) -> None:
        if self._text[self._at] == "{":
            self._field(quotes)
        elif self._text[self._at] in "\\\n" or self._text.startswith(quotes, self._at):
            raise SyntaxError
        else:
            self._at += 1


def _without_unpacking(text: str) -> str:
    """PEP 798: `[*row for row in rows]` becomes `[row for row in rows]`. PEP 810: `lazy import` becomes `import`."""
    text = _LAZY.sub("", text)
    for _ in range(text.count(" for ")):
        try:
            compiled(text, "")
            break
        except SyntaxError as error:
            lines, line = text.split("\n"), (error.lineno or 0) - 1
            if error.msg not in _UNPACKED or not error.offset:
                break
            before, after = lines[line][: error.offset - 1], lines[line][error.offset - 1 :]
            lines[line] = before + after.lstrip("*")
            text = "\n".join(lines)
    return text


_NEWER: tuple[tuple[Version, Callable[[str], str]], ...] = (
    ((3, 12), _without_f_strings("f")),
    ((3, 12), _without_parameters(defaults=False)),
    ((3, 13), _without_parameters(defaults=True)),
    ((3, 14), _without_f_strings("ft")),
    ((3, 14), lambda text: _EXCEPT.sub(r"\1(\2):", text)),
    ((3, 15), _without_unpacking),
)
