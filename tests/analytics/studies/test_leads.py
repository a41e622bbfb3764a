"""Several markets of one coin: the simulated venue's truth, and who stands apart."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from analytics.market.catalog import Catalog
from analytics.market.histories import Histories
from analytics.market.instruments import Instrument, Kind
from analytics.market.simulated import MIRROR, SIMULATED, SimulatedPrices
from analytics.market.windows import DAY, HOUR, MINUTE, Window
from analytics.statistics.long_run_variance import ewc_variance
from analytics.statistics.price_discovery import Doubt
from analytics.studies.leads import LeadStudy, dispersion, lead_study
from tests.analytics.statistics.pulled_prices import pulled_prices
from tests.analytics.studies.pasts import written_past

NOW = datetime(2026, 11, 4, 14, 20, tzinfo=UTC)
SPOTS = tuple(Instrument("BTC", venue=venue) for venue in (MIRROR, SIMULATED))
SOURCE = SimulatedPrices(clock=lambda: NOW)


async def study(
    *markets: Instrument,
    length: timedelta = DAY,
    bar: timedelta = MINUTE,
    end: datetime | None = None,
) -> LeadStudy:
    histories = Histories(Catalog(SOURCE), SOURCE)
    return lead_study(await histories.history(markets, Window(length, bar, end), now=NOW))


def written(prices: np.ndarray, bar: timedelta = MINUTE) -> LeadStudy:
    past = written_past(np.diff(prices, axis=0), bar=bar, window=len(prices) * bar)
    return lead_study(past)


@pytest.mark.parametrize("days_ago", range(0, 28, 3))
async def test_the_simulated_leader_is_named_from_minutes(days_ago: int) -> None:
    found = await study(*SPOTS, end=NOW - days_ago * DAY)
    assert found.leader is not None
    assert found.history.markets[found.leader].venue == SOURCE.truth.leader
    shares = found.duels[0].found.shares
    assert shares is not None
    assert shares.low > 0.95
    assert found.duels[0].found.lead_lag.lag == 1


@pytest.mark.parametrize(
    ("bar", "length"), [(5 * MINUTE, 7 * DAY), (15 * MINUTE, 7 * DAY), (HOUR, 30 * DAY)]
)
async def test_longer_bars_of_the_same_days_name_nobody(bar: timedelta, length: timedelta) -> None:
    found = await study(*SPOTS, bar=bar, length=length)
    assert found.leader is None
    assert Doubt.COARSE in found.doubts


async def test_a_leader_must_lead_each_of_the_others() -> None:
    perp = Instrument("BTC", Kind.PERP, venue=SIMULATED)
    found = await study(*SPOTS, perp)
    assert found.leader is None
    assert found.history.markets[found.front].venue == SIMULATED
    leaders = {found.history.markets[duel.second].symbol: duel.leader for duel in found.duels}
    assert leaders == {"BTC/USDT": found.front, "BTC/USDT:USDT": None}


def test_followers_of_one_leader_are_told_in_each_order() -> None:
    one, other = (pulled_prices(1500, pull=(0, p), rho=0, seed=5) for p in (0.3, 0.6))
    both = np.column_stack((other[:, 1], one[:, 0], one[:, 1]))
    assert written(np.column_stack((one[:, 1], one[:, 0]))).leader == 1
    # The second follower chases the same leader: the shocks of both files share their seed.
    np.testing.assert_array_equal(one[:, 0], other[:, 0])
    assert written(both).leader == 1


def test_long_bars_never_name_a_leader_but_tell_on_a_clock() -> None:
    prices = pulled_prices(800, pull=(0, 0.9), rho=0)
    noise = 1e-5 * np.random.default_rng(8).standard_normal((799, 2))
    late = np.column_stack((prices[1:, 0], prices[:-1, 0])) + noise
    assert written(late).leader == 0
    found = written(late, bar=8 * HOUR)
    assert found.leader is None
    assert [duel.misstamped for duel in found.duels] == [1]


def test_without_any_winner_the_first_asked_stays_in_front() -> None:
    for column in (0, 1):
        prices = pulled_prices(600, pull=(0, 0), seed=3)[:, [column, 1 - column]]
        assert written(prices).front == 0


def test_gaps_are_from_the_median_in_basis_points() -> None:
    prices = np.log(np.array(((100.0, 100.0, 101.0), (100.0, 100.5, 99.0)))).repeat(50, axis=0)
    found = dispersion(prices)
    np.testing.assert_allclose(found.gaps[0], (0, 0, 1e4 * np.log(1.01)), atol=1e-9)
    np.testing.assert_allclose(found.gaps[-1], (0, 1e4 * np.log(1.005), 1e4 * np.log(0.99)))
    assert found.now == pytest.approx(1e4 * np.log(100.5 / 99))
    assert found.mean == pytest.approx(1e4 * (np.log(1.01) + np.log(100.5 / 99)) / 2)
    assert found.p95 == pytest.approx(found.spread.max())


def test_of_two_markets_the_gap_is_that_of_the_first_to_the_second() -> None:
    prices = np.log(np.array(((101.0, 100.0),))).repeat(40, axis=0)
    found = dispersion(prices)
    assert found.mean_gaps[0].value == pytest.approx(1e4 * np.log(1.01))
    assert found.mean_gaps[1].value == 0


def test_the_interval_of_a_mean_gap_is_that_of_its_long_run_variance() -> None:
    prices = pulled_prices(1000)
    gap = 1e4 * (prices[:, 0] - prices[:, 1])
    found = dispersion(prices, level=0.9).mean_gaps[0]
    variance = ewc_variance(gap)
    reach = variance.critical_value(0.9) * np.sqrt(variance.variance / 1000)
    assert found.interval.high - found.value == pytest.approx(reach)
    assert found.value == pytest.approx(gap.mean())


def test_only_a_gap_beyond_doubt_is_off_the_median() -> None:
    random = np.random.default_rng(2)
    noise = 1e-4 * random.standard_normal((500, 3))
    assert dispersion(noise).outlier is None
    assert dispersion(noise + np.array((0, 0, 5e-4))).outlier == 2


def test_a_price_for_a_thousand_coins_is_compared_by_the_coin() -> None:
    prices = pulled_prices(500)
    past = written_past(np.diff(prices, axis=0), bar=MINUTE, window=500 * MINUTE)
    bundled = type(past)(
        **{
            **{name: getattr(past, name) for name in past.__slots__},
            "closes": past.closes * np.array((1, 1000)),
        }
    )
    plain, found = lead_study(past), lead_study(bundled, coins=[1, 1000])
    np.testing.assert_allclose(found.dispersion.gaps, plain.dispersion.gaps, atol=1e-8)
