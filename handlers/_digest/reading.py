"""From text to the pairs of a digest: commas part them, options are for all of them."""

import re
from collections.abc import Iterator
from dataclasses import replace

from analytics.errors import Correction, RequestError
from analytics.language import tr
from analytics.market.windows import DEFAULT_LENGTH, spelled
from handlers._digest.query import (
    GROUPS,
    MOST_PAIRS,
    SYNTAX,
    DigestQuery,
    Pair,
    all_pairs,
)
from handlers._errors import UsageError
from handlers._grammar import (
    COLLATERAL,
    LEVEL,
    LEVERAGE,
    SWITCHES,
    Amount,
    Words,
    assets,
    none_named,
    read,
    tidied,
    two_assets,
    window_of,
)
from handlers._grammar.kinds import with_kinds
from handlers._hedged import held_and_hedge
from handlers._held import margin_in
from handlers._restated import DEFAULT_LEVEL

_AROUND_EQUALS = re.compile(r"\s*=\s*")
_LINES = re.compile(r"\s*[\r\n\u2028]+\s*")
_PARTING = re.compile(r"[;,](?!\d)|(?<!\d),|;")
"""A comma inside a number, such as 2,5, parts nothing."""

_AND = re.compile(r"\s+(?:and|und|y)\s+")
_HELD = re.compile(r"(?<![\w-])-?\$?\d[\d.,]*k? ?[A-Za-z]{2,}")
_HOLDING = re.compile(
    r"(?:(?:long|short) )?-?\$?\d[\d.,]*[kM]?c? ?[A-Za-z][\w:/-]*(?: (?:long|short))?",
    re.IGNORECASE,
)
PAIR = 2

WHEN = frozenset({"at", "time", "tz", "zone", "timezone"})
_LENGTH = re.compile(r"\d+(?:m|h|d|w|mo|y)", re.IGNORECASE)


def digest_query(asked: str) -> DigestQuery:
    """Read the pairs of a digest.

    Raises
    ------
    RequestError
        With corrections that are whole questions.

    """
    parts, common = _parted(asked)
    _refuse_times(asked, common)
    read_parts = [_words(part, parts, place, common) for place, part in enumerate(parts)]
    pairs, notes = _pairs(parts, read_parts, common), tuple(_notes(read_parts))
    pairs = tuple(dict.fromkeys(pairs))
    if len(pairs) > MOST_PAIRS:
        raise _too_many(pairs)
    query = DigestQuery(
        pairs,
        level=read_parts[0].given(LEVEL, DEFAULT_LEVEL),
        switches=read_parts[0].switches,
        notes=notes,
    )
    return _margined(query, read_parts[0])


def _margined(query: DigestQuery, words: Words) -> DigestQuery:
    """The query with what is posted; a margin that none of its positions takes is left out."""
    collateral, leverage = words.value(COLLATERAL), words.value(LEVERAGE)
    if collateral is None and leverage is None:
        return query
    if not query.needs_margin:
        note = tr("lev= and coll= belong to a position that another coin margins; none here is.")
        return replace(query, notes=(*query.notes, note))
    if collateral is not None:
        _refuse_other_margin(query, collateral)
    return replace(query, collateral=collateral, leverage=leverage)


def _refuse_other_margin(query: DigestQuery, collateral: Amount) -> None:
    """Refuse a margin in a coin that one of the contracts does not take."""
    for coin in (pair.instruments[1].base for pair in query.pairs if pair.needs_margin):
        try:
            margin_in(collateral, inverse=True, prices={coin: 1.0}, coin=coin)
        except UsageError as error:
            right = query.with_usual_margin()
            error.corrections = (Correction(right.margin[0], right.asked()),)
            raise


def _parted(asked: str) -> tuple[list[str], str]:
    """The text of each pair, and the options and switches that are for all."""
    text = _AROUND_EQUALS.sub("=", tidied(_LINES.sub(", ", asked.strip())))
    parts, common = [], []
    for part in (one for typed in _PARTING.split(text) for one in _pairs_in(typed)):
        words = with_kinds(tuple(part.split()))
        common += [word for word in words if _is_common(word)]
        rest = " ".join(word for word in words if not _is_common(word))
        parts += [rest] if rest else []
    return _joined(parts) or [""], " ".join(dict.fromkeys(common))


def _pairs_in(part: str) -> list[str]:
    """``btc eth and sol xrp`` as two pairs; ``btc and eth and sol`` is a group."""
    pairs = _AND.split(part)
    named = [
        [w for w in with_kinds(tuple(one.split())) if w.isalpha() or "-" in w] for one in pairs
    ]
    is_each_pair = all(len(one) == PAIR and not _HELD.search(" ".join(one)) for one in named)
    return pairs if len(pairs) > 1 and is_each_pair and not _HELD.search(part) else [part]


