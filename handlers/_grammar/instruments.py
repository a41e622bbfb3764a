"""Markets by any name: ours, ccxt's, and the spellings of the venues themselves."""

import re
from dataclasses import replace
from datetime import date

from rapidfuzz import fuzz, process

from analytics.errors import Correction
from analytics.language import tr
from analytics.market.instruments import Instrument, Kind
from handlers._errors import UsageError
from handlers._grammar.listing import shortened
from handlers._grammar.plain import LONGEST_WORD, tidied
from handlers._grammar.symbols import (
    COIN_QUOTES,
    FIAT_QUOTES,
    STABLE_QUOTES,
    WELL_KNOWN,
)

LONGEST_SYMBOL = 20

_KINDS = {
    "SPOT": Kind.SPOT,
    **dict.fromkeys(("PERP", "SWAP", "UM", "USDM", "USDTM", "P"), Kind.PERP),
    **dict.fromkeys(("INV", "CM", "COINM", "CPERP", "INVERSE"), Kind.INVERSE),
}
_DERIBIT = "PERPETUAL"
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_VENUE = re.compile(r"([A-Za-z][A-Za-z0-9]{1,19}):(?=.)")
_CCXT = re.compile(r"([^/:-]+)/([^/:-]+)(?::([^/:-]+)(?:-(\d{6}))?|-([^/:-]+))?")
_EXPIRY = re.compile(r"(\d{1,2})([A-Z]{3})(\d{2})|(?:20)?(\d\d)(\d\d)(\d\d)")
_KRAKEN_FUTURES = re.compile(r"(P[IF]|F[IF])_([A-Z0-9]+)USD(?:_(\d{6}))?")


def instrument_of(text: str) -> Instrument:
    """The market that a word names.

    Reads every canonical spelling (``str`` of an Instrument) back to an equal value, ccxt's
    ``BTC/USDT:USDT-270326``, and what venues write: ``BTCUSDT``, ``BTC_USDT``, ``BTCUSD_PERP``,
    ``BTC-USD-SWAP``, ``BTC-PERPETUAL``, ``XBTUSD``, ``PF_XBTUSD``.

    Raises
    ------
    UsageError
        The word cannot be the name of a market.

    """
    text = tidied(text)
    if len(text) > LONGEST_WORD:
        raise _unreadable(text)
    typed = text.removeprefix("$")
    prefix = _VENUE.match(typed)
    venue = prefix[1].lower() if prefix and "/" not in prefix[1] else None
    name = typed[prefix.end() :] if prefix else typed
    found = _named(name.upper(), text)
    shown = f"{venue}:{name.upper()}" if venue else name.upper()
    return replace(found, venue=venue or found.venue, text=shown)


def _named(name: str, text: str) -> Instrument:
    kraken = _KRAKEN_FUTURES.fullmatch(name)
    if kraken:
        return _of_kraken_futures(*kraken.groups(), text=text)
    if "/" in name:
        return _of_ccxt(name, text)
    if name.endswith(".P"):
        name = f"{name.removesuffix('.P')}-P"
    merged, *suffixes = re.split(r"[-_]", name)
    if name == "XBTUSD":
        return _assembled("BTC", "USD", "PERP", text)
    base, quote = _split_pair(merged)
    if suffixes and quote is None and _is_quote(suffixes[0], name):
        quote = suffixes.pop(0)
    if len(suffixes) > 1:
        raise _unreadable(text)
    return _assembled(base, quote, suffixes[0] if suffixes else None, text)


def _assembled(base: str, quote: str | None, suffix: str | None, text: str) -> Instrument:
    base = _symbol(base, text)
    if suffix is None:
        return Instrument(base, quote=quote)
    if suffix == _DERIBIT:
        kind = Kind.PERP if quote in STABLE_QUOTES else Kind.INVERSE
        return replace(_contract(base, quote, kind), venue="deribit")
    if suffix in _KINDS:
        return _contract(base, quote, _KINDS[suffix])
    expiry = _expiry(suffix, text)
    if expiry is None:
        raise _unknown_kind(base, suffix, text)
    return _contract(base, quote, Kind.FUTURE, expiry)


def _contract(base: str, quote: str | None, kind: Kind, expiry: date | None = None) -> Instrument:
    """A contract in a quote; in plain dollars it is paid in the coin itself, as venues write it."""
    if quote is None:
        return Instrument(base, kind, expiry=expiry)
    if kind is Kind.SPOT:
        return Instrument(base, quote=quote)
    settle = base if quote == "USD" or kind is Kind.INVERSE else quote
    if kind is Kind.PERP and settle == base:
        kind = Kind.INVERSE
    return Instrument(base, kind, quote=quote, settle=settle, expiry=expiry)


def quoted_in(instrument: Instrument, quote: str) -> Instrument:
    """The same market in a given quote, unless it names its own."""
    if instrument.quote is not None:
        return instrument
    found = _contract(instrument.base, quote, instrument.kind, instrument.expiry)
    return replace(found, venue=instrument.venue, text=instrument.text)


