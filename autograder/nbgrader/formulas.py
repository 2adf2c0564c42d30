"""Formulas of TeX as MathML, which browsers show by themselves: no script, and nothing from a network."""

import re
from html import escape, unescape
from xml.etree import ElementTree

from latex2mathml.converter import convert_to_element

_MAX_FORMULA = 1_000  # characters of one, and of all in a text ten times as many
_MAX_FORMULAS = 10 * _MAX_FORMULA
_ENDS = r"\$\$(?P<block>.+?)\$\$|\\\[(?P<display>.+?)\\\]|\\\((?P<inline>.+?)\\\)"
_DOLLARS = r"(?<![\\\w$])\$(?P<dollars>[^\s$](?:[^$]*?[^\s\\$])?)\$(?![\d$])"  # "$5 and $6" is no formula
_BEGIN = r"(?P<begin>\\begin\{(?P<name>equation|align|gather)(?P<star>\*?)\}.+?\\end\{(?P=name)(?P=star)\})"
_FORMULA = re.compile(f"{_ENDS}|{_DOLLARS}|{_BEGIN}", re.DOTALL)
_LITERAL = re.compile(r"(<pre\b.*?</pre>|<code\b.*?</code>|<[^>]*>)", re.DOTALL)  # in these a dollar is a dollar
_TAGS = frozenset(
    "math menclose merror mfenced mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot mrow ms mspace "
    "msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder munderover none".split()
)
_ATTRIBUTES = frozenset(
    "accent accentunder columnalign columnlines columnspacing display displaystyle fence form largeop linebreak "
    "linethickness lspace mathvariant maxsize minsize movablelimits notation rowlines rowspacing rspace scriptlevel "
    "separator stretchy symmetric".split()
)
_NOT_KNOWN = re.compile(
    r"\\(?:label|tag)\{[^{}]*\}|\\(?:nonumber|notag)\b|\\(?:mathop|ensuremath)\b|(?<=\\operatorname)\*"
)
_VALUE = re.compile(r"[\w.+% -]{1,40}")


def with_formulas(html: str) -> str:
    """HTML that was cleaned already, with its formulas as MathML; what is no formula for the converter stays as it is."""
    left = _MAX_FORMULAS

    def typeset(found: re.Match[str]) -> str:
        nonlocal left
        groups = found.groupdict()
        tex = next(groups[name] for name in ("block", "display", "inline", "dollars", "begin") if groups[name])
        left -= len(tex)
        if "<" in tex or left < 0:
            return found[0]
        made = mathml(unescape(tex), block=not (groups["inline"] or groups["dollars"]))
        return made or f"<code>{found[0]}</code>"

    parts = _LITERAL.split(html)
    return "".join(part if place % 2 else _FORMULA.sub(typeset, part) for place, part in enumerate(parts))


def mathml(tex: str, block: bool = False) -> str:
    """One formula as MathML that holds nothing but mathematics; nothing where it cannot be typeset."""
    if len(tex) > _MAX_FORMULA:
        return ""
    tex = _NOT_KNOWN.sub("", tex)  # the converter stops at these, and none of them changes what a formula says
    tex = re.sub(r"\\(begin|end)\{(?:equation\*?|aligned|align|gather\*?)\}", _environment, tex).strip()
    try:
        return _harmless(convert_to_element(tex, display="block" if block else "inline"))
    except Exception:  # a library's own errors, and a RecursionError for what is too deep
        return ""


def _harmless(root: ElementTree.Element) -> str:
    """What the converter made, as text; nothing where there is more than mathematics in it."""
    for element in root.iter():
        element.text = element.text and unescape(element.text)
        strange = element.tag not in _TAGS or (element.text or "").startswith("\\") or element.text == "&"
        if strange:
            return ""
        kept = {
            name: value for name, value in element.attrib.items() if name in _ATTRIBUTES and _VALUE.fullmatch(value)
        }
        element.attrib = kept
    return _serial(root)


def _environment(found: re.Match[str]) -> str:
    """The converter knows `align*`, and needs nothing around a single equation."""
    return f"\\{found[1]}{{align*}}" if "align" in found[0] else ""


def _serial(root: ElementTree.Element) -> str:
    """An element as HTML writes it: every text and value escaped."""
    inner = escape(root.text or "", quote=False) + "".join(_serial(child) for child in root)
    values = "".join(f' {name}="{escape(value)}"' for name, value in root.attrib.items())
    return f"<{root.tag}{values}>{inner}</{root.tag}>{escape(root.tail or '', quote=False)}"
