"""What /carry reads, refuses and answers."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from analytics.charts import CarryPicture
from analytics.market.archive import ArchivePrices
from analytics.market.instruments import Instrument, Kind
from analytics.market.simulated import SimulatedPrices
from analytics.market.windows import DAY, Window
from handlers._carry.query import CarryQuery
from handlers._carry.query import carry_query as parse
from handlers._grammar import Holding, Unit
from tests.handlers.asking import Desk, replied, services, shown
from tests.handlers.expecting import assert_it_fits_a_phone, refusal

INV, PERP = Instrument("BTC", Kind.INVERSE), Instrument("BTC", Kind.PERP)
DATED = Instrument("BTC", Kind.FUTURE, expiry=date(2027, 3, 26))
MONTH = Window(30 * DAY)

READS = {
    "BTC-INV 30d": CarryQuery((INV,), MONTH),
    "BTC-INV BTC-PERP": CarryQuery((INV, PERP), MONTH),
    "90d btc-26mar27": CarryQuery((DATED,), Window(90 * DAY)),
    "$50k BTC-INV": CarryQuery((INV,), MONTH, amount=Holding(50_000, Unit.DOLLARS, INV)),
    "2 BTC-INV BTC-PERP fee=0.02% hold=7d ci=99 brief": CarryQuery(
        (INV, PERP),
        MONTH,
        amount=Holding(2, Unit.COINS, INV),
        fee=0.0002,
        hold=7 * DAY,
        level=0.99,
        switches=frozenset({"brief"}),
    ),
}


@pytest.mark.parametrize("asked", READS)
def test_it_reads(asked: str) -> None:
    assert parse(asked) == READS[asked]


@pytest.mark.parametrize("asked", READS)
def test_its_own_words_read_back(asked: str) -> None:
    query = READS[asked]
    assert parse(query.asked(query.window).removeprefix("/carry ")) == query


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ("", "Which one? For example `/carry BTC-INV`"),
        ("30d", "Which one?"),
        ("BTC", "BTC is the coin itself: it pays nothing for being held."),
        ("BTC-INV ETH 90d", "ETH is the coin itself"),
        ("BTC-INV BTC-INV", "Both are BTC-INV: there is nothing to compare."),
        ("BTC-INV BTC-PERP ETH-PERP", "`/carry` compares two contracts."),
        ("$5k BTC-INV $5k BTC-PERP", "One amount is enough"),
        ("BTC-INV lev=3", "I don't know `lev=3`"),
        ("BTC-INV fee=0.05", "I can't read `fee=0.05`"),
    ],
)
def test_it_refuses(asked: str, sentence: str) -> None:
    assert sentence in refusal(parse, "/carry", asked).sentence


async def test_a_whole_reply() -> None:
    assert shown(await replied("/carry BTC-INV 30d nochart")) == WHOLE


WHOLE = """\
Carry of short BTC-INV · 30d: +12 %/yr (7–17 %) · paid to you

Funding       +12 %/yr
              7–17 %
Last rate     −0.0038 %
              −0.4 bp
              every 8h
              next 16:00 UTC
On $10.0k     +$95
              +0.001712 BTC
              rates sum +1.0 %
Basis now     −0.6 bp
              usual −4.7 to +11.3
After fees    +11 %/yr
Per point     +$11 a year
              99.8 % removed

⚠ Simulated prices.

90 payments · robust 95 % range · fees 0.05 % twice in 30d
BTC/USDT spot · BTC/USD:BTC coin-margined
Simulated · 14:00 UTC · not advice

