"""Scans and companions of universes whose truth is written down."""

import numpy as np
import pytest
from scipy import stats

from analytics.market.candles import FundingHistory
from analytics.market.histories import History
from analytics.market.instruments import Kind
from analytics.market.markets import Market
from analytics.market.prices import Origin
from analytics.market.universe import Universe
from analytics.market.windows import DAY, HOUR
from analytics.positions.carry import funding_carry
from analytics.statistics.correlation import correlation
from analytics.statistics.out_of_sample import out_of_sample_effectiveness
from analytics.studies.best_hedges import after_carry, hedge_ranking
from analytics.studies.companions import companions
from analytics.studies.scans import scan
from tests.analytics.studies.pasts import END, written_past

ORIGIN = Origin("written")


def universe_of(returns: np.ndarray, *, kind: Kind = Kind.SPOT) -> Universe:
    n, markets = returns.shape
    steps = np.vstack([np.zeros(markets), np.cumsum(returns, axis=0)])
    last = int(END.timestamp() * 1000)
    return Universe(
        markets=tuple(
            Market("test", f"A{k}/USDT{':USDT' * (kind is Kind.PERP)}", f"A{k}", "USDT", kind)
            for k in range(markets)
        ),
        bar=HOUR,
        close_time=last - 3_600_000 * np.arange(n, -1, -1, dtype=np.int64),
        closes=50 * np.exp(steps),
        left_out=(),
        origin=ORIGIN,
    )


def factor(loadings: list[float], n: int, *, seed: int = 1) -> np.ndarray:
    random = np.random.default_rng(seed)
    loads = np.array(loadings)
    common = random.standard_normal((n, 1))
    own = random.standard_normal((n, len(loads)))
    return 0.01 * (loads * common + np.sqrt(1 - loads**2) * own)


def past(returns: np.ndarray, *, window: int) -> History:
    return written_past(returns[:, None], window=window * HOUR)


def test_negative_pairs_are_found_and_ordered() -> None:
    loadings = [0.9, 0.8, -0.6, 0.0, 0.7]
    found = scan(universe_of(factor(loadings, 1500)), level=0.95)
    named = [(found.pair(k).first.base, found.pair(k).second.base) for k in found.negative.tolist()]
    assert named == [("A0", "A2"), ("A1", "A2"), ("A2", "A4")]
    loosest = found.pair(int(found.loosest[0]))
    assert "A3" in {loosest.first.base, loosest.second.base}
    assert len(found.negative) + len(found.loosest) == len(found.pairs) == 10
    strongest = found.pair(int(found.negative[0]))
    assert strongest.correlation.interval.low < -0.54 < strongest.correlation.interval.high


def test_unrelated_markets_are_no_discovery() -> None:
    scans = 100
    false = sum(
        bool(len(scan(universe_of(factor([0.0] * 25, 720, seed=k)), level=0.95).negative))
        for k in range(scans)
    )
    assert false <= stats.binom.ppf(0.999, scans, 0.05)


def test_companions_are_the_correlations_from_the_lowest_up() -> None:
    returns = factor([0.9, 0.8, -0.6, 0.0], 1500)
    study = companions(past(returns[:, 0], window=1500), universe_of(returns[:, 1:]), level=0.95)
    assert [study.partner(rank)[0].base for rank in range(3)] == ["A1", "A2", "A0"]
    one = correlation(returns[:, 0], returns[:, 2])
    assert study.partner(0)[1].value == pytest.approx(one.value, abs=1e-9)
    assert (study.n_negative, bool(study.negative[1])) == (1, True)


def test_what_is_held_is_found_at_its_times_where_bars_are_missing() -> None:
    returns = factor([0.9, 0.8, 0.7], 1500)
    whole = universe_of(returns[:, 1:])
    holed = Universe(
        markets=whole.markets,
        bar=whole.bar,
        close_time=np.delete(whole.close_time, 100),
        closes=np.delete(whole.closes, 100, axis=0),
        left_out=(),
        origin=ORIGIN,
    )
    study = companions(past(returns[:, 0], window=1500), holed, level=0.95)
    assert int(study.correlations.n_common.max()) == 1498
    x, y = (np.delete(returns[:, k], [99, 100]) for k in (0, 2))
    assert study.correlations.value[1] == pytest.approx(np.corrcoef(x, y)[0, 1], abs=1e-9)


FIT, DAYS = 720, 60


@pytest.fixture(scope="module")
def hedging() -> tuple[History, Universe]:
    returns = factor([0.9, 0.95, 0.95, 0.6, 0.0], FIT + DAYS * 24)
    return past(returns[:, 0], window=FIT), universe_of(returns[:, 1:], kind=Kind.PERP)


def test_hedges_are_ranked_by_what_they_remove_unseen(hedging: tuple[History, Universe]) -> None:
    ranking = hedge_ranking(*hedging, level=0.95)
    assert set(ranking.finalists(2)) == {0, 1}
    assert ranking.order[2] == 2
    assert ranking.n_working == 3
    truth = (0.9 * 0.95) ** 2
    best = ranking.hedges.estimate(int(ranking.order[0]))
    assert best.interval.low < truth < best.interval.high
    alone = out_of_sample_effectiveness(
        hedging[0].log_returns[:, 0],
        hedging[1].log_returns[:, 2],
        fit_bars=FIT,
        bars_per_day=24,
    )
    assert ranking.hedges.value[2] == pytest.approx(alone.value, abs=1e-12)
    assert ranking.volatility == pytest.approx(0.01 * 8760**0.5, rel=0.05)


def paid(universe: Universe, column: int, rate: float) -> FundingHistory:
    end = int(END.timestamp() * 1000)
    times = np.arange(end - 31 * 86_400_000, end + 1, 8 * 3_600_000)
    noise = 1e-6 * np.random.default_rng(column).standard_normal(len(times))
    return FundingHistory(universe.markets[column], times, rate + noise)


def test_carry_lifts_one_of_two_equals_and_is_told_per_dollar_held(
    hedging: tuple[History, Universe],
) -> None:
    ranking = hedge_ranking(*hedging, level=0.95)
    start = END - 30 * DAY
    funding = {
        k: funding_carry(paid(hedging[1], k, rate), start=start)
        for k, rate in ((0, -1e-4), (1, 1e-4), (2, 0.0))
    }
    shown = after_carry(ranking, funding, n=3)
    assert [hedge.market.base for hedge in shown] == ["A1", "A0", "A2"]
    assert [hedge.is_as_good for hedge in shown] == [True, True, False]
    first = shown[0]
    apr = 1e-4 * 3 * 365
    assert first.carry.value == pytest.approx(first.ratio.value * apr, rel=0.02)
    worth = first.carry.value / (4 * ranking.volatility**2)
    assert first.after_carry == pytest.approx(first.measured.value + worth)
    bought = after_carry(ranking, funding, n=3, is_short=True)
    assert bought[0].market.base == "A0"


def test_unknown_funding_is_no_funding(hedging: tuple[History, Universe]) -> None:
    ranking = hedge_ranking(*hedging, level=0.95)
    shown = after_carry(ranking, dict.fromkeys(ranking.finalists(4)), n=2)
    assert [hedge.carry for hedge in shown] == [None, None]
    assert [h.after_carry for h in shown] == [h.measured.value for h in shown]
