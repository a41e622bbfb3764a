"""A venue whose truth is known: correlations, break dates, funding and leader are constants."""

from analytics.market.simulated.contracts import MIRROR, SIMULATED
from analytics.market.simulated.truth import Truth
from analytics.market.simulated.venue import SimulatedPrices

__all__ = ["MIRROR", "SIMULATED", "SimulatedPrices", "Truth"]
