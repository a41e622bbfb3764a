"""Deribit: JSON-RPC over GET, columns of candles, funding every hour."""

from collections.abc import Callable, Mapping
from typing import Any

from tests.emulators.venues.bars import Bar, number, times
from tests.emulators.venues.grid import DAY, HOUR, MINUTE, Grid, milliseconds
from tests.emulators.venues.listing import Listing
from tests.emulators.venues.market import Market, Params, Refusal, whole

HOST = "www.deribit.com"
MOST = 5000
MOST_FUNDING = 744
NEVER = 32503708800000
GRIDS = {
    **{str(n): Grid(n * MINUTE) for n in (1, 3, 5, 10, 15, 30, 60, 120, 180, 360, 720)},
    "1D": Grid(DAY),
}
NAMES = {"BTC": "Bitcoin", "ETH": "Ether", "USDC": "USD Coin", "USDT": "Tether USD"}


def native(listing: Listing) -> str:
    """BTC-PERPETUAL, BTC-25DEC26, BTC_USDC-PERPETUAL, BTC_USDC-25DEC26, BTC_USDC."""
    stem = listing.base if listing.inverse else f"{listing.base}_{listing.quote}"
    if listing.spot:
        return stem
    dated = f"{listing.expiry.day}{listing.expiry:%b%y}".upper() if listing.expiry else ""
    return f"{stem}-{dated or 'PERPETUAL'}"


def routes() -> Mapping[str, Callable[[Market, Params], Any]]:
    """Handlers by host and path."""
    handlers = {
        "get_time": lambda market, params: market.stamp,  # noqa: ARG005 - the shape of a handler
        "get_currencies": _currencies,
        "get_instruments": _instruments,
        "get_tradingview_chart_data": _chart,
        "get_funding_rate_history": _funding,
        "get_book_summary_by_currency": _summaries,
        "ticker": _ticker,
    }
    return {f"/{HOST}/api/v2/public/{name}": _enveloped(h) for name, h in handlers.items()}


def _enveloped(handler: Callable[[Market, Params], Any]) -> Callable[[Market, Params], Any]:
    def answer(market: Market, params: Params) -> dict[str, Any]:
        envelope = {"jsonrpc": "2.0", "testnet": False, "usDiff": 100}
        clock = {"usIn": market.stamp * 1000, "usOut": market.stamp * 1000 + 100}
        return envelope | {"result": handler(market, params)} | clock

    return answer


def _refused(name: str, reason: str) -> Refusal:
    error = {"message": "Invalid params", "data": {"reason": reason, "param": name}, "code": -32602}
    return Refusal(400, {"jsonrpc": "2.0", "error": error, "testnet": False})


def _currencies(market: Market, params: Params) -> list[dict[str, Any]]:
    del params
    coins = {coin for item in market.listings for coin in (item.base, item.quote, item.settle)}
    return [
        {
            "currency": coin,
            "currency_long": NAMES.get(coin, coin),
            "coin_type": coin,
            "network_currency": coin,
            "min_confirmations": 1,
            "min_withdrawal_fee": 0.0001,
            "withdrawal_fee": 0.0001,
            "withdrawal_priorities": [],
            "in_cross_collateral_pool": coin in NAMES,
        }
        for coin in sorted(coins - {"", "USD"})
    ]


def _instruments(market: Market, params: Params) -> list[dict[str, Any]]:
    wanted = params.get("currency", "any")
    rows = [
        _instrument(item)
        for item in market.listings
        if wanted in {"any", item.settle or item.base} and params.get("kind") in {None, _kind(item)}
    ]
    # A row without its counter currency, which ccxt passes over.
    return [
        *rows,
        {"instrument_name": "NEWCOIN-TEST", "kind": "future", "base_currency": "NEWCOIN"},
    ]


def _kind(listing: Listing) -> str:
    return "spot" if listing.spot else "future"


