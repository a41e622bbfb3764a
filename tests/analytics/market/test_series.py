"""What is known of a series, against a plain dictionary of places."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.market.candle_store import ABSENT, BLOCK_BARS, KNOWN, UNKNOWN
from analytics.market.candles import Candles
from analytics.market.series import Series
from tests.analytics.market.bench_source import spot

BTC, HOUR = spot("BTC"), timedelta(hours=1)
EDGE = BLOCK_BARS * 900
places = st.integers(EDGE - 40, EDGE + 40)
stretches = st.tuples(places, places).map(sorted)
events = st.lists(
    st.one_of(
        st.tuples(st.just("learn"), st.sets(places), st.floats(0.5, 2)),
        st.tuples(st.just("absent"), stretches, st.just(0)),
        st.tuples(st.just("forget"), st.none(), st.just(0)),
    ),
    max_size=12,
)


def candles(at: list[int], price: float) -> Candles:
    columns = [np.full(len(at), price * factor) for factor in (1, 1.1, 0.9, 1.01, 5)]
    return Candles(BTC, HOUR, np.array(at, np.int64) * 3_600_000, *columns)


@settings(max_examples=200, deadline=None)
@given(events=events, question=stretches)
def test_a_series_is_a_dictionary_of_places(
    events: list[tuple[str, Any, float]], question: list[int]
) -> None:
    series, plain = Series(HOUR), {}
    for event, what, price in events:
        match event:
            case "learn":
                at = sorted(what)
                changed, revised = series.learn(candles(at, price), revised_by=0.005)
                assert changed == {place // BLOCK_BARS for place in at}
                new = price * 1.01
                before = [plain[p] for p in at if plain.get(p)]
                assert revised == sum(abs(new / old - 1) > 0.005 for old in before)
                plain |= dict.fromkeys(at, new)
            case "absent":
                first, stop = what
                marked = [p for p in range(first, stop) if p not in plain]
                assert series.mark_absent(first, stop) == {p // BLOCK_BARS for p in marked}
                plain |= dict.fromkeys(marked)
            case "forget":
                series.forget_absences()
                plain = {place: close for place, close in plain.items() if close}
    first, stop = question
    known = [place for place in range(first, stop) if plain.get(place)]
    found = series.candles(BTC, first, stop)
    assert (found.open_time // 3_600_000).tolist() == known
    assert found.close.tolist() == [plain[place] for place in known]
    for state in (KNOWN, ABSENT, UNKNOWN):
        runs = series.runs(state, first, stop)
        inside = [place for run in runs for place in range(*run)]
        assert inside == [p for p in range(first, stop) if state_of(plain, p) == state]
        assert all(one[1] < other[0] for one, other in pairwise(runs))
        assert all(series.state(place) == state for place in inside)


def state_of(plain: dict[int, float | None], place: int) -> int:
    if place not in plain:
        return UNKNOWN
    return KNOWN if plain[place] else ABSENT


def test_an_empty_question_has_an_empty_answer() -> None:
    series = Series(HOUR)
    for first, stop in ((5, 5), (5, 3), (0, 0)):
        assert len(series.candles(BTC, first, stop)) == 0
        assert series.runs(UNKNOWN, first, stop) == []
        assert series.mark_absent(first, stop) == set()
