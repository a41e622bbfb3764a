"""Reading an amount: sign, dollars, digits, multiplier, and what stands right behind them."""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass

from analytics.errors import Correction
from analytics.language import tr
from handlers._errors import AmbiguousNumberError, UsageError
from handlers._grammar.holdings import Amount, Unit
from handlers._grammar.instruments import instrument_of
from handlers._grammar.listing import shortened
from handlers._grammar.quantities import number_of, written
from handlers._grammar.symbols import LEADING_DIGIT, STABLE_QUOTES, WELL_KNOWN

MOST = 1e15
LEAST = 1e-12
CONTRACT_WORDS = frozenset({"c", "ct", "cts", "contract", "contracts"})

_AMOUNT = re.compile(r"(-?)(\$?)([-+]?)([\d.,]*\d[.,]?)(.*)")
_SCIENTIFIC = re.compile(r"[-+$]*(\d[\d.,]*e[-+]?\d{1,4})", re.IGNORECASE)
_MULTIPLIERS = {"k": 1e3, "K": 1e3, "M": 1e6}


@dataclass(frozen=True, slots=True)
class Count:
    """A number with its unit, and the word that was stuck to it: the name of what is counted."""

    quantity: float
    unit: Unit
    digits: str
    attached: str = ""
    note: str | None = None


Undecided = Callable[[str, str], tuple[float, str]]
"""What becomes of digits and letters with two readings: a multiplier, and the name counted."""


def asked_back(digits: str, tail: str) -> tuple[float, str]:
    """Refuse ``25kava`` with both readings."""
    letter = "k" if tail[0] in "kK" else "M"
    multiplied, counted = f"{digits}{letter} {tail[1:]}", f"{digits} {tail}"
    raise AmbiguousNumberError(
        tr(
            "Is {digits}{tail} {multiplied} or {counted}? Put the blank where it belongs.",
            digits=digits,
            tail=tail,
            multiplied=multiplied,
            counted=counted,
        ),
        corrections=tuple(
            Correction(reading, reading, digits + tail) for reading in (multiplied, counted)
        ),
    )


def taken_whole(_: str, tail: str) -> tuple[float, str]:
    """Read ``25kava`` as KAVA: inside an option there is no blank to tell the readings apart."""
    return 1.0, tail


def count_of(word: str, *, undecided: Undecided = asked_back) -> Count | None:
    """The number that a word begins with; None when it does not begin with one.

    Raises
    ------
    AmbiguousNumberError, UsageError
        The number has two readings, or is no amount of anything.

    """
    match = _AMOUNT.fullmatch(word)
    if match is None or (match[1] and match[3]):
        return None
    number = number_of(match[4])
    tail, dollars = _tail(match[5], dollar=bool(match[2]))
    multiplier, tail = _multiplied(match[4], tail, dollar=dollars, undecided=undecided)
    unit = Unit.DOLLARS if dollars else Unit.COINS
    if tail.casefold() in CONTRACT_WORDS and not dollars:
        unit, tail = Unit.CONTRACTS, ""
    quantity = float(f"{number.value * multiplier:.15g}")
    _refuse_senseless(quantity, word)
    signed = -quantity if "-" in (match[1], match[3]) else quantity
    return Count(signed, unit, match[4], tail, number.note)


def amount_of(text: str) -> Amount | None:
    """An amount of a coin or of dollars, in one word: ``0.5BTC``, ``$5k``."""
    if "$" in text:
        refuse_scientific(text)
    count = count_of(text, undecided=taken_whole)
    if count is None or count.quantity < 0 or count.unit is Unit.CONTRACTS:
        return None
    if count.unit is Unit.DOLLARS:
        return None if count.attached else Amount(count.quantity, Unit.DOLLARS)
    if not count.attached or not re.fullmatch(r"[A-Za-z0-9]{1,20}", count.attached):
        return None
    return Amount(count.quantity, Unit.COINS, instrument_of(f"{count.attached}-SPOT").base)


def refuse_scientific(word: str) -> None:
    """Refuse ``1e5``, and offer it in full; inside an option ``1E0`` is one coin E0."""
    match = _SCIENTIFIC.fullmatch(word)
    if match is None or "," in match[1]:
        return
    value = float(match[1])
    if not LEAST <= value < MOST:
        raise UsageError(
            tr("{shortened} is no amount that anyone holds.", shortened=shortened(word))
        )
    plain = written(value)
    raise AmbiguousNumberError(
        tr("Write {word} in full: {plain}.", word=word, plain=plain),
        corrections=(Correction(plain, plain, match[1]),),
    )


def begins_with_symbol(word: str, symbols: frozenset[str] = LEADING_DIGIT) -> bool:
    """Whether the digits a word begins with belong to a ticker: ``1INCH-PERP``, ``1000PEPEUSDT``.

    A ticker of digits alone counts only when something makes it a market: ``4-PERP``, ``4/USDT``.
    """
    name = word.upper()
    head = re.split(r"[-_/.]", name, maxsplit=1)[0]
    rest = name[len(head) :]
    for quote in ("", *STABLE_QUOTES):
        base = head.removesuffix(quote)
        if base in symbols and not base.isdecimal():
            return True
    return head.isdecimal() and re.fullmatch(r"[-/](?=[A-Z0-9]*[A-Z]).+", rest) is not None


def _tail(tail: str, *, dollar: bool) -> tuple[str, bool]:
    for size in (0, 1):
        behind = tail[size + 1 : size + 2]
        fits = tail[:size] in {"", *_MULTIPLIERS} and (not behind or behind.isalpha())
        if fits and tail[size : size + 1] == "$":
            return tail[:size] + tail[size + 1 :], True
    return tail, dollar


def _multiplied(digits: str, tail: str, *, dollar: bool, undecided: Undecided) -> tuple[float, str]:
    """The multiplier that a tail begins with, and the rest of it.

    ``25kSOL`` is 25,000 SOL and ``10KSM`` is 10 KSM because SOL and KSM are well known and KSOL
    and SM are not; where that does not decide, nobody can.
    """
    if not tail or tail[0] not in "kKmM":
        return 1.0, tail
    multiplier = 1e3 if tail[0] in "kK" else 1e6
    rest = tail[1:]
    if not rest:
        is_multiplier = tail in _MULTIPLIERS or dollar
        return (multiplier, "") if is_multiplier else (1.0, tail)
    if not rest[0].isalnum():
        return 1.0, tail
    whole_known, rest_known = _is_well_known(tail), _is_well_known(rest)
    if whole_known == rest_known:
        return undecided(digits, tail)
    return (1.0, tail) if whole_known else (multiplier, rest)


def _is_well_known(name: str) -> bool:
    head = re.split(r"[-_/]", name.upper(), maxsplit=1)[0]
    bases = {head, *(head.removesuffix(quote) for quote in STABLE_QUOTES)}
    return not bases.isdisjoint(WELL_KNOWN)


def _refuse_senseless(quantity: float, word: str) -> None:
    shown = shortened(word)
    if quantity == 0:
        least = "1000" if "$" in word else "1"
        one = re.sub(r"-?(\$?)-?[\d.,]*\d[.,]?", rf"\g<1>{least}", word, count=1)
        raise UsageError(
            tr("{shown} is nothing. Write an amount above zero.", shown=shown),
            corrections=(Correction(one, one, word),),
        )
    if not math.isfinite(quantity) or not LEAST <= quantity < MOST:
        raise UsageError(tr("{shown} is no amount that anyone holds.", shown=shown))