def _refuse_times(asked: str, common: str) -> None:
    """Lead to /daily whoever says when a digest shall come."""
    when = [w for w in common.split() if w.partition("=")[0].casefold() in WHEN]
    if not when:
        return
    right = f"/daily {_AROUND_EQUALS.sub('=', tidied(asked))}"
    raise UsageError(
        tr("A digest comes now; every day at a time is `/daily`: `{right}`", right=right),
        corrections=(Correction(tr("every day"), right),),
    )


def _is_common(word: str) -> bool:
    return "=" in word or word.casefold() in SWITCHES or LEVERAGE.bare(word)


def _joined(parts: list[str]) -> list[str]:
    """Markets that are parted one by one, such as ``BTC, ETH, SOL 30d``, are one group.

    So are both sides of a position, ``40 ETH, -2.48 BTC-PERP``.
    """
    named = [[w for w in part.split() if not _LENGTH.fullmatch(w)] for part in parts]
    is_list = len(parts) > 1 and all(len(words) == 1 for words in named)
    if is_list:
        return [" ".join(parts)]
    if len(parts) % PAIR or not all(map(_HOLDING.fullmatch, parts)):
        return parts
    return [" ".join(parts[at : at + PAIR]) for at in range(0, len(parts), PAIR)]


def _words(part: str, parts: list[str], place: int, common: str) -> Words:
    try:
        return read(f"{part} {common}", SYNTAX)
    except RequestError as error:
        raise _anchored(error, parts, place, common) from None


def _pairs(parts: list[str], read_parts: list[Words], common: str) -> tuple[Pair, ...]:
    lengths = {words.durations[:2] for words in read_parts if words.durations}
    only = " ".join(map(spelled, lengths.pop())) if len(lengths) == 1 else spelled(DEFAULT_LENGTH)
    found: list[Pair] = []
    for place, words in enumerate(read_parts):
        try:
            if words.durations or len(parts) == 1:
                found += _pairs_of(words)
            else:
                found += _pairs_of(read(f"{parts[place]} {only} {common}", SYNTAX))
        except RequestError as error:
            raise _anchored(error, parts, place, common) from None
    return tuple(found)


def _pairs_of(words: Words) -> tuple[Pair, ...]:
    if words.nothing:
        raise none_named(words)
    window = window_of(words)
    if words.holdings:
        return (Pair(*held_and_hedge(words), window),)
    if len(words.assets) in GROUPS:
        return all_pairs(assets(words, least=2, most=max(GROUPS)), window)
    if len(words.assets) > max(GROUPS):
        raise _too_large(words)
    return (Pair(*two_assets(words), window),)


def _notes(read_parts: list[Words]) -> Iterator[str]:
    yield from dict.fromkeys(note for words in read_parts for note in words.notes)


def _too_large(words: Words) -> UsageError:
    n = len(words.assets)
    kept = " ".join(map(str, words.assets[: max(GROUPS)]))
    first = " ".join(map(str, words.assets[:2]))
    return UsageError(
        tr(
            "{n} markets make {pairs} pairs; a digest takes {most}. Part the pairs by commas.",
            n=n,
            pairs=n * (n - 1) // 2,
            most=MOST_PAIRS,
        ),
        corrections=(Correction(kept, f"/digest {kept}"), Correction(first, f"/digest {first}")),
    )


def _too_many(pairs: tuple[Pair, ...]) -> UsageError:
    kept = DigestQuery(pairs[:MOST_PAIRS]).asked()
    return UsageError(
        tr("That is {n} pairs; a digest takes {most}.", n=len(pairs), most=MOST_PAIRS),
        corrections=(Correction(tr("the first {most}", most=MOST_PAIRS), kept),),
    )


def _anchored(error: RequestError, parts: list[str], place: int, common: str) -> RequestError:
    """The same error with corrections of the whole question: the other pairs stay."""
    error.corrections = tuple(
        replace(correction, right=_whole(correction.right, parts, place, common), wrong=None)
        for correction in error.corrections
    )
    return error


def _whole(right: str, parts: list[str], place: int, common: str) -> str:
    command, _, rest = right.partition(" ")
    if command != "/digest" or len(parts) == 1:
        return right
    kept = " ".join(word for word in rest.split() if word not in common.split())
    others = [kept if at == place else part for at, part in enumerate(parts)]
    return f"/digest {', '.join(others)} {common}".rstrip()
