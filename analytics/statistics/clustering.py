"""Which of many markets belong together, and how much of their correlation is more than noise."""

import math
from dataclasses import dataclass

import numpy as np

from analytics.statistics.samples import FloatArray

FEWEST = 5
"""Markets below which the spectrum of noise says nothing."""


@dataclass(frozen=True, slots=True)
class Spectrum:
    """The eigenvalues of a correlation matrix beside those of pure noise.

    Attributes
    ----------
    noise_edge
        The largest eigenvalue that unrelated markets would show over so many bars.
    n_above
        Eigenvalues above it: forces that move several markets.
    absorption
        Share of all standardised variance that the first one carries.
    """

    noise_edge: float
    n_above: int
    absorption: float
    n_markets: int


def clustered_order(correlation: FloatArray) -> tuple[int, ...]:
    """The columns so ordered that those which move together stand together.

    Notes
    -----
    Average linkage on the distance √(2 (1 - ρ)) (Mantegna 1999, European Physical Journal B 11,
    193-197), leaves in the order of least distance between neighbours (Bar-Joseph, Gifford and
    Jaakkola 2001, Bioinformatics 17, S22-S29).

    """
    n = len(correlation)
    if n < 3:  # noqa: PLR2004 - nothing to order
        return tuple(range(n))
    # A quarter of a second that only this question is to pay.
    from scipy.cluster import hierarchy  # noqa: PLC0415

    upper = correlation[np.triu_indices(n, 1)]
    distance = np.sqrt(np.maximum(2 * (1 - upper), 0.0))
    tree = hierarchy.linkage(distance, method="average", optimal_ordering=True)
    return tuple(int(leaf) for leaf in hierarchy.leaves_list(tree))


def spectrum(correlation: FloatArray, *, n_bars: int) -> Spectrum | None:
    """The eigenvalues beside the edge of noise; None below five markets.

    Notes
    -----
    The edge (1 + √(N / T))² is that of Marchenko and Pastur (1967), Mathematics of the USSR-Sbornik
    1, 457-483; Laloux, Cizeau, Bouchaud and Potters (1999), Physical Review Letters 83, 1467-1470.
    Absorption: Kritzman, Li, Page and Rigobon (2011), Journal of Portfolio Management 37, 112-126.

    """
    n = len(correlation)
    if n < FEWEST:
        return None
    values = np.linalg.eigvalsh(correlation)
    edge = (1 + math.sqrt(n / n_bars)) ** 2
    return Spectrum(edge, int((values > edge).sum()), float(values[-1]) / n, n)
