"""A venue's list of markets, read into our own words."""

import math
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from analytics.market.instruments import Kind
from analytics.market.markets import Market

DOLLARS = frozenset(
    {"USD", "USDC", "USDT", "USDE", "FDUSD", "BUSD", "TUSD", "DAI", "USDG", "PYUSD"}
)
DECIMAL_PLACES, TICK_SIZE = 2, 4
"""ccxt's names for what a precision means."""

LOT_OF_COINS = 1e-8

Row = Mapping[str, Any]


def markets_of(venue: str, rows: Iterable[Row], *, precision_mode: int) -> tuple[Market, ...]:
    """Spot, perpetuals and dated futures; options, combinations, quantos and torn rows left out."""
    found = (_market(venue, row, precision_mode) for row in rows)
    return tuple(market for market in found if market is not None)


def _market(venue: str, row: Row, precision_mode: int) -> Market | None:
    kind, expiry = _kind(row), _moment(row.get("expiry"))
    if kind is None or row.get("symbol") != _unified(row, expiry):
        return None
    size = _contract_size(venue, kind, row)
    unit = _unit_of_amounts(venue, size)
    lot = _step(row, precision_mode)
    if kind is Kind.SPOT:
        lot = lot or LOT_OF_COINS
    if size is None or lot is None:
        return None
    return Market(
        venue=venue,
        symbol=row["symbol"],
        base=row["base"],
        quote=row["quote"],
        kind=kind,
        settle=row["settle"] if kind is not Kind.SPOT else None,
        expiry=expiry if kind is Kind.FUTURE else None,
        contract_size=size,
        lot=lot / unit,
        minimum=(_positive(_within(row, "limits", "amount", "min")) or lot) / unit,
        taker_fee=_number(row.get("taker")),
        maintenance_rate=_maintenance_rate(row),
        active=row.get("active") is not False,
        listed=_moment(row.get("created")),
    )


def _kind(row: Row) -> Kind | None:
    settle, base = row.get("settle"), row.get("base")
    match row.get("type"):
        case "spot":
            return Kind.SPOT
        case "swap" if settle and settle == base:
            return Kind.INVERSE
        case "swap" if _linear(row):
            return Kind.PERP
        case "future" if settle and (settle == base or _linear(row)):
            return Kind.FUTURE
        case _:
            return None


def _linear(row: Row) -> bool:
    """Paid in its quote, or in another dollar than it is quoted in; not in a third coin."""
    settle, quote = row.get("settle"), row.get("quote")
    return settle is not None and (settle == quote or (settle in DOLLARS and quote in DOLLARS))


def _unified(row: Row, expiry: datetime | None) -> str | None:
    """The symbol as ccxt spells a plain market, which combinations and test rows do not have."""
    base, quote, settle = row.get("base"), row.get("quote"), row.get("settle")
    if not (base and quote):
        return None
    if row.get("type") == "spot":
        return f"{base}/{quote}"
    dated = row.get("type") == "future"
    if dated and expiry is None:
        return None
    return f"{base}/{quote}:{settle}" + (f"-{expiry:%y%m%d}" if dated else "")


def _contract_size(venue: str, kind: Kind, row: Row) -> float | None:
    if kind is Kind.SPOT:
        return 1.0
    if venue == "bybit" and row["settle"] == row["base"]:
        return 1.0  # always one dollar; ccxt gives the smallest order instead
    return _positive(row.get("contractSize"))


def _unit_of_amounts(venue: str, size: float | None) -> float:
    """What ccxt's amounts count: contracts, but on Deribit the coins or dollars in them."""
    return size if venue == "deribit" and size else 1.0


def _step(row: Row, precision_mode: int) -> float | None:
    """The smallest step of an amount."""
    precision = _number(_within(row, "precision", "amount"))
    if precision is not None and precision_mode == DECIMAL_PLACES:
        return float(10.0**-precision)
    if precision_mode == TICK_SIZE and _positive(precision):
        return precision
    return _positive(_within(row, "limits", "amount", "min"))


def _maintenance_rate(row: Row) -> float | None:
    """The smallest tier's, which of these venues only Kraken Futures tells without an account.

    Binance's maintMarginPercent is documented as to be ignored.
    """
    tiers = _within(row, "info", "marginLevels")
    first = tiers[0] if isinstance(tiers, list) and tiers else None
    return _positive(first.get("maintenanceMargin")) if isinstance(first, Mapping) else None


def _within(row: Any, *keys: str) -> Any:
    for key in keys:
        row = row.get(key) if isinstance(row, Mapping) else None
    return row


def _number(value: Any) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) else None


def _positive(value: Any) -> float | None:
    number = _number(value)
    return number if number is not None and number > 0 else None


def _moment(milliseconds: Any) -> datetime | None:
    number = _positive(milliseconds)
    try:
        return None if number is None else datetime.fromtimestamp(number / 1000, tz=UTC)
    except (OverflowError, ValueError, OSError):
        return None
