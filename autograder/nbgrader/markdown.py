"""Markdown of a student's or a grader's as what any page may carry."""

import re
from html import escape, unescape

import bleach
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from autograder.nbgrader.formulas import with_formulas

_MAX_MARKDOWN = 10_000  # characters: what is longer takes the converter seconds, and then minutes
_TYPESET = re.compile(r"\\(?:href|class|cssId|style|require|url)(?![A-Za-z])")  # what MathJax makes links and styles of
_BYTES = re.compile(r"(!\[[^\]]{0,1000}\])\(data:[^()\s]*")  # of a picture that stands in the text
_ATTACHED = re.compile(r"(?<=[(<\"'=\s])attachment:(?=\S)")  # the converter stops at one that it does not have
_PICTURE = re.compile(r"<img\b[^<>]*>", re.IGNORECASE)
_BOX = re.compile(r"<input class=\"task-list-item-checkbox\" type=\"checkbox\" disabled( checked)?/>")
_HEADING = re.compile(r"<(/?)h[1-6]>")
_TO_ITSELF = re.compile(
    r"<a href=\"#[^\"<>]*\">(?:¶|&#182;)</a>"
)  # beside a heading; the cleaner has taken away where it leads
_CODE = re.compile(r"(```.*?```|~~~.*?~~~|(?<!`)(?:`[^`]+`|``[^`]+``)(?!`))", re.DOTALL)
_TEX = re.compile(r"(?<!\\)\\(?:\((?P<inline>[^\n]{1,500}?)\\\)|\[(?P<block>[^\]]{1,500}?)\\\])")
_IS_TEX = re.compile(r"[\\^_=]")  # "\[1, 2\]" is how Markdown writes plain brackets
_CALLED = (
    re.compile(r"\balt=\"([^\"<>]{1,1000})\"", re.IGNORECASE),
    re.compile(r"\bsrc=\"picture:([^\"<>]{1,200})\"", re.IGNORECASE),
)
_TAGS = frozenset(
    "a abbr b blockquote br code dd del div dl dt em h1 h2 h3 h4 h5 h6 hr i li ol p pre s span strong sub sup "
    "table tbody td th thead tr ul".split()
)
_COLOURED = ("python", "python3", "py", "pycon")  # some others take many seconds for one page of blanks
_NOT_SHOWN = "It is not shown here: see the notebook that was handed in."


class _Renderer(IPythonRenderer):
    """Markdown as a notebook shows it, in which code of a few languages alone has colours."""

    def block_code(self, code: str, info: str | None = None) -> str:
        language = (info or "").split(maxsplit=1)[:1]
        return str(super().block_code(code, info if language and language[0] in _COLOURED else None))


def harmless_markdown(source: str) -> str:
    """Markdown as HTML without anything that a browser runs or loads; a text with too much in it as it is.

    Of a picture its description stays, and a note on where to find it. Formulas become MathML.
    """
    source = _ATTACHED.sub("picture:", _BYTES.sub(r"\1(picture:", source))
    if len(source) > _MAX_MARKDOWN:
        return _literal(source)
    try:
        typeset = _BOX.sub(_box, _PICTURE.sub(_in_words, _html(_with_dollars(source))))
    except Exception:  # whatever a text has brought the converter to
        return _literal(source)
    attributes = {"a": ["href", "title"], "*": _colours_code}
    html = bleach.clean(typeset, tags=_TAGS, attributes=attributes, protocols={"http", "https", "mailto"})
    return _literal(source) if _TYPESET.search(unescape(html)) else with_formulas(html)


def in_a_page(source: str) -> str:
    """The same below a heading of a page. Its own headings are all of one rank, and lead nowhere.

    A formula on its own line may be wider than a narrow window: it is reached by the keyboard, to be scrolled.
    """
    html = _HEADING.sub(r"<\1h4>", _TO_ITSELF.sub("", harmless_markdown(source)))
    return html.replace('<math display="block">', '<math display="block" tabindex="0">')


def _html(source: str) -> str:
    return str(MarkdownWithMath(renderer=_Renderer(escape=False)).render(source))


def _with_dollars(source: str) -> str:
    r"""Markdown in which formulas in \(…\) and \[…\] stand in dollars: to Markdown itself these are plain brackets."""
    parts = _CODE.split(source)
    return "".join(part if place % 2 else _TEX.sub(_in_dollars, part) for place, part in enumerate(parts))


def _in_dollars(found: re.Match[str]) -> str:
    tex = found["inline"] or found["block"]
    if not _IS_TEX.search(tex):
        return found[0]
    return f"${tex.strip()}$" if found["inline"] else f"$${tex}$$"


def _box(found: re.Match[str]) -> str:
    """The box before an item of a list of things to do."""
    return "☑ " if found[1] else "☐ "


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
