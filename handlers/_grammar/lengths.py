"""Lengths of time as people say them: ``2 days 3 hours``, ``half an hour``, ``eine Stunde``."""

import re
from datetime import timedelta

from analytics.market.windows import MINUTE
from handlers._grammar.durations import duration_of, is_unit
from handlers._grammar.numerals import numeral
from handlers._grammar.symbols import COURTESIES, HURRIED

_HALVES = {
    **dict.fromkeys(("half an hour", "half hour", "halbe stunde", "media hora"), 30 * MINUTE),
    **dict.fromkeys(("eine halbe stunde", "a half hour", "una media hora"), 30 * MINUTE),
    **dict.fromkeys(("half a day", "halber tag", "einen halben tag", "medio día"), 720 * MINUTE),
}
_UNSAID = (
    COURTESIES
    | HURRIED
    | frozenset(
        """
    for the next about another und and y für die den nächsten kommenden durante por las los próximas próximos
    """.split()  # noqa: SIM905 - a column of quoted words is harder to read
    )
)
_ONE = frozenset({"a", "an"})
_STUCK = re.compile(r"(\d+(?:[.,]\d+)?[^\W\d_]+)(?=\d)")
_DAYS = {"tag": "d", "día": "d", "dia": "d"}
"""Also coins, but not where only a length of time can stand."""


def length_of(text: str) -> timedelta | None:
    """The length that a whole text says; None where it says none.

    Raises
    ------
    BadWindowError
        It is one, but none that anything can be asked about.

    """
    said = [word for word in text.casefold().split() if word not in _UNSAID]
    half = _HALVES.get(" ".join(said))
    if half is not None:
        return half
    words = _STUCK.sub(r"\1 ", " ".join(said)).split()
    total, at = timedelta(), 0
    while at < len(words):
        length, used = _first(words[at:])
        if length is None:
            return None
        total, at = total + length, at + used
    return total or None


def _first(words: list[str]) -> tuple[timedelta | None, int]:
    following = _DAYS.get(words[1], words[1]) if len(words) > 1 else ""
    if is_unit(following) or following == "d" or following in {"h", "min"}:
        number = "1" if words[0] in _ONE else words[0]
        number = number if number[:1].isdecimal() else str(numeral(number) or "")
        if number:
            return duration_of(f"{number} {following}"), 2
    return duration_of(words[0]), 1
