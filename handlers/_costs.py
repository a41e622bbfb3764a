"""What a trade costs, and where that is known from."""

from dataclasses import dataclass

from analytics.language import tr
from analytics.market.markets import Market

USUAL_TAKER_FEE = 0.0005
USUAL_HALF_SPREAD = 0.0001
"""Assumed, and said so: candles do not show the spread."""


@dataclass(frozen=True, slots=True)
class CostTerms:
    """What a trade costs, a fraction of its notional, and where that comes from."""

    total: float
    source: str


def cost_terms(fee: float | None, market: Market) -> CostTerms:
    """The asker's cost, else the venue's taker fee and half a usual spread."""
    if fee is not None:
        return CostTerms(fee, tr("as you said"))
    if market.taker_fee is None:
        return CostTerms(
            USUAL_TAKER_FEE + USUAL_HALF_SPREAD, tr("a usual taker fee + 1 bp assumed")
        )
    return CostTerms(
        market.taker_fee + USUAL_HALF_SPREAD, tr("taker fee + 1 bp half spread assumed")
    )
