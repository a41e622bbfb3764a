"""Funding that is kept: the venue's own, asked for once."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.analytics.market.bench_source import DAY, HOUR, NOW
from tests.analytics.market.stored_bench import ETH, MINUTE, SECOND, Bench, Clock

payments = st.lists(
    st.tuples(st.integers(0, 400), st.integers(0, 200), st.sampled_from([MINUTE, HOUR, DAY])),
    min_size=1,
    max_size=8,
)


@settings(max_examples=60, deadline=None)
@given(payments=payments, late=st.sampled_from([0 * SECOND, 20 * SECOND]))
async def test_any_questions_about_funding_get_the_venues_own_answers(
    payments: list[tuple[int, int, timedelta]], late: timedelta
) -> None:
    bench = Bench()
    bench.source.publishes_late = late
    for back, length, pause in payments:
        end = bench.clock.now - back * HOUR
        start = end - length * HOUR
        answer = await bench.prices.funding(ETH, start=start, end=end)
        own = await bench.source.funding(ETH, start=start, end=end)
        assert answer.time.tolist() == own.time.tolist()
        assert answer.rate.tolist() == own.rate.tolist()
        n_asked = len(bench.source.funding_asked)
        bench.clock.now += MINUTE
        await bench.prices.funding(ETH, start=start, end=end)
        assert len(bench.source.funding_asked) <= n_asked + 1
        bench.clock.now += pause


async def test_funding_is_extended_on_both_sides_and_asked_once() -> None:
    bench = Bench()
    bench.clock.now += 5 * MINUTE
    now = bench.clock.now
    for start, end, n in (
        (now - 10 * DAY, now - 5 * DAY, 15),
        (now - 8 * DAY, now - 6 * DAY, 6),
        (now - 30 * DAY, now, 90),
        (now - 30 * DAY, now, 90),
        (now - 30 * DAY, now + DAY, 90),
    ):
        assert len(await bench.prices.funding(ETH, start=start, end=end)) == n
    asked = bench.source.funding_asked
    assert len(asked) == 3
    assert all(one[1] < other[0] for one, other in zip(asked[1:2], asked[:1], strict=True))


async def test_a_payment_that_is_published_late_is_not_missed() -> None:
    bench = Bench(clock=Clock(NOW.replace(hour=16, minute=0, second=5)))
    bench.source.publishes_late = 20 * SECOND
    start = bench.clock.now - DAY
    assert len(await bench.prices.funding(ETH, start=start, end=bench.clock.now)) == 2
    bench.clock.now += 30 * SECOND
    assert len(await bench.prices.funding(ETH, start=start, end=bench.clock.now)) == 3
