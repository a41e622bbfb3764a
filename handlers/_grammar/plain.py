"""From what a keyboard sends to plain text, and from text to words."""

import re
import unicodedata
from functools import lru_cache

from analytics.language import tr
from handlers._errors import UsageError

LONGEST_TEXT = 4096
MOST_WORDS = 64
LONGEST_WORD = 64

_DASHES = "‐‑‒–—―⁃−﹘﹣⸺⸻˗"
_SINGLE_QUOTES = "‘’‚‛′´ʼ"
_DOUBLE_QUOTES = "“”„‟″«»"
_SIGNS = str.maketrans(
    {
        **dict.fromkeys(_DASHES, "-"),
        **dict.fromkeys(_SINGLE_QUOTES, "'"),
        **dict.fromkeys(_DOUBLE_QUOTES, '"'),
        "٫": ".",
        "、": ",",
        "٬": "'",
        "∕": "/",
        "⁄": "/",
        "✕": "×",
        "\u2028": "\n",
        "\u2029": "\n",
    }
)
_PICTURES = frozenset({"So", "Me"})
_WRAPPING = "\"'`()[]{}"
_BLANKS_INSIDE_NUMBERS = "\u00a0\u2002-\u200a\u202f"
_THOUSANDS = re.compile(rf"(?<=\d)['_{_BLANKS_INSIDE_NUMBERS}](?=\d{{3}}(?!\d))")
_MINUS = re.compile(r"(?<![\w-])minus (?=\$?\d)", re.IGNORECASE)
_AROUND_EQUALS = re.compile(r" ?(?<![<>])= ?")
_ABOUT = re.compile(r"(?<!\S)[~≈] ?(?=[-$]?\d)")
_LOOSE_SIGN = re.compile(r"(?:(?<= )|^)([-$]) (?=[\d.$])")
_SCIENTIFIC = re.compile(r"[-+$]*\d[\d.,]*e[-+]?\d+", re.IGNORECASE)
_BETWEEN_WORDS = re.compile(r"[+×&|;→➡↔⇄🆚]|->|(?<!\d),|,(?!\d)")
_BETWEEN_OPTIONS = re.compile(r",(?=[A-Za-z]+=)")


@lru_cache(maxsize=512)
def tidied(text: str) -> str:
    """Text in plain signs: one kind of dash, quote, digit and blank, nothing invisible.

    Raises
    ------
    UsageError
        The text is longer than a message can be.

    """
    if len(text) > LONGEST_TEXT:
        raise UsageError(
            tr(
                "That is {n} characters, a message has at most {longest_text}.",
                n=len(text),
                longest_text=LONGEST_TEXT,
            )
        )
    if not (text.isascii() and text.isprintable()):
        text = text.translate({ord(sign): _plain(sign) for sign in set(text)}).translate(_SIGNS)
    return _MINUS.sub("-", " ".join(_THOUSANDS.sub("", text).split()))


@lru_cache(maxsize=64)
def words_of(text: str) -> tuple[str, ...]:
    """The words of tidied text, without the signs that only join or wrap them.

    Raises
    ------
    UsageError
        There are more words than any question has.

    """
    text = _ABOUT.sub("", _AROUND_EQUALS.sub("=", text))
    text = _LOOSE_SIGN.sub(r"\1", text)
    loose = [part for word in text.split(" ") for part in _parts(word)]
    words = tuple(word for part in loose if (word := _unwrapped(part)))
    if len(words) > MOST_WORDS:
        raise UsageError(
            tr(
                "That is {n} words, I read at most {most_words}.",
                n=len(words),
                most_words=MOST_WORDS,
            )
        )
    return words


@lru_cache(maxsize=4096)
def _plain(sign: str) -> str:
    code = ord(sign)
    if 0xFF01 <= code <= 0xFF5E:  # noqa: PLR2004 - the full-width copies of ASCII
        return chr(code - 0xFEE0)
    digit = unicodedata.decimal(sign, None)
    if digit is not None:
        return str(digit)
    match unicodedata.category(sign):
        case "Cf" | "Mn":
            return ""
        case "Cc":
            return " "
        case "Cs" | "Co" | "Cn":
            return "\ufffd"
        case _:
            return sign


def _parts(word: str) -> list[str]:
    if _SCIENTIFIC.fullmatch(word):
        return [word]
    return (_BETWEEN_OPTIONS if "=" in word else _BETWEEN_WORDS).split(word)


def _unwrapped(word: str) -> str:
    if not word.isascii():
        word = _without_pictures(word)
    return word.strip(_WRAPPING).rstrip(".,:;!?").strip(_WRAPPING).lstrip("#,:;!?¿¡")


def _without_pictures(word: str) -> str:
    """A word without emoji before and behind it; of emoji alone nothing is left."""
    start, stop = 0, len(word)
    while start < stop and unicodedata.category(word[start]) in _PICTURES:
        start += 1
    while stop > start and unicodedata.category(word[stop - 1]) in _PICTURES:
        stop -= 1
    return word[start:stop]
