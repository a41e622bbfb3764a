"""Many markets at once: nobody shortens the others, and what failed is said."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from analytics.errors import SourceError
from analytics.market.candles import Candles
from analytics.market.instruments import Kind
from analytics.market.markets import Market
from analytics.market.prices import Origin
from analytics.market.universe import LeftOut, Legs, Universe, fetched_legs, universe
from analytics.market.windows import DAY, HOUR

END = datetime(2026, 3, 1, tzinfo=UTC)
N = 1000
LAST = int(END.timestamp()) // 3600
ORIGIN = Origin("written")


def market(base: str) -> Market:
    return Market("binance", f"{base}/USDT", base, "USDT", Kind.SPOT)


def leg(base: str, *, keep: np.ndarray | slice = slice(None), volatility: float = 0.01) -> Candles:
    random = np.random.default_rng(sum(map(ord, base)))
    close = 100 * np.exp(np.cumsum(volatility * random.standard_normal(N)))
    hours = np.arange(LAST - N, LAST) * 3_600_000
    whole = Candles(market(base), HOUR, hours, close, close * 1.01, close, close, np.ones(N))
    return whole.taken(keep)


def laid(legs: Sequence[Candles], *, left_out: tuple = ()) -> Universe:
    return universe(
        Legs(tuple(legs), left_out), bar=HOUR, start=END - N * HOUR, end=END, origin=ORIGIN
    )


def names(found: Universe) -> list[str]:
    return [market.base for market in found.markets]


def test_whole_pasts_are_laid_bar_by_bar() -> None:
    found = laid([leg("A"), leg("B")])
    assert found.closes.shape == (N, 2)
    assert np.array_equal(found.closes[:, 1], leg("B").close)
    assert found.last_close == END
    assert found.log_returns == pytest.approx(np.diff(np.log(found.closes), axis=0))
    assert found.note is None


def test_young_patchy_and_still_markets_leave_the_others_whole() -> None:
    patchy = np.random.default_rng(1).random(N) > 0.1
    found = laid(
        [
            leg("A"),
            leg("YOUNG", keep=slice(400, None)),
            leg("PATCHY", keep=patchy),
            leg("CASH", volatility=1e-5),
            leg("GONE", keep=slice(0, 0)),
            leg("B"),
        ],
        left_out=((market("LATE"), LeftOut.LATE),),
    )
    assert names(found) == ["A", "B"]
    assert len(found.closes) == N
    assert {m.base: why for m, why in found.left_out} == {
        "YOUNG": LeftOut.YOUNG,
        "PATCHY": LeftOut.PATCHY,
        "CASH": LeftOut.STILL,
        "GONE": LeftOut.PATCHY,
        "LATE": LeftOut.LATE,
    }
    assert found.note == (
        "Left out: 1 too young, 2 with gaps, 1 hardly moving, 1 not in time (ask again)."
    )


def test_a_few_gaps_stay_gaps() -> None:
    keep = np.ones(N, bool)
    keep[[10, 500]] = False
    found = laid([leg("A"), leg("B", keep=keep)])
    assert names(found) == ["A", "B"]
    assert np.isnan(found.log_returns[:, 1]).sum() == 4
    assert np.isfinite(found.log_returns[:, 0]).all()


def test_hours_without_the_venue_are_nobodys_gap() -> None:
    keep = np.ones(N, bool)
    keep[300:400] = False
    found = laid([leg("A", keep=keep), leg("B", keep=keep), leg("C", keep=keep)])
    assert names(found) == ["A", "B", "C"]
    assert len(found.close_time) == N - 100
    assert np.isnan(found.log_returns).sum() == 3, "no return spans the hole"


def test_bars_without_a_trade_are_no_observation() -> None:
    idle = leg("A")
    idle.volume[7], idle.high[7] = 0, idle.low[7]
    assert np.isnan(laid([idle, leg("B"), leg("C")]).closes[7, 0])


class Venue:
    """Answers, fails or sleeps by the name of the coin, and counts who is served at once."""

    def __init__(self) -> None:
        self.now, self.most = 0, 0

    async def candles(
        self, market: Market, *, bar: timedelta, start: datetime, end: datetime
    ) -> Candles:
        del bar, start, end
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            await asyncio.sleep(0)
            if market.base.startswith("BAD"):
                raise SourceError("down", venue="binance")
            if market.base.startswith("SLOW"):
                await asyncio.Event().wait()
            return leg(market.base)
        finally:
            self.now -= 1


async def fetched(venue: Venue, bases: Sequence[str], **rest: object) -> Legs:
    async def silence(_: str) -> None:
        pass

    rest.setdefault("progress", silence)
    return await fetched_legs(
        venue, [market(b) for b in bases], bar=HOUR, start=END - 30 * DAY, end=END, **rest
    )


async def test_a_failing_and_a_late_market_do_not_spoil_the_others() -> None:
    venue = Venue()
    bases = [*(f"C{k}" for k in range(20)), "BAD1", "SLOW1"]
    legs = await fetched(venue, bases, patience=timedelta(seconds=0.2))
    assert len(legs.found) == 20
    assert {m.base: why for m, why in legs.left_out} == {
        "BAD1": LeftOut.SILENT,
        "SLOW1": LeftOut.LATE,
    }
    assert venue.most <= 3
    assert venue.now == 0, "whoever was late is no longer waited for"


async def test_a_venue_that_gives_nothing_is_a_failure() -> None:
    with pytest.raises(SourceError):
        await fetched(Venue(), ["BAD1", "BAD2"])


async def test_leaving_stops_the_asking() -> None:
    venue = Venue()
    task = asyncio.ensure_future(fetched(venue, ["SLOW1", "SLOW2"]))
    await asyncio.wait([task], timeout=0.05)
    assert venue.now == 2
    task.cancel()
    await asyncio.wait([task])
    assert task.cancelled()
    assert venue.now == 0


async def test_progress_is_said_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    loop = asyncio.get_running_loop()
    ticks = iter(range(1000))
    monkeypatch.setattr(loop, "time", lambda now=loop.time: now() + 0.3 * next(ticks, 1000))

    async def progress(sentence: str) -> None:
        said.append(sentence)

    await fetched(Venue(), [f"C{k}" for k in range(40)], progress=progress)
    assert said
    assert all(s.startswith("Asking Binance… ") and s.endswith(" of 40") for s in said)
    assert len(said) < 30