[7d]  [30d•]  [90d]  [1y]
[vs BTC-PERP]  [Hedge]  [↻]
[🔔 Watch]"""


async def test_the_true_funding_lies_in_the_interval_over_a_year() -> None:
    for name in ("BTC-INV", "ETH-PERP", "AVAX-PERP", "NEWT-PERP"):
        reply = await replied(f"/carry {name} 1y nochart ci=99")
        (found,) = reply.numbers["contracts"]
        market = next(
            m
            for m in await SimulatedPrices().markets("simulated")
            if f"simulated:{m.symbol}" == found["market"]
        )
        truth = SimulatedPrices().truth.funding(market)
        assert truth is not None
        yearly = truth.mean * (365 * DAY / truth.interval)
        assert found["income"]["low"] <= yearly <= found["income"]["high"]
        assert found["payment_every_hours"] == truth.interval.total_seconds() / 3600


async def test_amounts_grow_with_the_notional_whatever_they_are_counted_in() -> None:
    base = (await replied("/carry BTC-INV nochart")).numbers["contracts"][0]
    large = (await replied("/carry $50k BTC-INV nochart")).numbers["contracts"][0]
    assert large["received_usd"] == pytest.approx(5 * base["received_usd"])
    assert large["income"] == base["income"]
    counted = (await replied("/carry 500c BTC-INV nochart")).numbers["contracts"][0]
    assert counted["notional_usd"] == 50_000
    short = (await replied("/carry -$50k BTC-INV nochart")).numbers["contracts"][0]
    assert short == large


async def test_two_contracts_stand_side_by_side_with_their_difference() -> None:
    reply = await replied("/carry BTC-INV BTC-PERP 90d nochart")
    one, other = reply.numbers["contracts"]
    gap = reply.numbers["difference"]
    assert gap["value"] == pytest.approx(one["income"]["value"] - other["income"]["value"])
    assert gap["low"] < gap["value"] < gap["high"]
    assert reply.facts[-1][0].label == "Difference"
    sure = not gap["low"] <= 0 <= gap["high"]
    assert ("neither is surely better" in reply.answer) is not sure


async def test_a_dated_future_says_what_is_certain() -> None:
    reply = await replied("/carry BTC-26MAR27 nochart")
    assert reply.answer.endswith("/yr if held to expiry · paid to you")
    assert "basis certain only if held to expiry" in reply.provenance[0]
    both = await replied("/carry BTC-26MAR27 BTC-PERP nochart")
    assert both.numbers["difference"]["low"] < both.numbers["difference"]["high"]


async def test_a_young_perpetual_without_a_coin_has_its_funding_alone() -> None:
    reply = await replied("/carry NEWT-PERP 30d")
    (found,) = reply.numbers["contracts"]
    assert found["income"] is not None
    assert found["basis"] is None
    assert found["variance_removed"] is None
    assert any("Used 12d, not 30d" in note for note in reply.notes)
    assert any("not traded here" in note for note in reply.notes)
    assert [b.label for b in reply.buttons[1]] == ["↻"]
    assert reply.chart is not None


async def test_too_few_payments_give_no_annual_rate() -> None:
    reply = await replied("/carry BTC-PERP 1d nochart")
    assert reply.answer == "paid only 3 times, too few for an annual rate"
    assert (await replied("/carry BTC-PERP 12h nochart")).answer.startswith("paid only once")
    both = await replied("/carry BTC-PERP BTC-INV 1d nochart")
    assert both.answer == "no common funding to compare"


@pytest.mark.parametrize(
    ("asked", "accrued", "detail"),
    [
        ("BTC-INV BTC-PERP", ["BTC-INV", "BTC-PERP"], ["BTC-INV", "BTC-PERP"]),
        ("BTC-26MAR27 BTC-PERP", ["BTC-26MAR27", "BTC-PERP"], ["BTC-26MAR27", "BTC-PERP"]),
        ("BTC-26MAR27", ["BTC-26MAR27"], ["BTC-26MAR27"]),
        ("NEWT-PERP BTC-PERP", ["NEWT-PERP", "BTC-PERP"], ["NEWT-PERP", "BTC-PERP"]),
        ("BTC-PERP 12h", ["BTC-PERP"], ["BTC-PERP"]),
    ],
)
async def test_a_contract_keeps_its_place_in_both_panels(
    asked: str, accrued: list[str], detail: list[str]
) -> None:
    desk = Desk()
    await replied(f"/carry {asked}", services(desk=desk))
    picture = desk.pictures[-1]
    assert isinstance(picture, CarryPicture)
    assert [line.name for line in picture.accrued] == accrued
    assert [line.name for line in picture.detail] == detail


async def test_what_accrued_is_the_sum_of_the_payments() -> None:
    desk = Desk()
    await replied("/carry BTC-PERP 90d", services(desk=desk))
    picture = desk.pictures[-1]
    assert isinstance(picture, CarryPicture)
    (accrued,), (paid,) = picture.accrued, picture.detail
    assert accrued.values[-1] == pytest.approx(paid.values.sum() / 100)


@pytest.mark.parametrize(
    "asked",
    [
        "1000PEPE-PERP BTC-26MAR27 full",
        "NEWT-PERP 1000PEPE-PERP full",
        "$999999999 BTC-INV ETH-PERP full hold=300d fee=0.0123% ci=99",
        "BTC-PERP AVAX-PERP 1d full",
    ],
)
async def test_every_carry_fits_a_phone(asked: str) -> None:
    reply = await replied(f"/carry {asked} nochart")
    assert_it_fits_a_phone(reply)


async def test_real_funding_is_told_and_stale_funding_is_not(market_data: Path) -> None:
    using = services(ArchivePrices(market_data), now=datetime(2026, 1, 1, tzinfo=UTC))
    reply = await replied("/carry BTC-INV BTC-PERP 90d nochart", using)
    one, other = reply.numbers["contracts"]
    assert one["payments"] == other["payments"] == 270
    assert one["payment_every_hours"] == 8
    stale = await replied("/carry BTC-PERP 30d nochart", using)
    assert stale.answer == "funding is not known"
    assert any("known only until 2024-08-09: end=2024-08-09" in note for note in stale.notes)
    asked = await replied("/carry BTC-PERP 30d nochart end=2024-08-09", using)
    assert asked.numbers["contracts"][0]["income"] is not None
