"""Which of many tests to believe: some come out by chance where many are made."""

import numpy as np
import numpy.typing as npt

from analytics.statistics.samples import FloatArray

RATE = 0.05
"""Share of chance among what is found, on average."""


def discovered(p_values: FloatArray, *, rate: float = RATE) -> npt.NDArray[np.bool_]:
    """Which hypotheses to give up so that, on average, at most ``rate`` of these were true.

    Parameters
    ----------
    p_values
        Shape (m,), each in [0, 1].

    Notes
    -----
    Benjamini and Hochberg (1995), Journal of the Royal Statistical Society B 57, 289-300: valid
    under independence and the positive dependence of Benjamini and Yekutieli (2001), Annals of
    Statistics 29, 1165-1188.

    """
    m = len(p_values)
    order = np.argsort(p_values, kind="stable")
    passed = np.flatnonzero(p_values[order] <= rate * np.arange(1, m + 1) / max(m, 1))
    found = np.zeros(m, dtype=np.bool_)
    if len(passed):
        found[order[: passed[-1] + 1]] = True
    return found
