"""Parts of an amount as people say them: ``half of my 40 ETH``, ``ein Drittel von 40 ETH``."""

import re
from collections.abc import Sequence

from handlers._grammar.numerals import numeral

_SHARES = {
    **dict.fromkeys(
        ("half", "halb", "halbe", "halben", "hälfte", "mitad", "medio", "media"), 1 / 2
    ),
    **dict.fromkeys(("third", "drittel", "tercio"), 1 / 3),
    **dict.fromkeys(("quarter", "viertel", "cuarto"), 1 / 4),
}
_PER_CENT = re.compile(r"(\d{1,2})\s?%")
_ARTICLES = frozenset({"a", "the", "one", "die", "das", "ein", "eine", "la", "el", "un", "una"})
_ONE = frozenset({"a", "an", "ein", "einen", "un"})
_BETWEEN = frozenset(
    """
    of my our the von der den meiner meinen meine unserer de del mi mis nuestros las los
    """.split()  # noqa: SIM905 - a column of quoted words is harder to read
)


def share_at(words: Sequence[str], at: int) -> tuple[float, int] | None:
    """The part that some words say, and where the amount stands of which it is; None for no part."""
    start = at
    while at < len(words) and words[at].casefold() in _ARTICLES:
        at += 1
    word = words[at].casefold() if at < len(words) else ""
    per_cent = _PER_CENT.fullmatch(word)
    share = int(per_cent[1]) / 100 if per_cent else _SHARES.get(word)
    if not share or (per_cent is not None and at > start):
        return None
    ahead = at + 1
    while ahead < len(words) and words[ahead].casefold() in _BETWEEN:
        ahead += 1
    is_said = ahead < len(words) and re.match(r"\$?\d", words[ahead]) is not None
    # ``50% 40 ETH`` is no sentence, and ``part=50%`` something else.
    return (share, ahead) if is_said and (per_cent is None or ahead > at + 1) else None


def half_at(words: Sequence[str], at: int) -> tuple[float, int] | None:
    """``half a BTC`` and ``two and a half BTC`` as an amount and the number of its words."""
    said = [word.casefold() for word in words[at : at + 4]]
    if len(said) > 1 and {*said[:2]} & _ONE and 1 / 2 in map(_SHARES.get, said[:2]):
        return 0.5, 2
    whole = numeral(said[0]) if said else None
    if whole is not None and said[1:] in (["and", "a", "half"], ["und", "ein", "halb"]):
        return whole + 0.5, 4
    return (whole + 0.5, 3) if whole is not None and said[1:3] == ["y", "medio"] else None
