"""What is said about two markets, on pasts that are written down here."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analytics.errors import RequestError
from analytics.market.candles import FloatArray
from analytics.market.histories import History
from analytics.market.instruments import Kind
from analytics.market.markets import Market
from analytics.market.prices import Origin
from analytics.market.windows import DAY, HOUR
from analytics.statistics.correlation import correlation
from analytics.statistics.samples import UndefinedError
from analytics.studies.pairs import Measure, PairStudy, Stability, every_pair, pair_study

END = datetime(2026, 3, 1, tzinfo=UTC)
HOUR_MS = 3_600_000


def market(base: str) -> Market:
    return Market("test", f"{base}/USDT", base, "USDT", Kind.SPOT)


def past(returns: FloatArray, *, window: timedelta = 30 * DAY, bar: timedelta = HOUR) -> History:
    """A history whose log returns are these."""
    n = len(returns)
    closes = 100 * np.exp(np.vstack([np.zeros(returns.shape[1]), np.cumsum(returns, axis=0)]))
    step = bar // timedelta(milliseconds=1)
    end = int(END.timestamp() * 1000)
    return History(
        markets=tuple(market(f"A{k}") for k in range(returns.shape[1])),
        bar=bar,
        window=window,
        close_time=end - step * np.arange(n, -1, -1, dtype=np.int64),
        closes=closes,
        missing=0.0,
        as_of=END,
        origin=Origin("test"),
    )


def without(history: History, gone: slice) -> History:
    """The same history with some bars missing."""
    kept = np.ones(len(history.close_time), bool)
    kept[gone] = False
    return replace(history, close_time=history.close_time[kept], closes=history.closes[kept])


def together(rho: float | FloatArray, n: int, *, seed: int = 1) -> FloatArray:
    """Shape (n, 2): returns of correlation rho."""
    shocks = np.random.default_rng(seed).standard_normal((n, 2))
    second = rho * shocks[:, 0] + np.sqrt(1 - np.square(rho)) * shocks[:, 1]
    return 0.01 * np.column_stack([shocks[:, 0], second])


def studied(
    history: History, *, measure: Measure = Measure.PEARSON, roll: timedelta = 7 * DAY
) -> PairStudy:
    return pair_study(history, measure=measure, level=0.95, roll=roll)


def test_the_window_and_what_was_before_it_are_kept_apart() -> None:
    returns = np.vstack([together(0.2, 1440, seed=2), together(0.9, 720, seed=3)])
    found = studied(past(returns))
    assert found.background is not None
    assert found.whole is not None
    for study, sample in (
        (found.correlation, returns[-720:]),
        (found.background, returns[:-720]),
        (found.whole, returns),
    ):
        expected = correlation(*sample.T)
        assert study.value == pytest.approx(expected.value, abs=1e-12)
        assert study.interval.low == pytest.approx(expected.interval.low, abs=1e-12)
    assert found.whole_length == 90 * DAY
    assert found.correlation.n_observations == 720


def test_the_rolling_correlation_covers_the_window_and_matches_pandas() -> None:
    returns = together(0.7, 2160)
    history = past(returns)
    found = studied(history)
    frame = pd.DataFrame(returns)
    expected = frame[0].rolling(168).corr(frame[1]).to_numpy()[-720:]
    np.testing.assert_allclose(found.rolling, expected, atol=1e-9)
    np.testing.assert_array_equal(found.rolling_time, history.return_time[-720:])
    assert found.rolling_now == pytest.approx(expected[-1])
    assert found.rolling_range == pytest.approx((expected.min(), expected.max()))
    assert found.roll == 7 * DAY


def test_without_a_past_the_rolling_correlation_begins_within_the_window() -> None:
    found = studied(past(together(0.7, 720)))
    assert found.background is None
    assert found.whole is None
    assert found.rolling.shape == found.rolling_time.shape == (720 - 168 + 1,)


@pytest.mark.parametrize(
    ("before", "has_background"), [(0, False), (600, False), (648, True), (720, True)]
)
def test_a_background_takes_nine_tenths_of_a_window(before: int, has_background: bool) -> None:
    found = studied(past(together(0.7, before + 720)))
    assert (found.background is not None) == has_background


def test_the_rolling_width_is_at_least_ten_bars_and_at_most_the_window() -> None:
    history = past(together(0.7, 2160))
    assert studied(history, roll=HOUR).roll == 10 * HOUR
    assert studied(history, roll=365 * DAY).roll == 30 * DAY
    assert len(studied(history, roll=365 * DAY).rolling) == 720


def test_the_band_is_around_the_background_and_holds_what_does_not_change() -> None:
    found = studied(past(together(0.7, 2160)))
    assert found.background is not None
    assert found.band.centre == found.background.value
    assert found.stability is Stability.STABLE
    assert found.rolling_now in found.band


def test_a_change_is_found_where_it_was_made() -> None:
    rho = np.where(np.arange(2160) < 2160 - 240, 0.9, 0.3)
    history = past(together(rho, 2160))
    found = studied(history)
    assert found.stability is Stability.BROKEN
    assert found.broke is not None
    assert found.break_time is not None
    truth = int(history.return_time[-240])
    assert abs(found.break_time - truth) <= 48 * HOUR_MS
    assert found.broke.before == pytest.approx(0.9, abs=0.05)
    assert found.broke.after == pytest.approx(0.3, abs=0.15)


def test_a_change_of_no_consequence_is_no_break() -> None:
    rho = np.where(np.arange(2160) < 2160 - 360, 0.9999, 0.9996)
    found = studied(past(together(rho, 2160)))
    assert found.broke is not None
    assert found.broke.significant(0.05)
    assert found.break_time is None
    assert found.stability is not Stability.BROKEN


def test_a_late_change_that_no_test_dates_is_unusual_now() -> None:
    rho = np.where(np.arange(2160) < 2160 - 12, 0.95, -0.9)
    found = studied(past(together(rho, 2160)), roll=DAY)
    assert found.rolling_now not in found.band
    assert found.stability in {Stability.UNUSUAL, Stability.BROKEN}
    calm = replace(found, break_time=None)
    assert calm.stability is Stability.UNUSUAL


def test_what_no_hedge_would_notice_is_not_unusual() -> None:
    rho = np.where(np.arange(2160) < 2160 - 24, 0.9999, 0.999)
    found = studied(past(together(rho, 2160)), roll=DAY)
    assert found.rolling_now not in found.band
    assert found.stability is Stability.STABLE


def test_returns_across_a_gap_are_left_out() -> None:
    returns = together(0.7, 2160)
    jump = returns.copy()
    jump[1800, 0] += 1.0
    history = past(jump)
    gap = without(history, slice(1801, 1804))
    found = studied(gap)
    assert found.correlation.n_observations == 720 - 4
    kept = np.delete(returns[-720:], np.arange(360, 364), axis=0)
    assert found.correlation.value == pytest.approx(stats.pearsonr(*kept.T).statistic, abs=1e-9)
    assert studied(history).correlation.value < 0.5
    assert len(found.rolling) == len(found.rolling_time)


def test_a_gap_does_not_spoil_the_length_of_the_past() -> None:
    history = without(past(together(0.7, 2160)), slice(0, 3))
    assert studied(history).whole_length == 90 * DAY


@pytest.mark.parametrize(
    ("window", "bar", "n", "length"),
    [
        (12 * HOUR, HOUR / 12, 432, 36 * HOUR),
        (3 * HOUR, HOUR / 12, 108, 9 * HOUR),
        (365 * DAY, 4 * HOUR, 6570, 1095 * DAY),
    ],
)
def test_lengths_are_whole(window: timedelta, bar: timedelta, n: int, length: timedelta) -> None:
    found = studied(past(together(0.7, n), window=window, bar=bar), roll=window / 4)
    assert found.whole_length == length


def test_ranks_are_scipys() -> None:
    returns = together(0.7, 720)
    found = studied(past(returns), measure=Measure.SPEARMAN)
    assert found.correlation.value == pytest.approx(stats.spearmanr(*returns.T).statistic, abs=1e-9)
    assert found.correlation.measure == "spearman"


def test_weights_halve_three_times_a_window() -> None:
    returns = together(0.7, 720)
    weights = 2.0 ** (-np.arange(719, -1, -1) / 240)
    expected = np.cov(returns.T, aweights=weights)
    found = studied(past(returns), measure=Measure.EWMA)
    rho = expected[0, 1] / np.sqrt(expected[0, 0] * expected[1, 1])
    assert found.correlation.value == pytest.approx(rho, abs=1e-9)


def test_every_pair_is_that_of_two() -> None:
    returns = np.column_stack([together(0.7, 720), together(0.3, 720, seed=5)])
    history = past(returns)
    for measure in Measure:
        pairs = every_pair(history, measure=measure, level=0.95)
        assert [(p.first, p.second) for p in pairs] == [
            (0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3),
        ]  # fmt: skip
        alone = studied(past(returns[:, [1, 3]]), measure=measure)
        found = {(p.first, p.second): p.correlation.value for p in pairs}[1, 3]
        assert found == pytest.approx(alone.correlation.value, abs=1e-12)


def test_one_series_twice_is_refused_in_words() -> None:
    one = together(0.5, 720)[:, [0, 0]]
    with pytest.raises(UndefinedError, match="move as one"):
        studied(past(one))


def test_a_price_that_never_moves_is_refused_in_words() -> None:
    still = together(0.5, 720)
    still[:, 1] = 0.0
    with pytest.raises(UndefinedError, match="never moves"):
        studied(past(still))


def test_a_past_that_stood_still_is_no_background() -> None:
    returns = together(0.5, 2160)
    returns[:1440, 1] = 0.0
    found = studied(past(returns))
    assert found.background is None
    assert found.correlation.n_observations == 720


def test_too_few_bars_are_refused() -> None:
    with pytest.raises(RequestError, match="29 bars"):
        studied(past(together(0.5, 29), window=29 * HOUR), roll=10 * HOUR)
