"""Which markets of a venue are traded most, from its list of the last day's prices."""

from collections.abc import Mapping, Sequence
from typing import Any

from analytics.market.instruments import Kind
from analytics.market.markets import Market


def ticker_questions(
    kinds: frozenset[Kind], asked_with: Mapping[Kind, Mapping[str, str]]
) -> tuple[Mapping[str, str], ...]:
    """The parameters of as few requests as tell about all these kinds."""
    found: list[Mapping[str, str]] = []
    for kind in sorted(kinds):
        params = asked_with.get(kind)
        if params is not None and params not in found:
            found.append(params)
    return tuple(found)


def by_turnover(
    markets: Sequence[Market],
    tickers: Mapping[str, Mapping[str, Any]],
    *,
    is_swapped: bool = False,
) -> tuple[Market, ...]:
    """Those with a turnover, the greatest first; all in the order given where no ticker tells.

    ``is_swapped`` where ccxt calls the dollars of coin-margined markets ``baseVolume`` and the
    coins ``quoteVolume``.
    """
    dollars = {
        market: _turnover(market, tickers.get(market.symbol, {}), is_swapped=is_swapped)
        for market in markets
    }
    if not any(dollars.values()):
        return tuple(markets)
    traded = [market for market in markets if dollars[market] > 0]
    return tuple(sorted(traded, key=lambda market: -dollars[market]))


def _turnover(market: Market, ticker: Mapping[str, Any], *, is_swapped: bool) -> float:
    """In quote currency, nearly enough for an order.

    Where ccxt leaves ``quoteVolume`` out, ``baseVolume`` counts contracts.
    """
    base, quote = _number(ticker.get("baseVolume")), _number(ticker.get("quoteVolume"))
    if market.inverse and is_swapped:
        return base
    each = market.contract_size * (1.0 if market.inverse else _number(ticker.get("last")))
    return quote or base * each


def _number(value: Any) -> float:
    try:
        number = float(value or 0)
    except (TypeError, ValueError):
        return 0.0
    return number if 0 < number < float("inf") else 0.0
