"""/best: what it reads and refuses, whole replies, and what the simulated venue is known to hold."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from analytics.charts import RankingPicture
from analytics.market.archive import ArchivePrices
from analytics.market.candles import Candles
from analytics.market.instruments import Instrument, Kind
from analytics.market.markets import Market
from analytics.market.outages import VenueDownError
from analytics.market.simulated import SimulatedPrices
from analytics.market.windows import DAY, HOUR, Window
from handlers._best.query import BestQuery, best_query
from handlers._grammar import Holding, Side, Unit
from tests.handlers.asking import NOW, Desk, refused, replied, services, shown
from tests.handlers.expecting import assert_it_fits_a_phone, refusal

ETH, SOL = Instrument("ETH"), Instrument("SOL")
READS = {
    "ETH 60d": BestQuery(ETH, Window(60 * DAY)),
    "eth": BestQuery(ETH, Window(30 * DAY)),
    "100 SOL top=3": BestQuery(SOL, Window(30 * DAY), holding=Holding(100, Unit.COINS, SOL), top=3),
    "-3 ETH": BestQuery(ETH, Window(30 * DAY), holding=Holding(-3, Unit.COINS, ETH)),
    "ETH-PERP side=long of=50 ci=99 brief": BestQuery(
        Instrument("ETH", Kind.PERP),
        Window(30 * DAY),
        side=Side.LONG,
        of=50,
        level=0.99,
        switches=frozenset({"brief"}),
    ),
    "binance:ETH 90d 4h top=99 of=999": BestQuery(
        Instrument("ETH", venue="binance"), Window(90 * DAY, 4 * HOUR), top=20, of=300
    ),
}


@pytest.mark.parametrize("asked", READS)
def test_it_reads(asked: str) -> None:
    assert best_query(asked) == READS[asked]


@pytest.mark.parametrize("asked", READS)
def test_its_own_words_read_back(asked: str) -> None:
    query = READS[asked]
    assert best_query(query.asked(query.window).removeprefix("/best ")) == query


def test_too_large_numbers_are_said_to_be_cut() -> None:
    assert best_query("ETH top=99 of=999").notes == ("I show 20 at most.", "I look at 300 at most.")


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ("", "Which one? For example `/best ETH`"),
        ("30d", "I read 30d. Which one?"),
        ("ETH BTC", "I read ETH and BTC. `/best` finds partners of one."),
        ("40 ETH BTC-PERP", "`/best` finds partners of one."),
        ("0 ETH", "0 is nothing."),
        ("ETH side=up", "I can't read `side=up`"),
        ("ETH top=0", "I can't read `top=0`"),
        ("ETH 1y 5m", "200 markets in 5m bars are 24,480,000 prices; I look at 4,000,000."),
    ],
)
def test_it_refuses(asked: str, sentence: str) -> None:
    assert sentence in refusal(best_query, "/best", asked).sentence


async def test_a_whole_reply() -> None:
    assert shown(await replied("/best ETH 60d top=3 nochart")) == WHOLE


async def test_the_coins_own_contracts_come_first_and_the_truth_lies_in_the_interval() -> None:
    reply = await replied("/best ETH 60d top=5 nochart")
    rows = reply.numbers["ranked"]
    assert {row["market"] for row in rows[:2]} == {
        "simulated:ETH/USDT:USDT",
        "simulated:ETH/USD:ETH",
    }
    bitcoin = next(row for row in rows if row["market"] == "simulated:BTC/USDT:USDT")
    truth = SimulatedPrices(clock=lambda: NOW).truth.correlation("ETH", "BTC", at=NOW) ** 2
    assert bitcoin["effectiveness"]["low"] < truth < bitcoin["effectiveness"]["high"]
    assert not bitcoin["as_good_as_first"]
    assert reply.numbers["left_out"] == [["simulated:NEWT/USDT:USDT", "too young"]]


async def test_the_number_is_that_of_the_hedge_itself() -> None:
    best = await replied("/best ETH 30d of=50 top=9 nochart")
    hedge = await replied("/hedge 4000 ETH BTC-PERP 30d nochart")
    row = next(r for r in best.numbers["ranked"] if r["market"] == "simulated:BTC/USDT:USDT")
    assert row["effectiveness"]["value"] == pytest.approx(
        hedge.numbers["effectiveness"]["out_of_sample"]["value"], abs=1e-3
    )


async def test_an_amount_gets_orders_and_a_short_one_is_hedged_by_buying() -> None:
    long = await replied("/best 100 SOL nochart")
    short = await replied("/best -100 SOL nochart")
    below = [line for fact in long.facts[0] for line in fact.below]
    assert any(line.startswith("SHORT ") for line in below)
    assert not any(line.startswith("LONG ") for line in below)
    assert any(line.startswith("LONG ") for f in short.facts[0] for line in f.below)
    carries = [
        {row["market"]: row["carry"]["value"] for row in reply.numbers["ranked"]}
        for reply in (long, short)
    ]
    both = carries[0].keys() & carries[1].keys()
    assert both
    assert all(carries[0][m] == pytest.approx(-carries[1][m]) for m in both)


async def test_to_hold_beside_it_finds_what_truly_moves_against() -> None:
    reply = await replied("/best BTC 90d side=long nochart")
    rows = reply.numbers["ranked"]
    assert [row["market"] for row in rows[:2]] == ["simulated:BTCDOWN/USDT", "simulated:PAXG/USDT"]
    assert reply.numbers["negative"] == 2
    truth = SimulatedPrices(clock=lambda: NOW).truth.correlation("BTC", "BTCDOWN", at=NOW)
    assert rows[0]["correlation"]["low"] < truth < rows[0]["correlation"]["high"]
    assert "hardly moving" in " ".join(reply.notes), "a stable coin is no partner"
    assert not any("BTC/" in row["market"] for row in rows)


async def test_brief_is_one_line() -> None:
    for side in ("short", "long"):
        reply = await replied(f"/best ETH side={side} brief nochart")
        assert not reply.facts
        assert not reply.provenance


@pytest.mark.parametrize("asked", ["/best 123456.789 1INCH 90d top=20", "/best 1INCH side=long"])
async def test_the_longest_replies_fit_a_phone(asked: str) -> None:
    reply = await replied(asked)
    assert_it_fits_a_phone(reply)


async def test_the_picture_has_a_row_for_each() -> None:
    desk = Desk(draws=True)
    reply = await replied("/best ETH 60d top=7", services(desk=desk))
    (picture,) = desk.pictures
    assert isinstance(picture, RankingPicture)
    assert [row.label for row in picture.rows] == [fact.label for fact in reply.facts[0]]
    assert picture.rows[0].high <= 100


class Torn(SimulatedPrices):
    """The simulated venue, some of whose markets do not answer."""

    async def candles(
        self, market: Market, *, bar: timedelta, start: datetime, end: datetime
    ) -> Candles:
        if market.base in {"LTC", "DOGE"}:
            raise VenueDownError(market.venue)
        return await super().candles(market, bar=bar, start=start, end=end)


async def test_markets_that_fail_are_counted_and_left_out() -> None:
    reply = await replied("/best ETH 60d nochart", services(Torn(clock=lambda: NOW)))
    assert "Left out: 1 too young, 2 without an answer." in reply.notes
    assert reply.numbers["looked_at"] == 15


async def test_too_young_a_holding_is_refused_with_a_shorter_window() -> None:
    reply = await refused("/best NEWT-PERP 7d")
    assert "bars" in reply.answer


async def test_a_venue_without_contracts_borrows_those_of_the_next() -> None:
    reply = await replied("/best mirror:BTC 7d nochart")
    venues = {row["market"].partition(":")[0] for row in reply.numbers["ranked"]}
    assert venues == {"mirror"}


async def test_real_candles_put_the_coins_own_contract_first(market_data: Path) -> None:
    using = services(ArchivePrices(market_data))
    reply = await replied("/best ETH 60d nochart", using)
    rows = reply.numbers["ranked"]
    assert rows[0]["market"] == "binance:ETH/USDT:USDT"
    assert rows[0]["effectiveness"]["value"] > 0.999
    assert 0.4 < rows[1]["effectiveness"]["value"] < 0.9
    beside = await replied("/best ETH 60d side=long nochart", using)
    assert "none of" in beside.answer


WHOLE = """\
Best hedges of ETH · 60d: ETH-PERP removes 99.94 % (99.92–99.96 %)

ETH-PERP      99.94 %
              (99.92–99.96 %)
              carry +7.9 %/yr
              worth +3.5 points
ETH-INV       99.92 %
              (99.88–99.94 %)
              carry +6.2 %/yr
              worth +2.7 points
BTC-PERP      75 % (67–81 %)
              carry +13 %/yr
              worth +5.6 points

Next 60d      99.17–99.98 %
              likely, the first

⚠ Simulated prices.
⚠ Left out: 1 too young.
⚠ Best of 17: chance flatters the first.

17 of 17 contracts hedge beyond chance · 60 unseen days · 95 % ranges
ETH/USDT spot
Simulated · 14:00 UTC · not advice

[7d]  [30d]  [60d•]  [90d]  [1y]
[Hedge with ETH-PERP]  [To hold beside]  [↻]
[🔔 Watch]  [Daily]"""
