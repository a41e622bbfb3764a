"""What a whole sentence names of what a question is made of: markets, amounts, lengths, options.

Whoever writes as they talk names two coins among twenty words. No grammar of any language is needed
to find them, but words that are also tickers must not be taken for coins.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from analytics.errors import RequestError
from analytics.market.instruments import Instrument
from analytics.market.nicknames import meant_by
from handlers._grammar.amounts import begins_with_symbol
from handlers._grammar.clocks import CLOCK, clock_of
from handlers._grammar.coins import is_coin
from handlers._grammar.durations import is_loose_unit, looks_like_duration
from handlers._grammar.instruments import instrument_of
from handlers._grammar.kinds import with_kinds
from handlers._grammar.numerals import numeral
from handlers._grammar.plain import LONGEST_WORD, tidied
from handlers._grammar.shares import half_at, share_at
from handlers._grammar.spoken_times import in_figures
from handlers._grammar.symbols import ONE_BACK, SHORT, VENUES
from handlers._grammar.syntax import SWITCHES

_TWO_WORDS = {"BITCOIN CASH": "BCH", "ETHEREUM CLASSIC": "ETC", "SHIBA INU": "SHIB"}
_NUMBER = re.compile(r"-?\$?-?\d[\d.,]*[kKM]?")
_FOREIGN = re.compile(r"[€£¥]\d[\d.,]*[kKM]?|\d[\d.,]*[kKM]?[€£¥]")
_LEVERAGE = re.compile(r"\d{1,3}(?:\.\d+)?[xX]")
_AROUND_SIGNS = re.compile(r"\s*(<=|>=|<|>)\s*")
_AT = frozenset({"at", "um", "las", "@"})
_CLOCK = re.compile(CLOCK, re.IGNORECASE)
_LEVER = frozenset({"lev", "leverage", "hebel", "apalancamiento"})
_TERM = re.compile(r"[A-Za-z]+(?:[<>]=?|=)\S+")
_PRICED = re.compile(r"(?<![\w.])(?P<coin>[A-Za-z][\w/-]*)[<>]=?\$?\d[\d.,]*[kKM]?(?![\w%])")
_DOLLARS = frozenset({"$", "usd", "usdt", "dollar", "dollars", "bucks", "dólar", "dólares"})
_BETWEEN = frozenset({"of", "in", "worth", "von", "de", "en"})
_STUCK = re.compile(r"([-$]?\d[\d.,]*)([A-Za-z][\w/-]*)")
_BETWEEN_PARTS = re.compile(
    r"[\s;+×&|→➡]+|,(?!\d)|(?<!\d),|->|(?<=\w)[^\w\s.,:/$%<>=+#'@~-]+(?=\w)"
)
_OPTIONS = SWITCHES | VENUES
_SAYS = re.compile(r"[A-Za-z0-9À-ӿ]")
"""What a word consists of that may name anything: figures, and letters that look like Latin ones."""
_EDGES = "\"'`()[]{}.,:;!?¿¡#*_~≈<>|=→➡"


@dataclass(frozen=True, slots=True)
class Named:
    """One thing that a sentence names, as a question writes it; ``market`` where it is one."""

    words: str
    market: Instrument | None = None
    is_amount: bool = False


def named_in(text: str) -> list[Named]:
    """What a text names that a question can be made of, in its order, each once."""
    shouts = text.upper() == text
    words = [word for part in _parts(text) if (word := part.strip(_EDGES)) and _SAYS.search(word)]
    words = list(with_kinds(tuple(words)))
    return list(dict.fromkeys(_named(_turned(words, shouts=shouts), shouts=shouts)))


def _turned(words: list[str], *, shouts: bool) -> list[str]:
    """The rows of a table, ``BTC 2.5`` and ``ETH 40``, with each amount before its coin."""
    counts = [at for at, word in enumerate(words) if _NUMBER.fullmatch(word)]
    if len(counts) < 2 or any(not _names(words, at - 1, shouts=shouts) for at in counts):  # noqa: PLR2004
        return words
    if any(_names(words, at, shouts=shouts) for at in range(len(words)) if at + 1 not in counts):
        return words
    turned = list(words)
    for at in counts:
        turned[at - 1 : at + 1] = words[at], words[at - 1]
    return turned


def _names(words: list[str], at: int, *, shouts: bool) -> bool:
    return at >= 0 and _market([words[at]], 0, shouts=shouts)[0] is not None


def _parts(text: str) -> list[str]:
    plain = _PRICED.sub(
        _unpriced, _AROUND_SIGNS.sub(r"\1", in_figures(tidied(text[:4096]), is_expected=False))
    )
    return _BETWEEN_PARTS.split(plain)


def _unpriced(said: re.Match[str]) -> str:
    """``BTC<60000`` without its price, of which there is no test."""
    return said["coin"] if is_coin(said["coin"], shouts=False) else said[0]


def _named(words: list[str], *, shouts: bool) -> Iterator[Named]:
    at = 0
    while at < len(words):
        found, used = _at(words, at, shouts=shouts)
        if found is not None:
            yield found
        at += used


def _at(words: list[str], at: int, *, shouts: bool) -> tuple[Named | None, int]:
    word = words[at]
    following = words[at + 1] if at + 1 < len(words) else ""
    if looks_like_duration(word) or _TERM.fullmatch(word) or word.casefold() in _OPTIONS:
        return Named(word), 1
    if _LEVERAGE.fullmatch(word):
        return Named(word), 1
    if word.casefold() in _LEVER and re.fullmatch(r"\d{1,3}x?", following):
        return Named(f"lev={following}"), 2
    if is_loose_unit(following) and (counted := _counted(word)) is not None:
        return Named(f"{counted} {following}"), 2
    if (clock := _clock(words, at)) is not None:
        return clock
    if (part := _part(words, at)) is not None:
        return part
    is_ticker = word.isupper() and not shouts
    number = word if _NUMBER.fullmatch(word) else None if is_ticker else _digits(word)
    if number is not None:
        return _amount(words, at, number, shouts=shouts)
    stuck = _STUCK.fullmatch(word)
    if stuck is not None and not begins_with_symbol(word):
        whole, _ = _market([stuck[2]], 0, shouts=False)
        if whole is not None:
            return Named(f"{stuck[1]} {whole.words}", whole.market, is_amount=True), 1
    found, used = _market(words, at, shouts=shouts)
    return found, used


def _clock(words: list[str], at: int) -> tuple[Named, int] | None:
    """A time of day, as /daily takes it: ``8am``, ``8 Uhr``, ``at 8``."""
    before = words[at - 1].casefold() if at else ""
    for said, used in ((" ".join(words[at : at + 2]), 2), (words[at], 1)):
        is_led = used == 1 and before in _AT and re.fullmatch(r"\d{1,2}h?", said) is not None
        if is_led or _CLOCK.fullmatch(said):
            clock = clock_of(said)
            return None if clock is None else (Named(f"at={clock:%H:%M}"), used)
    return None


def _part(words: list[str], at: int) -> tuple[Named, int] | None:
    """``half of my 40 ETH`` and ``half a BTC`` as that much, and ``€25k of ETH`` as it was said."""
    if (halves := half_at(words, at)) is not None:
        halved, used = _market(words, at + halves[1], shouts=False)
        if halved is not None:
            amount = f"{halves[0]:g} {halved.words}"
            return Named(amount, halved.market, is_amount=True), halves[1] + used
    share = share_at(words, at)
    number = words[share[1]] if share else words[at]
    is_foreign = share is None and _FOREIGN.fullmatch(number) is not None
    if not is_foreign and (share is None or not re.fullmatch(r"\d+(?:\.\d+)?", number)):
        return None
    behind = (share[1] if share else at) + 1
    behind += int(behind < len(words) and words[behind].casefold() in _BETWEEN)
    counted, used = _market(words, behind, shouts=False)
    if counted is None:
        return None
    amount = number if share is None else f"{float(number) * share[0]:.6g}"
    return Named(f"{amount} {counted.words}", counted.market, is_amount=True), behind - at + used


def _amount(words: list[str], at: int, number: str, *, shouts: bool) -> tuple[Named | None, int]:
    """A number with the market that it counts: ``2 BTC``, ``25k dollars of ETH``, ``short 2 BTC``."""
    ahead = at + 1
    if ahead < len(words) and words[ahead].casefold() in _DOLLARS:
        number, ahead = f"${number.lstrip('$')}", ahead + 1
    if ahead < len(words) and words[ahead].casefold() in _BETWEEN:
        ahead += 1
    counted, used = _market(words, ahead, shouts=False)
    if counted is None:
        return None, 1
    stop = ahead + used
    is_led = at > 0 and words[at - 1].casefold() in SHORT
    is_followed = stop < len(words) and words[stop].casefold() in SHORT
    is_anothers = words[stop + 1 : stop + 2] not in (["position"], ["pos"]) and any(
        _is_named(word, shouts=shouts) for word in words[stop + 1 : stop + 4]
    )
    owed = (is_led or (is_followed and not is_anothers)) and not number.startswith("-")
    sign = "-" if owed else ""
    named = Named(f"{sign}{number} {counted.words}", counted.market, is_amount=True)
    return named, stop - at


def _is_named(word: str, *, shouts: bool) -> bool:
    return _NUMBER.fullmatch(word) is not None or _market([word], 0, shouts=shouts)[0] is not None


def _counted(word: str) -> str | None:
    if re.fullmatch(r"\d{1,4}", word):
        return word
    return "1" if word.casefold() in ONE_BACK else _digits(word)


def _digits(word: str) -> str | None:
    value = numeral(word)
    return None if value is None else str(value)


def _market(words: list[str], at: int, *, shouts: bool) -> tuple[Named | None, int]:
    """The market that a word names, or two of them such as ``bitcoin cash``."""
    word = words[at].removesuffix("-FUT") if at < len(words) else ""
    two = _TWO_WORDS.get(" ".join(words[at : at + 2]).upper())
    if two is not None:
        return Named(two, Instrument(two)), 2
    if not word or len(word) > LONGEST_WORD or not is_coin(word, shouts=shouts):
        return None, 1
    try:
        market = instrument_of(word)
        meant = meant_by(market.base)
        if meant is not None:
            market = instrument_of(str(market).upper().replace(market.base, meant, 1))
    except RequestError:
        return None, 1
    return Named(str(market), market), 1
