"""Pooled constants of the prediction ranges.

Fitted by ``python -m tests.benchmarks.prediction_fit`` on windows of 7, 30 and 90 days of hourly
bars: simulated markets with seasons and stress phases, simulated markets whose Fisher z walks at
random, and Binance's spot and perpetual markets of 2024-01 to 2024-09. docs/prediction.md says how
they fare on what they were not fitted on.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

LEVELS = (0.90, 0.95, 0.99)
"""For which a range can be given."""


@dataclass(frozen=True, slots=True)
class RangeModel:
    """Weights of the traits in the centre and in the log of both half-widths.

    Attributes
    ----------
    stretch
        By level: what the half-widths below and above are multiplied with.
    """

    centre: tuple[float, ...]
    below: tuple[float, ...]
    above: tuple[float, ...]
    stretch: Mapping[float, tuple[float, float]]


CORRELATION = RangeModel(
    centre=(1.098, 0.194, 0.558, 0.054, -0.040, 0.009),
    below=(-0.663, 0.373, 0.109, 0.465, -0.083),
    above=(-0.100, 0.461, 0.268, -0.179, -0.120),
    stretch=MappingProxyType({0.90: (0.849, 0.739), 0.95: (0.999, 0.973), 0.99: (1.393, 1.543)}),
)
"""Of the next window's Fisher z."""

REMOVAL = RangeModel(
    centre=(0.774, 0.189, 0.352, -0.045, -0.408, -0.001),
    below=(-0.036, 0.409, 0.271, 0.398, -0.046),
    above=(-0.471, 0.664, 0.037, 0.240, -0.225),
    stretch=MappingProxyType({0.90: (0.841, 0.677), 0.95: (0.991, 0.972), 0.99: (1.337, 1.748)}),
)
"""Of the next window's log variance ratio, hedged over unhedged."""
