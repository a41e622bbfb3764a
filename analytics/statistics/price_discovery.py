"""Which of two markets the price of a coin comes from, or that this sample cannot tell."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt
from scipy import special

from analytics.language import tr
from analytics.statistics.error_correction import ErrorCorrection, error_correction, solved
from analytics.statistics.estimate import Estimate, Interval
from analytics.statistics.lead_lag import LeadLag, lead_lag
from analytics.statistics.samples import FloatArray, UndefinedError, checked_level, moving

MOST_BETWEEN_BOUNDS = 0.3
MOST_RESIDUAL_CORRELATION = 0.5
MOST_STALE = 0.5
"""Share of bars without a move above which a market follows merely by not trading."""
PULL_CRITICAL = -2.86
"""Dickey and Fuller's 5 % value with a constant: the gap is known, not estimated."""
RESAMPLES = 999
SEED = 20_130


class Doubt(StrEnum):
    """Why no leader is named."""

    NO_PULL = "no pull"
    """The gap does not close measurably: there is nothing to share."""
    COARSE = "coarse"
    """Within one bar both move as one, so the order of the equations decides."""
    UNDECIDED = "undecided"
    """The shares may lie on either side of one half."""
    DISAGREE = "disagree"
    """Component and information share name different markets."""
    STALE = "stale"
    """One market stands still most of the time."""


@dataclass(frozen=True, slots=True)
class Shares:
    """What of the common price comes from the first market; the rest is the second one's.

    Attributes
    ----------
    component
        Weight of the first price in the common one. Not confined to 0..1.
    low, high
        Information share with the first market last and first in the ordering.
    midpoint
        The mean of both bounds.
    leadership
        Information leadership share: speed alone, without noise; None where it means nothing.
    """

    component: Estimate
    low: float
    high: float
    midpoint: Estimate
    leadership: Estimate | None


@dataclass(frozen=True, slots=True, eq=False)
class PriceDiscovery:
    """What two markets tell each other.

    Attributes
    ----------
    shares
        None where the gap does not close measurably.
    residual_correlation
        Of the news within one bar.
    pulls
        Part of the gap that each price takes over in a bar; a leader's is near 0.
    half_life
        Bars until half of a gap is closed; None for never.
    standing
        Share of bars in which each price did not move.
    """

    shares: Shares | None
    residual_correlation: Estimate
    pulls: tuple[Estimate, Estimate]
    half_life: float | None
    lead_lag: LeadLag
    standing: tuple[float, float]
    n_lags: int
    n_observations: int

    @property
    def doubts(self) -> tuple[Doubt, ...]:
        """Everything that forbids to name a leader."""
        if self.shares is None:
            return (Doubt.NO_PULL,)
        found = []
        if max(self.standing) > MOST_STALE:
            found.append(Doubt.STALE)
        apart = self.shares.high - self.shares.low
        related = abs(self.residual_correlation.value)
        if apart >= MOST_BETWEEN_BOUNDS or related >= MOST_RESIDUAL_CORRELATION:
            found.append(Doubt.COARSE)
        half, component, midpoint = 0.5, self.shares.component, self.shares.midpoint
        if half in component.interval or half in midpoint.interval:
            found.append(Doubt.UNDECIDED)
        elif (component.value > half) is not (midpoint.value > half):
            found.append(Doubt.DISAGREE)
        return tuple(found)

    @property
    def leader(self) -> int | None:
        """0 or 1; None where there is doubt."""
        if self.doubts or self.shares is None:
            return None
        return 0 if self.shares.component.value > 0.5 else 1  # noqa: PLR2004 - one half


def price_discovery(
    log_prices: FloatArray,
    *,
    consecutive: npt.NDArray[np.bool_] | None = None,
    level: float = 0.95,
) -> PriceDiscovery:
    """Component share, information share and lead-lag of two prices of one thing.

    Parameters
    ----------
    log_prices
        Shape (T, 2).
    consecutive
        Shape (T-1,): whether a bar directly follows the one before; default: all do.

    Raises
    ------
    ShortHistoryError
        Fewer than 120 steps in a row.
    UndefinedError
        Values that are not finite, a price that never moves, or two that are one.

    Notes
    -----
    Component share: Gonzalo and Granger (1995), Journal of Business & Economic Statistics 13,
    27-35; its interval is Fieller's (1954), which knows when the ratio is not identified.
    Information share: Hasbrouck (1995), Journal of Finance 50, 1175-1199, by both orderings; the
    midpoint after Baillie, Booth, Tse and Zabotina (2002), Journal of Financial Markets 5,
    309-321. Leadership: Yan and Zivot (2010), Journal of Financial Markets 13, 1-19; Putniņš
    (2013), Journal of Empirical Finance 23, 68-83. Intervals of the midpoint, the leadership and
    the residual correlation come from 999 resamples of blocks of rows (Carlstein 1986), drawn with
    a fixed seed.

    """
    checked_level(level)
    steps = np.diff(log_prices, axis=0)
    if not (moving(steps).all() and moving(log_prices[:, 0] - log_prices[:, 1])):
        raise UndefinedError(
            tr("Two prices of which one never moves, or that never differ, cannot lead each other.")
        )
    fit = error_correction(log_prices, consecutive=consecutive)
    pulls, shocks = _resampled(fit)
    inside = steps if consecutive is None else steps[consecutive]
    return PriceDiscovery(
        shares=_shares(fit, pulls, shocks, level),
        residual_correlation=Estimate(
            float(_correlations(fit.shock_covariance)), _percentiles(_correlations(shocks), level)
        ),
        pulls=_pull_estimates(fit, level),
        half_life=fit.half_life,
        lead_lag=lead_lag(steps, consecutive=consecutive, level=level),
        standing=(float(np.mean(inside[:, 0] == 0)), float(np.mean(inside[:, 1] == 0))),
        n_lags=fit.n_lags,
        n_observations=fit.n_observations,
    )


