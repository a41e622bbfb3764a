"""What /size reads, refuses and answers."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from analytics.market.archive import ArchivePrices
from analytics.market.instruments import Instrument, Kind
from bot.telegram.markup import table_lines
from handlers._grammar import Amount, Holding, Unit
from handlers.size import SizeQuery, parse
from tests.analytics.market.counting import Counting
from tests.handlers.asking import refused, replied, services
from tests.handlers.expecting import assert_it_fits_a_phone, refusal

BTC, ETH = Instrument("BTC"), Instrument("ETH")
BTC_INV, BTC_PERP = Instrument("BTC", Kind.INVERSE), Instrument("BTC", Kind.PERP)


def held(quantity: float, what: Instrument = BTC, unit: Unit = Unit.COINS) -> Holding:
    return Holding(quantity, unit, what)


READS = {
    "2.5 BTC BTC-INV": SizeQuery(held(2.5), BTC_INV),
    "BTC-INV 2.5 BTC 5x": SizeQuery(held(2.5), BTC_INV, leverage=5),
    "$25k BTC BTC-PERP part=80% h=1.2": SizeQuery(
        held(25_000, unit=Unit.DOLLARS), BTC_PERP, part=0.8, ratio=1.2
    ),
    "-3 ETH BTC-PERP": SizeQuery(held(-3, ETH), BTC_PERP),
    "40 ETH BTC-INV coll=0.5BTC brief": SizeQuery(
        held(40, ETH),
        BTC_INV,
        collateral=Amount(0.5, Unit.COINS, "BTC"),
        switches=frozenset({"brief"}),
    ),
    "2.5 BTC BTC-INV end=2026-09-01": SizeQuery(
        held(2.5), BTC_INV, end=datetime(2026, 9, 1, tzinfo=UTC)
    ),
}


@pytest.mark.parametrize("asked", READS)
def test_it_reads(asked: str) -> None:
    assert parse(asked) == READS[asked]


@pytest.mark.parametrize("asked", READS)
def test_its_own_words_read_back(asked: str) -> None:
    query = READS[asked]
    assert parse(query.asked.removeprefix("/size ")) == query


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ("", "How much of what? For example `/size 2.5 BTC BTC-INV lev=5`"),
        ("BTC", "How much BTC do you hold?"),
        ("BTC BTC-INV", "How much BTC do you hold? For example `/size 1 BTC BTC-INV`"),
        ("2.5 BTC", "2.5 BTC against what?"),
        ("2.5 BTC BTC", "BTC is the coin itself"),
        ("2.5 BTC ETH", "ETH is the coin itself"),
        ("2.5 BTC BTC-INV BTC-PERP", "`/size` takes one contract."),
        ("2.5 BTC 3 ETH BTC-PERP", "`/size` takes one holding."),
        ("10c BTC-INV BTC-PERP", "10c BTC-INV is a contract."),
        ("2 BTC-PERP BTC-PERP", "Both are BTC-PERP"),
        ("2.5 BTC BTC-INV 30d", "`/size` takes no length of time."),
        ("2.5 BTC BTC-INV lev=0.5", "I can't read `lev=0.5`"),
        ("2.5 BTC BTC-INV roof=3", "I don't know `roof=3`"),
        ("2.5 BTC BTC-INV roof=3d", "I don't know `roof=3d`. I know"),
        ("2.5 BTC BTC-INV window=3d", "I don't know `window=3d`. I know"),
    ],
)
def test_it_refuses(asked: str, sentence: str) -> None:
    assert sentence in refusal(parse, "/size", asked).sentence


async def test_a_full_neutralisation_counts_by_the_contracts_own_price() -> None:
    reply = await replied("/size 2.5 BTC BTC-INV lev=5")
    numbers = reply.numbers
    price = numbers["price"]
    assert numbers["exact_contracts"] == pytest.approx(2.5 * price / 100, rel=1e-12)
    assert numbers["contracts"] == round(2.5 * price / 100)
    assert numbers["margin"] == pytest.approx(numbers["contracts"] * 100 / price / 5)
    rate = numbers["maintenance_rate"]
    assert numbers["liquidation_price"] == pytest.approx(price * (1 - rate) / (1 - 1 / 5))
    assert reply.title == "Size 2.5 BTC · BTC-INV:"
    assert (
        reply.answer
        == f"SHORT {numbers['contracts']:,.0f} contracts (${numbers['notional_usd']:,.0f})"
    )
    assert reply.chart is None
    assert [b.question for b in reply.buttons[0]][-1] == "/size 2.5 BTC BTC-INV lev=5"


async def test_a_linear_size_sells_dollar_for_dollar_or_by_the_given_ratio() -> None:
    for asked, ratio in (("", 1.0), (" h=1.24", 1.24), (" part=50% h=2", 1.0)):
        numbers = (await replied(f"/size 40 ETH BTC-PERP{asked}")).numbers
        assert numbers["hedge_ratio"] == pytest.approx(ratio)
        wanted = numbers["notional_usd"] + numbers["residual_usd"]
        spot = (await replied("/size 40 ETH ETH-PERP")).numbers
        held_usd = spot["notional_usd"] + spot["residual_usd"]
        assert wanted == pytest.approx(ratio * held_usd, rel=1e-9)
        assert numbers["liquidation_price"] == pytest.approx(
            numbers["price"] * (1 + 1 / 3) / (1 + numbers["maintenance_rate"])
        )


async def test_the_margin_on_another_coin_is_hedged_along() -> None:
    numbers = (await replied("/size 40 ETH BTC-INV coll=0.5BTC")).numbers
    bare = (await replied("/size 40 ETH BTC-PERP")).numbers
    grown = numbers["exact_contracts"] * 100 / numbers["price"]
    held_btc = bare["exact_contracts"] * bare["price"] / numbers["price"]
    assert grown == pytest.approx(0.5 + held_btc, rel=2e-3)
    assert numbers["margin"] == 0.5


async def test_all_coins_posted_are_never_liquidated() -> None:
    reply = await replied("/size 2.5 BTC BTC-INV")
    lines = [line for group in reply.facts for line in table_lines(group)]
    assert "All posted    never liquidated" in lines
    assert (await replied("/size 2.5 BTC BTC-INV lev=1")).numbers["liquidation_price"] is None


async def test_what_cannot_be_sized_says_why_and_what_would_do() -> None:
    small = await refused("/size 0.0001 BTC BTC-INV")
    assert "Nothing to hedge. Smallest: 0.00" in small.answer
    assert await replied(small.buttons[0][0].question)
    for asked in ("/size 40 ETH BTC-INV", "/size 2.5 BTC BTC-INV coll=0.005BTC"):
        reply = await refused(asked)
        assert await replied(reply.buttons[0][0].question)
    wrong = await refused("/size 2.5 BTC BTC-INV coll=1ETH")
    assert wrong.answer.startswith("That contract takes its margin in BTC")
    assert await replied(wrong.buttons[0][0].question)


async def test_it_asks_one_candle_question_a_leg_and_no_more_bars_than_five() -> None:
    source = Counting()
    using = services(source)
    await replied("/size 2.5 BTC BTC-INV", using)
    assert source.bars_asked == [5]
    await replied("/size 40 ETH BTC-PERP", using)
    assert source.bars_asked == [5, 5, 5]


@pytest.mark.parametrize(
    "asked",
    [
        "/size 2.5 BTC BTC-INV",
        "/size 123456.789 ETH BTC-INV lev=3",
        "/size $999999999 SOL BTC-PERP part=37% h=1.2345 coll=$123456789",
        "/size -3 ETH ETH-INV full",
    ],
)
async def test_every_size_fits_a_phone(asked: str) -> None:
    reply = await replied(asked)
    assert_it_fits_a_phone(reply, most=600)
    for group in reply.facts:
        assert all(len(fact.label) <= 13 for fact in group)


async def test_real_prices_count_to_the_contract(market_data: Path) -> None:
    using = services(ArchivePrices(market_data), now=datetime(2026, 1, 1, tzinfo=UTC))
    numbers = (await replied("/size 2.5 BTC BTC-INV", using)).numbers
    assert numbers["contracts"] == round(2.5 * numbers["price"] / 100)
    assert numbers["as_of"].startswith("2024-08-09T00:00")
