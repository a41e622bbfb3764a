"""``manifest.json``: which file holds which market in bars of which length.

A list of entries, or an object whose ``entries`` is one. Each entry has ``file`` (relative to the
folder), ``symbol`` (as ccxt spells it), ``venue``, ``market_type`` (``spot``, ``swap-linear``,
``swap-inverse``, ``future-linear``, ``future-inverse`` or ``funding_rate``) and, for candles,
``interval`` (``1h``, or ``0 days 01:00:00``). Whatever else it has is left alone.
"""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from analytics.errors import SourceError
from analytics.language import tr
from analytics.market.archive.contracts import with_terms
from analytics.market.instruments import Kind
from analytics.market.markets import Market

ARCHIVE = "archive"
FUNDING = "funding_rate"

_SYMBOL = re.compile(
    r"(?P<base>[^/:-]+)/(?P<quote>[^/:-]+)(:(?P<settle>[^/:-]+)(-(?P<expiry>\d{6}))?)?"
)
_INTERVAL = re.compile(r"(?P<number>\d+)(?P<unit>[mhdw])")
_DURATION = re.compile(r"(?P<days>\d+) days (?P<hours>\d+):(?P<minutes>\d+):(?P<seconds>\d+)")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_EXPIRY_HOUR = 8


@dataclass(frozen=True, slots=True)
class CandleFile:
    """One file of bars."""

    path: Path
    market: Market
    interval: timedelta


@dataclass(frozen=True, slots=True)
class FundingFile:
    """One file of funding payments."""

    path: Path
    market: Market


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an archive holds, in the order in which it is written."""

    candles: tuple[CandleFile, ...]
    funding: tuple[FundingFile, ...]


def read_manifest(folder: Path) -> Manifest:
    """Read and check the manifest of a folder.

    Raises
    ------
    SourceError
        When it is missing or malformed, or names a file that is not there.
    """
    path = folder / "manifest.json"
    try:
        written = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise unusable(f"{path} cannot be read ({error.strerror})") from error
    except ValueError as error:
        raise unusable(f"{path} is not JSON ({error})") from error
    entries = written.get("entries") if isinstance(written, dict) else written
    if not isinstance(entries, list) or not entries:
        raise unusable(f"{path} has no list of entries")
    files = [_file(folder, entry) for entry in entries]
    return Manifest(
        candles=tuple(file for file in files if isinstance(file, CandleFile)),
        funding=tuple(file for file in files if isinstance(file, FundingFile)),
    )


def unusable(reason: str) -> SourceError:
    """The error that an archive raises, with its reason."""
    return SourceError(
        tr("The price archive is not usable: {reason}.", reason=reason), venue=ARCHIVE
    )


def _file(folder: Path, entry: Any) -> CandleFile | FundingFile:
    if not isinstance(entry, dict):
        raise unusable(f"the entry {entry!r} is not an object")
    name = _text(entry, "file", "an entry")
    path = folder / name
    if not path.is_file():
        raise unusable(f"{name} is in the manifest but not in {folder}")
    market = _market(_text(entry, "venue", name), _text(entry, "symbol", name), name)
    kind = _text(entry, "market_type", name)
    if kind == FUNDING:
        return FundingFile(path, market)
    if kind != _market_type(market):
        raise unusable(f"{name}: {market.symbol} is a {_market_type(market)}, not a {kind}")
    return CandleFile(path, market, _interval(_text(entry, "interval", name), name))


def _text(entry: dict[str, Any], key: str, name: str) -> str:
    value = entry.get(key)
    if not isinstance(value, str) or not value:
        raise unusable(f"{name} has no {key}")
    return value


def _market(venue: str, symbol: str, name: str) -> Market:
    parts = _SYMBOL.fullmatch(symbol)
    if parts is None:
        raise unusable(f"{name}: {symbol} is not a symbol like BTC/USDT:USDT")
    base, quote, settle, expiry = parts.group("base", "quote", "settle", "expiry")
    return with_terms(
        Market(
            venue=venue,
            symbol=symbol,
            base=base,
            quote=quote,
            kind=_kind(base, settle, expiry),
            settle=settle,
            expiry=_expiry(expiry, name) if expiry else None,
        )
    )


def _kind(base: str, settle: str | None, expiry: str | None) -> Kind:
    if settle is None:
        return Kind.SPOT
    if expiry:
        return Kind.FUTURE
    return Kind.INVERSE if settle == base else Kind.PERP


def _expiry(digits: str, name: str) -> datetime:
    try:
        day = datetime.strptime(digits, "%y%m%d").replace(tzinfo=UTC)
    except ValueError as error:
        raise unusable(f"{name}: {digits} is not a day") from error
    return day.replace(hour=_EXPIRY_HOUR)


def _market_type(market: Market) -> str:
    if not market.is_contract:
        return "spot"
    life = "future" if market.kind is Kind.FUTURE else "swap"
    return f"{life}-{'inverse' if market.inverse else 'linear'}"


def _interval(text: str, name: str) -> timedelta:
    if short := _INTERVAL.fullmatch(text):
        length = timedelta(**{_UNITS[short["unit"]]: int(short["number"])})
    elif long := _DURATION.fullmatch(text):
        length = timedelta(**{unit: int(number) for unit, number in long.groupdict().items()})
    else:
        raise unusable(f"{name}: {text} is not an interval like 1h")
    if not length:
        raise unusable(f"{name}: an interval of nothing")
    return length
