"""The fast rules of the benchmark and the alert in production fire at the same looks."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from analytics.market.candles import FloatArray
from analytics.market.prices import Origin
from analytics.market.windows import DAY, HOUR
from analytics.statistics.bands import correlation_departure
from analytics.studies.readings import Moved, Normal, Reading
from handlers._watch.grammar import rule_of
from handlers._watch.states import Fired
from handlers._watch.stepping import begun, step
from tests.benchmarks.alert_rules import Bars, Rule, fired, looks
from tests.benchmarks.alerts import BEGIN, END, OF_REAL, PAGE, page
from tests.benchmarks.break_size import clustered

START = datetime(2026, 1, 1, tzinfo=UTC)


def seen(x: FloatArray, y: FloatArray, bars: Bars, end: int, bar: timedelta) -> Reading:
    part = slice(end - bars.window - bars.baseline, end)
    found = correlation_departure(x[part], y[part], width=bars.window)
    return Reading(
        value=found.now.value,
        interval=found.now.interval,
        as_of=START + end * bar,
        step=bar,
        names=("A", "B"),
        venue="Test",
        origin=Origin("test"),
        normal=Normal(found.baseline, found.band, found.sigmas, bars.baseline * bar),
        moved=Moved(START, 0.01),
    )


@pytest.mark.parametrize(
    ("bars", "bar", "length"),
    [
        (Bars(30, 180, 180, cool_down=1, day=1), DAY, 365),
        (Bars(168, 1008, 1008, cool_down=12, day=24), HOUR, 1500),
    ],
)
@pytest.mark.parametrize("checks", [1, 2, 3])
def test_both_fire_at_the_same_looks(bars: Bars, bar: timedelta, length: int, checks: int) -> None:
    first, paths = bars.window + bars.baseline, 3
    x, y = clustered(np.full(first + length, 0.85), paths, 20 + checks)
    fast = looks(x, y, bars, first=first, scales=("robust",))
    quick = fired(fast.sigmas["robust"], Rule("", 2.6, checks), cool_down=bars.cool_down)
    rule = rule_of(f"ETH BTC-PERP break 30d for={checks}")
    for path in range(paths):
        state = begun(rule, seen(x[path], y[path], bars, first, bar))
        for k, end in enumerate(fast.at[1:].tolist(), start=1):
            look = seen(x[path], y[path], bars, end, bar)
            stepped = step(rule, state, look, look.as_of)
            assert isinstance(stepped.event, Fired) == quick[path, k], (path, end)
            state = stepped.state
    assert quick.any()


def test_where_real_candles_are_missing_their_tables_stay() -> None:
    before = PAGE.read_text(encoding="utf-8")
    tables = before.partition(OF_REAL)[2].partition(END)[0]
    assert "**robust 2.6 and tested, 2 checks (default)**" in tables
    after = page(before, ["measured anew"], [])
    assert after.partition(OF_REAL)[2] == before.partition(OF_REAL)[2]
    assert "measured anew" in after.partition(BEGIN)[2].partition(OF_REAL)[0]
    both = page(after, ["measured anew"], ["of real candles"])
    assert both.partition(OF_REAL)[2].partition(END)[0].strip() == "of real candles"
    assert both.partition(END)[2] == before.partition(END)[2]
