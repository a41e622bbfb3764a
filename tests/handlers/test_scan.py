"""/scan: what it reads and refuses, whole replies, and that it finds what is there and no more."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from analytics.charts import RankingPicture
from analytics.market.archive import ArchivePrices
from analytics.market.candles import Candles, FundingHistory
from analytics.market.instruments import Kind
from analytics.market.markets import Market
from analytics.market.prices import Origin
from analytics.market.simulated import SimulatedPrices
from analytics.market.windows import DAY, HOUR, Window
from handlers.scan import ScanQuery, parse
from tests.handlers.asking import NOW, Desk, refused, replied, services, shown
from tests.handlers.expecting import assert_it_fits_a_phone, refusal

READS = {
    "": ScanQuery(Window(90 * DAY)),
    "90d top=50": ScanQuery(Window(90 * DAY)),
    "30d of=200 bybit": ScanQuery(Window(30 * DAY), top=200, venue="bybit"),
    "1y 1d venue=binance ci=99 full": ScanQuery(
        Window(365 * DAY, DAY), venue="binance", level=0.99, switches=frozenset({"full"})
    ),
    "7d top=999": ScanQuery(Window(7 * DAY), top=300),
}


@pytest.mark.parametrize("asked", READS)
def test_it_reads(asked: str) -> None:
    assert parse(asked) == READS[asked]


@pytest.mark.parametrize("asked", READS)
def test_its_own_words_read_back(asked: str) -> None:
    query = READS[asked]
    assert parse(query.asked(query.window).removeprefix("/scan ")) == query


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ("BTC ETH 90d", "`/scan` looks at all busy markets of a venue; `/corr BTC ETH` at yours."),
        ("BTC", "`/best BTC side=long` at yours."),
        ("top=1", "One market makes no pair."),
        ("top=0", "I can't read `top=0`"),
        ("1y 5m", "50 markets in 5m bars are 5,256,000 prices; I look at 4,000,000."),
    ],
)
def test_it_refuses(asked: str, sentence: str) -> None:
    assert sentence in refusal(parse, "/scan", asked).sentence


async def test_a_venue_that_is_not_asked_is_refused() -> None:
    reply = await refused("/scan venue=nowhere")
    assert "I don't ask a venue called nowhere." in reply.answer
    assert reply.buttons[0][0].question == "/scan venue=simulated"


async def test_a_whole_reply() -> None:
    assert shown(await replied("/scan 90d nochart")) == WHOLE


async def test_what_truly_moves_against_the_others_is_found() -> None:
    reply = await replied("/scan 90d nochart")
    top = {(pair["a"], pair["b"]) for pair in reply.numbers["most_negative"]}
    assert ("BTC/USDT", "BTCDOWN/USDT") in top
    truth = SimulatedPrices(clock=lambda: NOW).truth
    names = [
        symbol.partition("/")[0] for symbol in reply.numbers["markets"] if "BEAM" not in symbol
    ]
    negative = sum(
        truth.correlation(a, b, at=NOW) < 0 for k, a in enumerate(names) for b in names[:k]
    )
    assert 0.6 * negative <= reply.numbers["negative"] <= negative + 2
    by_name = {(p["a"], p["b"]): p for p in reply.numbers["most_negative"]}
    pair = by_name["BTC/USDT", "BTCDOWN/USDT"]
    assert pair["low"] < truth.correlation("BTC", "BTCDOWN", at=NOW) < pair["high"]


class Noise:
    """A venue of markets that have nothing to do with each other."""

    origin = Origin("noise", warning="Simulated prices")
    venues = ("binance",)

    def __init__(self, n: int, seed: int) -> None:
        self._listed = tuple(
            Market("binance", f"C{k:02d}/USDT", f"C{k:02d}", "USDT", Kind.SPOT) for k in range(n)
        )
        self._seed = seed

    async def markets(self, venue: str) -> Sequence[Market]:
        del venue
        return self._listed

    async def most_traded(
        self, venue: str, *, kinds: frozenset[Kind], limit: int
    ) -> Sequence[Market]:
        del venue
        return [market for market in self._listed if market.kind in kinds][:limit]

    def bars(self, market: Market) -> Sequence[timedelta]:
        del market
        return (HOUR,)

    async def as_of(self, markets: Sequence[Market], *, bar: timedelta, now: datetime) -> datetime:
        del markets, bar
        return now

    async def candles(
        self, market: Market, *, bar: timedelta, start: datetime, end: datetime
    ) -> Candles:
        first, last = (int(moment.timestamp() // 3600) for moment in (start, end))
        random = np.random.default_rng((self._seed, int(market.base[1:])))
        close = 100 * np.exp(np.cumsum(0.01 * random.standard_t(5, last - first)))
        hours = np.arange(first, last) * 3_600_000
        return Candles(market, bar, hours, close, close, close, close, np.ones(len(close)))

    async def funding(self, market: Market, *, start: datetime, end: datetime) -> FundingHistory:
        raise AssertionError(market, start, end)


async def test_among_markets_that_share_nothing_nothing_is_found() -> None:
    using = services(Noise(25, seed=1))
    reply = await replied("/scan 30d", using)
    assert "nothing negative beyond chance among 300 pairs" in reply.answer
    assert [fact.label for fact in reply.facts[0][:1]] == ["Loosest pairs"]
    assert len(reply.facts) == 1


async def test_brief_is_one_line_and_full_shows_more() -> None:
    brief = await replied("/scan 30d brief nochart")
    assert not brief.facts
    full = await replied("/scan 90d full nochart")
    assert len(full.facts[0]) == 11


async def test_the_longest_reply_fits_a_phone() -> None:
    reply = await replied("/scan 90d")
    assert_it_fits_a_phone(reply)


async def test_the_picture_parts_what_is_negative_from_what_is_loose() -> None:
    desk = Desk(draws=True)
    await replied("/scan 90d", services(desk=desk))
    (picture,) = desk.pictures
    assert isinstance(picture, RankingPicture)
    above, below = picture.rows[: picture.parted_after], picture.rows[picture.parted_after :]
    assert not any(row.is_hollow for row in above)
    assert all(row.is_hollow for row in below)
    assert above
    assert below


async def test_a_venue_too_small_for_a_pair_is_refused() -> None:
    reply = await refused("/scan 30d", services(Noise(1, seed=1)))
    assert reply.answer == "Binance has too few markets for that."


async def test_real_candles_show_that_nothing_is_truly_negative(market_data: Path) -> None:
    reply = await replied("/scan 90d nochart", services(ArchivePrices(market_data)))
    assert "nothing negative beyond chance" in reply.answer
    assert reply.numbers["loosest"][0]["value"] > 0


WHOLE = """\
Scan of Simulated · 90d: 20 of 105 pairs negative beyond chance

Most negative
BTC × BTCDOWN −0.74
              (−0.77 to −0.69)
ETH × BTCDOWN −0.69
              (−0.74 to −0.63)
LTC × BTCDOWN −0.66
              (−0.70 to −0.62)
LINK × BTCDOWN
              −0.64
              (−0.69 to −0.59)

Loosest pairs
XRP × PAXG    −0.05
              (−0.13 to 0.03)
SOL × PAXG    −0.04
              (−0.13 to 0.05)
AVAX × PAXG   −0.07
              (−0.13 to 0.00)

⚠ Simulated prices.
⚠ Left out: 1 hardly moving.

15 busiest markets, one a coin
2,160 hourly bars · robust 95 % ranges · false discoveries 5 %
Simulated · 14:00 UTC · not advice

[7d]  [30d]  [90d•]  [1y]
[BTC × BTCDOWN]  [↻]
[🔔 Watch]  [Daily]"""
