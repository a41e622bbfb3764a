"""What a digest says of pairs whose truth is known."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from analytics.errors import RequestError
from analytics.market.histories import History
from analytics.market.instruments import Kind
from analytics.market.span import moment
from analytics.market.windows import DAY, HOUR, YEAR
from analytics.statistics.breaks import break_test
from analytics.studies.digests import (
    PairDigest,
    State,
    baseline_length,
    pair_digest,
)
from tests.analytics.studies.pasts import END, coupled, written_past
from tests.benchmarks.coverage import garch_t_pairs

MONTH = 30 * 24
PAST = 7 * MONTH + 24


def digest(rho: float | list[tuple[float, int]], *, seed: int = 1) -> PairDigest:
    """Of a pair whose correlation is constant, or changes after so many bars."""
    parts = [(rho, PAST)] if isinstance(rho, float) else rho
    path = np.concatenate([np.full(bars, value) for value, bars in parts])
    return pair_digest(written_past(coupled(path, len(path), seed=seed)))


def test_a_pair_that_never_changed_is_steady() -> None:
    found = digest(0.8)
    assert found.state is State.STEADY
    assert not found.is_news
    assert found.now.departure is not None
    assert found.now.correlation.value in found.now.departure.band


def test_a_month_at_another_correlation_is_outside_the_band() -> None:
    found = digest([(0.85, PAST - MONTH), (0.5, MONTH)])
    assert found.state is State.CHANGED
    assert found.now.is_outside
    assert found.now.departure is not None
    assert found.now.departure.sigmas < -2.6


def test_a_break_within_the_window_is_dated() -> None:
    found = digest([(0.9, PAST - 240), (0.3, 240)])
    assert found.state is State.CHANGED
    assert found.now.break_time is not None
    assert abs(moment(found.now.break_time) - (END - 10 * DAY)) < DAY


def test_the_break_is_that_of_the_test_on_the_window_alone() -> None:
    found = digest([(0.9, PAST - 240), (0.3, 240)])
    tested = break_test(*found.history.log_returns[-MONTH:].T)
    assert found.now.broke is not None
    assert found.now.broke.p_value == tested.p_value


def test_yesterday_is_what_was_said_a_day_ago() -> None:
    past = written_past(coupled(0.7, PAST, heavy=True))
    cut = replace(past, close_time=past.close_time[:-24], closes=past.closes[:-24], as_of=END - DAY)
    today, yesterday = pair_digest(past), pair_digest(cut)
    assert today.before is not None
    assert today.before.correlation == yesterday.now.correlation
    assert today.before.departure == yesterday.now.departure
    assert today.before.broke == yesterday.now.broke
    assert today.before.break_time == yesterday.now.break_time


def test_the_last_point_of_the_course_is_the_value() -> None:
    found = digest(0.6)
    assert len(found.rolling) == MONTH + 1
    assert found.rolling[-1] == pytest.approx(found.now.correlation.value, abs=1e-9)
    assert found.before is not None
    assert found.rolling[-25] == pytest.approx(found.before.correlation.value, abs=1e-9)


def test_one_day_that_turns_all_around_is_news() -> None:
    found = digest([(0.9, PAST - 24), (-0.9, 24)])
    assert found.has_moved
    assert found.is_news
    assert found.shift is not None
    assert found.shift.errors < -2.6


def test_a_tiny_move_of_twins_alarms_nobody() -> None:
    found = digest([(0.99995, PAST - MONTH), (0.9998, MONTH)])
    assert found.now.departure is not None
    assert abs(found.now.departure.sigmas) > 2.6
    assert found.state is State.STEADY
    assert not found.now.is_outside


def test_a_young_pair_gets_no_verdict() -> None:
    found = pair_digest(written_past(coupled(0.8, MONTH + 200, seed=2)))
    assert found.now.departure is None
    assert found.state is State.UNJUDGED


def test_a_pair_that_began_within_the_window_is_still_compared_with_yesterday() -> None:
    found = pair_digest(written_past(coupled(0.8, 400)))
    assert found.before is not None
    assert found.before.correlation.n_observations == 376


def test_late_bars_take_every_verdict_away() -> None:
    past = written_past(coupled(np.r_[np.full(PAST - 24, 0.9), np.full(24, -0.9)], PAST))
    late = pair_digest(replace(past, as_of=END + 3 * HOUR))
    assert late.is_stale
    assert late.state is State.UNJUDGED
    assert not late.is_news
    assert not pair_digest(replace(past, as_of=END + 2 * HOUR)).is_stale


def test_a_market_that_stands_still_is_refused() -> None:
    returns = coupled(0.5, PAST)
    returns[:, 1] = 0.0
    with pytest.raises(RequestError):
        pair_digest(written_past(returns))


def hedged(returns: np.ndarray) -> History:
    past = written_past(returns)
    held, other = past.markets
    return replace(past, markets=(held, replace(other, kind=Kind.PERP, settle="USDT")))


def test_only_a_contract_removes_anything() -> None:
    returns = coupled(0.8, PAST)
    assert pair_digest(written_past(returns)).removed is None
    found = pair_digest(hedged(returns)).removed
    assert found is not None
    assert found.value == pytest.approx(0.64, abs=0.03)


def test_a_hedge_that_failed_since_yesterday_puts_a_pair_at_the_edge() -> None:
    returns = coupled(0.9, PAST)
    returns[-24:, 0] += 0.02 * np.random.default_rng(4).standard_normal(24)
    found = pair_digest(hedged(returns))
    assert found.removes_less
    assert not found.removes_more
    assert found.state in {State.EDGE, State.CHANGED}


@pytest.mark.parametrize(
    ("window", "length"),
    [(30 * DAY, 181 * DAY), (7 * DAY, 43 * DAY), (YEAR, 2 * YEAR + DAY)],
)
def test_normal_is_six_windows_as_far_as_there_are(window: timedelta, length: timedelta) -> None:
    assert baseline_length(window) == length


@pytest.mark.slow
def test_chance_alone_speaks_as_seldom_as_the_docs_say() -> None:
    found = [
        pair_digest(written_past(np.column_stack(pair) / 100))
        for pair in garch_t_pairs(300, PAST, seed=8)
    ]
    shares = {
        "changed": np.mean([one.state is State.CHANGED for one in found]),
        "edge": np.mean([one.state is State.EDGE for one in found]),
        "news": np.mean([one.is_news for one in found]),
        "moved": np.mean([one.has_moved for one in found]),
    }
    assert shares["changed"] <= 0.06, shares
    assert shares["edge"] <= 0.14, shares
    assert shares["moved"] <= 0.09, shares
    assert shares["news"] <= 0.16, shares
