"""Correlations among several markets: what the picture shows."""

from dataclasses import dataclass

from analytics.charts.scene import FloatArray
from analytics.charts.words import Words

FEWEST, MOST = 2, 40


@dataclass(frozen=True, slots=True, eq=False)
class MatrixPicture:
    """What the answer to a question about many markets shows.

    Attributes
    ----------
    labels
        The names of 2 to 40 markets, shown in this order.
    correlation
        Shape (n, n), from -1 to 1, symmetric; NaN where it is undefined. The diagonal is not read.
    """

    words: Words
    labels: tuple[str, ...]
    correlation: FloatArray

    def __post_init__(self) -> None:
        n = len(self.labels)
        if not FEWEST <= n <= MOST or self.correlation.shape != (n, n):
            raise ValueError(f"correlations of shape {self.correlation.shape} for {n} markets")
