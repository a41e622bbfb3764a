"""Prices from the venues themselves, through ccxt, which nothing else imports.

ccxt costs half a second and 80 MB to import, so that only the first question to a venue does it.
"""

from analytics.market.live.patience import Patience
from analytics.market.live.prices import LivePrices

__all__ = ["LivePrices", "Patience"]
