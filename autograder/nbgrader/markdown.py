"""Markdown of a student's as what any page may carry."""

import re
from html import escape, unescape

import bleach
from nbconvert.filters.markdown import markdown2html

_MAX_MARKDOWN = 10_000  # characters: what is longer takes the converter seconds, and then minutes
_TYPESET = re.compile(r"\\(?:href|class|cssId|style|require|url)(?![A-Za-z])")  # what MathJax makes links and styles of
_PICTURE = re.compile(r"!\[([^\]]{0,1000})\]\(data:[^()\s]*\)")  # one that stands in the text, bytes and all
_TAGS = frozenset(
    "a abbr b blockquote br code dd del div dl dt em h1 h2 h3 h4 h5 h6 hr i li ol p pre s span strong sub sup "
    "table tbody td th thead tr ul".split()
)


def harmless_markdown(source: str) -> str:
    """Markdown as HTML without anything that a browser runs or loads; a text with too much in it as it is.

    Of a picture that stands in the text, its description stays.
    """
    source = _PICTURE.sub(r"(Picture: \1)", source)
    if len(source) > _MAX_MARKDOWN:
        return f"<pre>{escape(source)}</pre>"
    attributes = {"a": ["href", "title"], "*": _colours_code}
    try:
        typeset = markdown2html(source)
    except Exception:  # of a picture that was attached to the cell, for one
        return f"<pre>{escape(source)}</pre>"
    html = bleach.clean(typeset, tags=_TAGS, attributes=attributes, protocols={"http", "https", "mailto"})
    return f"<pre>{escape(source)}</pre>" if _TYPESET.search(unescape(html)) else html


def _colours_code(tag: str, name: str, value: str) -> bool:
    """Whether an attribute is a class of highlighted code; any other could lay a text over the page around it."""
    return name == "class" and re.fullmatch("highlight|[a-z]{1,2}[0-9]?", value) is not None