def _instrument(listing: Listing) -> dict[str, Any]:
    row = {
        "instrument_name": native(listing),
        "kind": _kind(listing),
        "base_currency": listing.base,
        "quote_currency": listing.quote,
        "counter_currency": listing.quote,
        "is_active": listing.active,
        "tick_size": listing.tick,
        "min_trade_amount": listing.minimum,
        "contract_size": listing.contract_size if not listing.spot else listing.minimum,
        "taker_commission": 0.0 if listing.spot else 0.0005,
        "maker_commission": 0.0,
        "creation_timestamp": milliseconds(listing.listed),
        "expiration_timestamp": milliseconds(listing.expiry) if listing.expiry else NEVER,
        "price_index": f"{listing.base}_{listing.quote}".lower(),
        "rfq": False,
    }
    if listing.spot:
        return row
    return row | {
        "settlement_currency": listing.settle,
        "settlement_period": "perpetual" if listing.perpetual else "month",
        "instrument_type": "reversed" if listing.inverse else "linear",
        "future_type": "reversed" if listing.inverse else "linear",
        "max_leverage": 50,
        "max_liquidation_commission": 0.0075,
        "block_trade_commission": 0.0001,
    }


def _chart(market: Market, params: Params) -> dict[str, Any]:
    """The newest 5000 bars opening in [start, end]."""
    listing = _listing(market, params)
    grid = GRIDS.get(params.get("resolution", ""))
    if grid is None:
        raise _refused("resolution", "invalid resolution")
    first, last = whole(params, "start_timestamp"), whole(params, "end_timestamp")
    bars = market.page(listing, grid, MOST, first=first, last=last, newest=True)
    columns = {name: [number(getattr(bar, name)) for bar in bars] for name in Bar._fields[1:]}
    if listing.inverse:  # `volume` counts coins and `cost` dollars on every market
        columns["cost"] = [times(bar.volume, bar.close) for bar in bars]
    return {"ticks": [bar.time for bar in bars], "status": "ok" if bars else "no_data"} | columns


def _funding(market: Market, params: Params) -> list[dict[str, Any]]:
    """Hourly rows in [start, end], the newest 744; each tells the hour's and the 8 hours' rate."""
    listing = _listing(market, params)
    first, last = whole(params, "start_timestamp"), whole(params, "end_timestamp")
    rates = market.funding(listing, MOST_FUNDING, first=first, last=last, every=HOUR, newest=True)
    price = number(getattr(market.day(listing), "last", 0.0))
    return [
        {
            "timestamp": time,
            "index_price": price,
            "prev_index_price": price,
            "interest_1h": rate,
            "interest_8h": rate * 8,
        }
        for time, rate in (rates if listing.perpetual else [])
    ]


def _summaries(market: Market, params: Params) -> list[dict[str, Any]]:
    coin = params.get("currency", "")
    shown = [
        item
        for item in market.listings
        if item.active and coin in {item.settle or item.base, item.base, item.quote}
    ]
    rows = [_summary(market, listing) for listing in shown]
    return [row for row in rows if row]


def _summary(market: Market, listing: Listing) -> dict[str, Any] | None:
    day = market.day(listing)
    if day is None:
        return None
    last = number(day.last)
    return {
        "instrument_name": native(listing),
        "base_currency": listing.base,
        "quote_currency": listing.quote,
        "creation_timestamp": market.stamp,
        "last": last,
        "mark_price": last,
        "mid_price": last,
        "bid_price": last,
        "ask_price": last,
        "high": number(day.high),
        "low": number(day.low),
        "volume": number(day.volume),
        "volume_usd": number(times(day.volume, day.last)),
        "open_interest": 1000,
        "price_change": (last / number(day.open) - 1) * 100,
    }


def _ticker(market: Market, params: Params) -> dict[str, Any]:
    listing = _listing(market, params)
    summary = _summary(market, listing) or {"instrument_name": native(listing)}
    stats = {name: summary.get(name) for name in ("high", "low", "volume", "price_change")}
    return {
        "timestamp": market.stamp,
        "state": "open" if listing.active else "closed",
        "stats": stats,
        "instrument_name": native(listing),
        "last_price": summary.get("last"),
        "mark_price": summary.get("last"),
        "index_price": summary.get("last"),
        "best_bid_price": summary.get("last"),
        "best_bid_amount": 1,
        "best_ask_price": summary.get("last"),
        "best_ask_amount": 1,
        "open_interest": 1000,
    }


def _listing(market: Market, params: Params) -> Listing:
    listing = market.find(params.get("instrument_name", ""))
    if listing is None:
        raise _refused("instrument_name", "instrument not found")
    return listing
