"""Markdown of a student's or a grader's as what any page may carry."""

import re
from html import escape, unescape

import bleach
from nbconvert.filters.markdown import markdown2html

from autograder.nbgrader.formulas import with_formulas

_MAX_MARKDOWN = 10_000  # characters: what is longer takes the converter seconds, and then minutes
_TYPESET = re.compile(r"\\(?:href|class|cssId|style|require|url)(?![A-Za-z])")  # what MathJax makes links and styles of
_BYTES = re.compile(r"(!\[[^\]]{0,1000}\])\(data:[^()\s]*")  # of a picture that stands in the text
_ATTACHED = re.compile(r"(?<=[(<\"'=\s])attachment:(?=\S)")  # the converter stops at one that it does not have
_PICTURE = re.compile(r"<img\b[^<>]*>", re.IGNORECASE)
_CALLED = (
    re.compile(r"\balt=\"([^\"<>]{1,1000})\"", re.IGNORECASE),
    re.compile(r"\bsrc=\"picture:([^\"<>]{1,200})\"", re.IGNORECASE),
)
_TAGS = frozenset(
    "a abbr b blockquote br code dd del div dl dt em h1 h2 h3 h4 h5 h6 hr i li ol p pre s span strong sub sup "
    "table tbody td th thead tr ul".split()
)
_NOT_SHOWN = "It is not shown here: see the notebook that was handed in."


def harmless_markdown(source: str) -> str:
    """Markdown as HTML without anything that a browser runs or loads; a text with too much in it as it is.

    Of a picture its description stays, and a note on where to find it. Formulas become MathML.
    """
    source = _ATTACHED.sub("picture:", _BYTES.sub(r"\1(picture:", source))
    if len(source) > _MAX_MARKDOWN:
        return _literal(source)
    try:
        typeset = _PICTURE.sub(_in_words, markdown2html(source))
    except Exception:  # whatever a text has brought the converter to
        return _literal(source)
    attributes = {"a": ["href", "title"], "*": _colours_code}
    html = bleach.clean(typeset, tags=_TAGS, attributes=attributes, protocols={"http", "https", "mailto"})
    return _literal(source) if _TYPESET.search(unescape(html)) else with_formulas(html)


def _in_words(picture: re.Match[str]) -> str:
    """What stands in place of a picture: a grader must know that there is one."""
    called = next(filter(None, (pattern.search(picture[0]) for pattern in _CALLED)), None)
    return f"(Picture{f': {called[1]}' if called else ''}) <em>{_NOT_SHOWN}</em>"


def _literal(source: str) -> str:
    shown = f"<pre>{escape(source)}</pre>"
    return f"{shown}<p><em>There is a picture in it. {_NOT_SHOWN}</em></p>" if "picture:" in source else shown


def _colours_code(tag: str, name: str, value: str) -> bool:
    """Whether an attribute is a class of highlighted code; any other could lay a text over the page around it."""
    return name == "class" and re.fullmatch("highlight|[a-z]{1,2}[0-9]?", value) is not None