def _of_ccxt(name: str, text: str) -> Instrument:
    match = _CCXT.fullmatch(name)
    if match is None:
        raise _two_in_one(text) if name.count("/") == 1 else _unreadable(text)
    base, quote, settle, expiry, suffix = match.groups()
    base, quote = _symbol(base, text), _symbol(quote, text)
    if suffix is not None:
        if quote not in STABLE_QUOTES + FIAT_QUOTES:
            raise _two_in_one(text)
        return _assembled(base, quote, suffix, text)
    if settle is None:
        return Instrument(base, quote=quote)
    settle = _symbol(settle, text)
    if expiry is not None:
        ends = _expiry(expiry, text)
        return Instrument(base, Kind.FUTURE, quote=quote, settle=settle, expiry=ends)
    kind = Kind.INVERSE if settle == base else Kind.PERP
    return Instrument(base, kind, quote=quote, settle=settle)


def _of_kraken_futures(prefix: str, base: str, expiry: str | None, *, text: str) -> Instrument:
    base = _symbol(base, text)
    ends = _expiry(expiry, text) if expiry else None
    settle = base if prefix.endswith("I") else "USD"
    kind = Kind.FUTURE if ends else Kind.INVERSE if settle == base else Kind.PERP
    return Instrument(base, kind, quote="USD", settle=settle, expiry=ends, venue="krakenfutures")


def _split_pair(merged: str) -> tuple[str, str | None]:
    for quote in STABLE_QUOTES:
        if merged.endswith(quote) and merged != quote:
            return merged.removesuffix(quote), quote
    for quote in (*FIAT_QUOTES, *COIN_QUOTES):
        base = merged.removesuffix(quote)
        if base != merged and (base in WELL_KNOWN or base == "XBT") and merged not in WELL_KNOWN:
            return base, quote
    return merged, None


def _is_quote(part: str, name: str) -> bool:
    return part in STABLE_QUOTES or part in FIAT_QUOTES or (part in COIN_QUOTES and "_" in name)


def _symbol(symbol: str, text: str) -> str:
    fits = 0 < len(symbol) <= LONGEST_SYMBOL
    if not fits or not all(sign.isalpha() or sign.isdecimal() for sign in symbol):
        raise _unreadable(text)
    return "BTC" if symbol == "XBT" else symbol


def _expiry(suffix: str, text: str) -> date | None:
    match = _EXPIRY.fullmatch(suffix)
    if match is None:
        return None
    day, month, year, yy, mm, dd = match.groups()
    if month is not None and month not in _MONTHS:
        return None
    numbers = (
        (int(year), _MONTHS.index(month) + 1, int(day)) if month else (int(yy), int(mm), int(dd))
    )
    try:
        return date(2000 + numbers[0], *numbers[1:])
    except ValueError:
        raise UsageError(
            tr(
                "{suffix} in {shortened} is no date. Write it like 26MAR27.",
                suffix=suffix,
                shortened=shortened(text),
            )
        ) from None


def _unknown_kind(base: str, suffix: str, text: str) -> UsageError:
    if suffix in WELL_KNOWN or suffix in COIN_QUOTES:
        pair, both = f"{base}/{suffix}", f"{base} {suffix}"
        return UsageError(
            tr(
                "Is {shortened} one market or two? Write {pair} or {both}.",
                shortened=shortened(text),
                pair=pair,
                both=both,
            ),
            corrections=(Correction(both, both, text), Correction(pair, pair, text)),
        )
    if suffix in {"FUT", "FUTURE"}:
        perp = f"{base}-PERP"
        return UsageError(
            tr(
                "Which {base} future? Add the day it ends: {base}-26MAR27. Without an end: {perp}.",
                base=base,
                perp=perp,
            ),
            corrections=(Correction(perp, perp, text),),
        )
    names = ("PERP", "INV", "SPOT")
    close = process.extractOne(suffix, names, scorer=fuzz.ratio, score_cutoff=50)
    hint = tr(" Did you mean {base}-{close}?", base=base, close=close[0]) if close else ""
    return UsageError(
        tr(
            "I don't know the kind {suffix} in {shortened}.{hint} Kinds: SPOT, PERP, INV, or the "
            "day a future ends, like 26MAR27.",
            suffix=suffix,
            shortened=shortened(text),
            hint=hint,
        ),
        corrections=tuple(
            Correction(f"{base}-{name}", f"{base}-{name}", text)
            for name in ([close[0]] if close else names)
        ),
    )


def _two_in_one(text: str) -> UsageError:
    apart = text.replace("/", " ")
    return UsageError(
        tr(
            "I can't read `{shortened}` as one market. Two markets: put a blank between them.",
            shortened=shortened(text),
        ),
        corrections=(Correction(apart, apart, text),),
    )


def _unreadable(text: str) -> UsageError:
    return UsageError(
        tr(
            "I can't read `{shortened}`. A market looks like BTC, ETH-PERP, BTC-INV or BTC/USDT.",
            shortened=shortened(text),
        ),
        corrections=(Correction(tr("without it"), "", text),),
    )