def component_shares(pulls: FloatArray) -> FloatArray:
    """Weight of the first price in the common one, from pulls of shape (..., 2)."""
    weights: FloatArray = pulls[..., 1] / (pulls[..., 1] - pulls[..., 0])
    return weights


def information_bounds(pulls: FloatArray, shocks: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Information share of the first market when it stands last and when it stands first.

    Parameters
    ----------
    pulls, shocks
        Shape (..., 2) and (..., 2, 2).

    Returns
    -------
    The lower and the upper bound, each of shape (...).
    """
    first, second = pulls[..., 1], -pulls[..., 0]
    v1, v2, c = shocks[..., 0, 0], shocks[..., 1, 1], shocks[..., 0, 1]
    total = first**2 * v1 + 2 * first * second * c + second**2 * v2
    leading = (first * np.sqrt(v1) + second * c / np.sqrt(v1)) ** 2 / total
    trailing = first**2 * (v1 - c**2 / v2) / total
    return np.minimum(leading, trailing), np.maximum(leading, trailing)


def leadership_shares(component: FloatArray, information: FloatArray) -> FloatArray:
    """Putniņš's share of the first market from its component and information share."""
    with np.errstate(divide="ignore", invalid="ignore"):
        odds = information / (1 - information) * (1 - component) / component
        found: FloatArray = odds**2 / (1 + odds**2)
    return found


def _shares(
    fit: ErrorCorrection, pulls: FloatArray, shocks: FloatArray, level: float
) -> Shares | None:
    interval = _fieller(fit, level)
    if interval is None:
        return None
    component = float(component_shares(fit.pull))
    low, high = (float(end) for end in information_bounds(fit.pull, fit.shock_covariance))
    midpoint = (low + high) / 2
    drawn = sum(information_bounds(pulls, shocks)) / 2
    leads = leadership_shares(component_shares(pulls), np.asarray(drawn))
    lead = float(leadership_shares(np.array(component), np.array(midpoint)))
    narrow = high - low < MOST_BETWEEN_BOUNDS and np.isfinite(lead)
    spread = _percentiles(leads[np.isfinite(leads)], level) if narrow else None
    decided = spread is not None and 0.5 not in spread  # noqa: PLR2004 - one half
    return Shares(
        component=Estimate(component, interval),
        low=low,
        high=high,
        midpoint=Estimate(midpoint, _percentiles(np.asarray(drawn), level)),
        leadership=Estimate(lead, spread) if spread is not None and decided else None,
    )


def _fieller(fit: ErrorCorrection, level: float) -> Interval | None:
    """All weights that the pulls do not contradict; None where that is no finite interval.

    A weight w is right when (1 - w) pull_2 + w pull_1 = 0.
    """
    (a1, a2), v = fit.pull, fit.pull_covariance
    closing = a1 - a2
    variance = v[0, 0] - 2 * v[0, 1] + v[1, 1]
    if closing >= PULL_CRITICAL * np.sqrt(variance):
        return None
    c2 = _critical(fit, level) ** 2
    a = closing**2 - c2 * variance
    b = a2 * closing - c2 * (v[0, 1] - v[1, 1])
    c = a2**2 - c2 * v[1, 1]
    if a <= 0:
        return None
    root = np.sqrt(max(b**2 - a * c, 0.0))
    return Interval(float((-b - root) / a), float((-b + root) / a), level)


def _pull_estimates(fit: ErrorCorrection, level: float) -> tuple[Estimate, Estimate]:
    reach = _critical(fit, level) * np.sqrt(np.diag(fit.pull_covariance))
    first, second = (
        Estimate(float(pull), Interval(float(pull - half), float(pull + half), level))
        for pull, half in zip(fit.pull, reach, strict=True)
    )
    return first, second


def _critical(fit: ErrorCorrection, level: float) -> float:
    return float(special.stdtrit(fit.degrees_of_freedom, 0.5 + level / 2))


def _resampled(fit: ErrorCorrection) -> tuple[FloatArray, FloatArray]:
    """Pulls and covariances of shocks of resampled blocks, shapes (999, 2) and (999, 2, 2)."""
    n, m = fit.rows.shape
    length = max(10, round(np.sqrt(n)))
    n_blocks = n // length
    blocks = fit.rows[: n_blocks * length].reshape(n_blocks, length, m)
    products = blocks.transpose(0, 2, 1) @ blocks
    random = np.random.default_rng(SEED)
    drawn = random.multinomial(n_blocks, np.full(n_blocks, 1 / n_blocks), size=RESAMPLES)
    sums = (drawn.astype(np.float64) @ products.reshape(n_blocks, m * m)).reshape(-1, m, m)
    coefficients, shocks = solved(sums)
    return coefficients[:, 1], shocks


def _correlations(covariance: FloatArray) -> FloatArray:
    scale = np.sqrt(covariance[..., 0, 0] * covariance[..., 1, 1])
    return np.asarray(covariance[..., 0, 1] / scale)


def _percentiles(drawn: FloatArray, level: float) -> Interval:
    low, high = np.quantile(drawn, (0.5 - level / 2, 0.5 + level / 2))
    return Interval(float(low), float(high), level)
