"""Kraken spot: old coins carry X and Z, Bitcoin is XBT, and 720 candles are all there is."""

from collections.abc import Callable, Mapping
from math import log10
from typing import Any

from tests.emulators.venues.bars import text
from tests.emulators.venues.grid import MINUTE, Grid, iso
from tests.emulators.venues.listing import Listing
from tests.emulators.venues.market import Day, Market, Params, whole

HOST = "api.kraken.com"
MOST = 720
GRIDS = {n: Grid(n * MINUTE) for n in (1, 5, 15, 30, 60, 240, 1440, 10080, 21600)}

ALTNAMES = {"BTC": "XBT", "DOGE": "XDG"}
COINS_OF_OLD = frozenset({"BTC", "ETH", "XRP", "LTC", "DOGE", "ETC"})
MONEY = frozenset({"USD", "EUR"})


def native(listing: Listing) -> str:
    """XXBTZUSD for the old pairs, XBTUSDT and SOLUSD for the others."""
    base, quote = listing.base, listing.quote
    if base in COINS_OF_OLD - {"DOGE"} and (quote in MONEY or quote in COINS_OF_OLD):
        return _asset(base) + _asset(quote)
    return _altname(base) + _altname(quote)


def routes() -> Mapping[str, Callable[[Market, Params], Any]]:
    """Handlers by host and path."""
    handlers = {
        "Time": _time,
        "Assets": _assets,
        "AssetPairs": _pairs,
        "OHLC": _ohlc,
        "Ticker": _tickers,
        "SystemStatus": _status,
    }
    return {f"/{HOST}/0/public/{path}": handler for path, handler in handlers.items()}


def _ok(result: Any) -> dict[str, Any]:
    return {"error": [], "result": result}


def _refused(message: str) -> dict[str, Any]:
    return {"error": [message]}


def _altname(code: str) -> str:
    return ALTNAMES.get(code, code)


def _asset(code: str) -> str:
    if code in MONEY:
        return f"Z{code}"
    return f"X{_altname(code)}" if code in COINS_OF_OLD else code


def _time(market: Market, params: Params) -> dict[str, Any]:
    del params
    when = market.now.strftime("%a, %d %b %y %H:%M:%S +0000")
    return _ok({"unixtime": market.stamp // 1000, "rfc1123": when})


def _status(market: Market, params: Params) -> dict[str, Any]:
    del params
    return _ok({"status": "online", "timestamp": iso(market.stamp)})


def _assets(market: Market, params: Params) -> dict[str, Any]:
    del params
    codes = {code for listing in market.listings for code in (listing.base, listing.quote)}
    return _ok(
        {
            _asset(code): {
                "aclass": "currency",
                "altname": _altname(code),
                "decimals": 4 if code in MONEY else 10,
                "display_decimals": 2 if code in MONEY else 5,
                "status": "enabled",
            }
            for code in sorted(codes)
        }
    )


def _pairs(market: Market, params: Params) -> dict[str, Any]:
    del params
    pairs = {native(listing): _pair(listing) for listing in market.listings}
    # A pair without a quote, which ccxt passes over.
    return _ok(pairs | {"NEWCOIN": {"altname": "NEWCOIN", "base": "NEWCOIN", "status": "work"}})


def _pair(listing: Listing) -> dict[str, Any]:
    base, quote = _altname(listing.base), _altname(listing.quote)
    return {
        "altname": base + quote,
        "wsname": f"{base}/{quote}",
        "aclass_base": "currency",
        "base": _asset(listing.base),
        "aclass_quote": "currency",
        "quote": _asset(listing.quote),
        "lot": "unit",
        "cost_decimals": 5,
        "pair_decimals": max(0, round(-log10(listing.tick))),
        "lot_decimals": 8,
        "lot_multiplier": 1,
        "leverage_buy": [2, 3] if listing.active else [],
        "leverage_sell": [2, 3] if listing.active else [],
        "fees": [[0, 0.4], [10000, 0.35]],
        "fees_maker": [[0, 0.25], [10000, 0.2]],
        "fee_volume_currency": "ZUSD",
        "margin_call": 80,
        "margin_stop": 40,
        "ordermin": text(listing.minimum),
        "costmin": "0.5",
        "tick_size": text(listing.tick),
        "status": "online" if listing.active else "cancel_only",
    }


def _ohlc(market: Market, params: Params) -> dict[str, Any]:
    """The newest 720 bars at most, those after `since`, the forming one always among them."""
    listing = _listing(market, params.get("pair", ""))
    if listing is None:
        return _refused("EQuery:Unknown asset pair")
    interval = whole(params, "interval") or 1
    if interval not in GRIDS:
        return _refused("EGeneral:Invalid arguments")
    bars = market.page(listing, GRIDS[interval], MOST, newest=True)
    since = (whole(params, "since") or 0) * 1000
    rows = [
        [
            bar.time // 1000,
            *(text(price) for price in bar[1:5]),
            text(bar.close),
            text(bar.volume),
            100,
        ]
        for bar in bars
        if bar.time > since or bar == bars[-1]
    ]
    last = bars[-2].time // 1000 if len(bars) > 1 else 0
    return _ok({native(listing): rows, "last": last})


def _tickers(market: Market, params: Params) -> dict[str, Any]:
    if "pair" not in params:
        shown = [item for item in market.listings if item.active]
    else:
        found = [_listing(market, name) for name in params["pair"].split(",")]
        if None in found:
            return _refused("EQuery:Unknown asset pair")
        shown = [listing for listing in found if listing]
    days = {native(listing): market.day(listing) for listing in shown}
    return _ok({name: _ticker(day) for name, day in days.items() if day})


def _ticker(day: Day) -> dict[str, Any]:
    last, volume = text(day.last), text(day.volume)
    return {
        "a": [last, "1", "1.000"],
        "b": [last, "1", "1.000"],
        "c": [last, "0.1"],
        "v": [volume, volume],
        "p": [last, last],
        "t": [100, 100],
        "l": [text(day.low), text(day.low)],
        "h": [text(day.high), text(day.high)],
        "o": text(day.open),
    }


def _listing(market: Market, name: str) -> Listing | None:
    """A pair by its id or its alternative name."""
    by_altname = (
        listing
        for listing in market.listings
        if _altname(listing.base) + _altname(listing.quote) == name
    )
    return market.find(name) or next(by_altname, None)
