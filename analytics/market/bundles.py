"""Tickers that stand for many coins: venues sell what is worth next to nothing by the thousand."""

from analytics.market.instruments import Instrument
from analytics.market.markets import Market

MULTIPLES = {"1000": 1_000, "10000": 10_000, "1000000": 1_000_000, "1M": 1_000_000}


def bundle_names(base: str) -> tuple[str, ...]:
    """The tickers under which a coin may be traded in bundles, the usual spelling first."""
    before = tuple(f"{multiple}{base}" for multiple in MULTIPLES)
    after = tuple(f"{base}{multiple}" for multiple in MULTIPLES if multiple.isdigit())
    return before + after


def units(instrument: Instrument, market: Market) -> int:
    """How many of the coins that were asked for the market counts as one."""
    for multiple, number in MULTIPLES.items():
        if market.base in {f"{multiple}{instrument.base}", f"{instrument.base}{multiple}"}:
            return number
    return 1
