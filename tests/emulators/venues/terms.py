"""Lot sizes, contract sizes and ticks, as each venue cuts them.

The figures of the large coins are the venues' usual ones; they drift over the years, so treat
them as plausible, not as quotations. The rest follow from the price: a lot is worth a dollar or
so, a tick is a hundred-thousandth.
"""

from math import floor, log10
from typing import TypedDict

BINANCE_LINEAR_STEPS = {
    "BTC": 0.001,
    "ETH": 0.001,
    "BNB": 0.01,
    "SOL": 0.01,
    "LTC": 0.001,
    "BCH": 0.001,
    "LINK": 0.01,
    "XRP": 0.1,
}
BYBIT_LINEAR_STEPS = {"BTC": 0.001, "ETH": 0.01, "SOL": 0.1, "XRP": 0.1}
OKX_CONTRACTS = {"BTC": 0.01, "ETH": 0.1, "SOL": 1.0, "LTC": 1.0, "XRP": 100.0, "DOGE": 1000.0}
DERIBIT_LINEAR_LOTS = {"BTC": 0.0001, "ETH": 0.001, "SOL": 0.1}
KRAKEN_FUTURES_DIGITS = {"BTC": 4, "ETH": 3, "SOL": 2, "LTC": 2}


class Terms(TypedDict):
    """The sizes of a market, in the fields of a listing."""

    contract_size: float
    step: float
    minimum: float
    maximum: float
    min_cost: float
    tick: float


def terms(venue: str, kind: str, base: str, price: float) -> Terms:
    """Sizes of a market of `kind` spot, linear or inverse at about `price`."""
    size, step, minimum, cost = _sizes(venue, kind, base, price)
    return Terms(
        contract_size=size,
        step=step,
        minimum=minimum,
        maximum=float(f"{step * 10**7:g}"),
        min_cost=cost,
        tick=power(price, -6 if kind == "spot" else -5),
    )


def power(price: float, shift: int) -> float:
    """Ten to the price's magnitude plus `shift`."""
    return float(f"1e{max(floor(log10(price)) + shift, -12)}")


def _sizes(venue: str, kind: str, base: str, price: float) -> tuple[float, float, float, float]:
    """Contract size, step, minimum and least cost of an order."""
    lot = _lot(price)
    if kind == "inverse":
        dollars = _dollars(venue, base)
        step = dollars if venue == "deribit" else 1.0
        return dollars, step, step, 0.0
    if kind == "spot":
        return 1.0, lot / 10, lot / 10 if venue == "binance" else lot, 5.0
    return _linear(venue, base, price)


def _linear(venue: str, base: str, price: float) -> tuple[float, float, float, float]:
    lot, size, cost = _lot(price), 1.0, 0.0
    match venue:
        case "binance":
            step = BINANCE_LINEAR_STEPS.get(base, min(max(lot, 0.001), 1.0))
            cost = 100.0 if base == "BTC" else 5.0
        case "okx":
            size, step = OKX_CONTRACTS.get(base, lot * 10), 0.01
        case "krakenfutures":
            step = 10.0 ** -KRAKEN_FUTURES_DIGITS.get(base, 0 if price < 10 else 1)
        case "deribit":
            size = step = DERIBIT_LINEAR_LOTS.get(base, lot)
        case _:
            step, cost = BYBIT_LINEAR_STEPS.get(base, lot), 5.0
    return size, step, step, cost


def _dollars(venue: str, base: str) -> float:
    """What one coin-margined contract is worth in dollars."""
    if venue in {"binance", "okx"}:
        return 100.0 if base == "BTC" else 10.0
    if venue == "deribit":
        return 10.0 if base == "BTC" else 1.0
    return 1.0


def _lot(price: float) -> float:
    """A power of ten worth between one and ten dollars."""
    return float(f"1e{-floor(log10(price))}")
