"""One name in its many spellings: "Doe, Jane", "Jane Doe", "doejane", composed accents and decomposed ones."""

import unicodedata
from collections.abc import Iterator

_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})


def folded(text: str) -> str:
    """A text to compare by: composed, in small letters, its blanks made one."""
    return " ".join(unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold()).split())


def words(name: str) -> list[str]:
    """The words of a name in their order, without punctuation."""
    return "".join(letter if _in_word(letter) else " " for letter in folded(name)).split()


def _in_word(letter: str) -> bool:
    return letter.isalnum() or unicodedata.category(letter).startswith("M")  # a vowel's sign belongs to its letter


def spellings(name: str) -> Iterator[str]:
    """The ways to write a name in which the same person may be written elsewhere, the closest first.

    The order of its words does not count, since half of all platforms write the last name first; nor do accents, in the
    end, since some of them write without.
    """
    for found in (words(name), [_without_accents(word) for word in words(name)]):
        if found:
            yield " ".join(sorted(found))
            yield from ("".join(found[turn:] + found[:turn]) for turn in range(len(found)))


def _without_accents(word: str) -> str:
    """A Latin word in plain letters; any other one as it is, because there a mark may be a vowel."""
    apart = unicodedata.normalize("NFKD", word.translate(_LETTERS))
    plain = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return plain if plain.isascii() else word
