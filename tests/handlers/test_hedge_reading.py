"""What /hedge reads, and what it refuses with a way out."""

import pytest

from analytics.errors import RequestError
from analytics.market.instruments import Instrument, Kind
from analytics.market.windows import DAY, HOUR, Window
from handlers._grammar import Amount, Holding, Unit
from handlers.hedge import HedgeQuery, parse
from tests.handlers.asking import asked, refused
from tests.handlers.expecting import answers_all
from tests.handlers.test_hedge import BTC, ETH

BTC_PERP, BTC_INV = Instrument("BTC", Kind.PERP), Instrument("BTC", Kind.INVERSE)
FORTY_ETH = Holding(40, Unit.COINS, ETH)


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        ("40 ETH BTC-PERP 30d", HedgeQuery(FORTY_ETH, BTC_PERP, Window())),
        ("btc-perp 40eth", HedgeQuery(FORTY_ETH, BTC_PERP, Window())),
        ("2.5 BTC BTC-INV", HedgeQuery(Holding(2.5, Unit.COINS, BTC), BTC_INV, Window())),
        (
            "-3 ETH BTC-PERP 60d 4h",
            HedgeQuery(Holding(-3, Unit.COINS, ETH), BTC_PERP, Window(60 * DAY, 4 * HOUR)),
        ),
        ("$25k ETH BTC-PERP", HedgeQuery(Holding(25e3, Unit.DOLLARS, ETH), BTC_PERP, Window())),
        (
            "40 ETH BTC-INV coll=0.5BTC lev=3 part=80% h=1 ci=90",
            HedgeQuery(
                FORTY_ETH,
                BTC_INV,
                Window(),
                level=0.90,
                part=0.8,
                ratio=1.0,
                collateral=Amount(0.5, Unit.COINS, "BTC"),
                leverage=3.0,
            ),
        ),
        (
            "40 ETH BTC-PERP 5x coll=$5k brief",
            HedgeQuery(
                FORTY_ETH,
                BTC_PERP,
                Window(),
                collateral=Amount(5e3, Unit.DOLLARS),
                leverage=5.0,
                switches=frozenset({"brief"}),
            ),
        ),
    ],
)
def test_reads(typed: str, query: HedgeQuery) -> None:
    assert parse(typed) == query
    assert parse(query.asked(query.window).removeprefix("/hedge")) == query


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "BTC",
        "2.5",
        "2.5 BTC",
        "BTC BTC-INV",
        "2 BTC ETH",
        "2 BTC BTC",
        "2 BTC BTC/USDT",
        "2 BTC-PERP BTC-PERP",
        "2 BTC BTC-PERP ETH",
        "2 BTC + 3 ETH",
        "2 BTC + 3 ETH -2 BTC-PERP",
        "2 BTC BTC-PERP+ETH-PERP+SOL-PERP+XRP-PERP+LTC-PERP",
        "2 BTC BTC-PERP+ETH-PERP h=1",
        "2 BTC BTC-PERP+ETH-PERP coll=1BTC",
        "2 BTC + 3c ETH-INV BTC-PERP",
        "2 BTC - 2 BTC ETH-PERP",
        "1499c BTC-INV BTC-PERP",
        "2 BTC-INV BTC-PERP",
        "2 BTC BTC-PERP m=spearman",
        "2 BTC BTC-PERP roll=7d",
        "2 BTC BTC-PERP h=0",
        "2 BTC BTC-PERP part=120%",
        "2 BTC BTC-PERP lev=0.5",
        "1.000,5 BTC BTC-PERP",
        "2 BTC BTC-PERP 12h 1h",
    ],
)
def test_refuses_with_a_correction_that_is_read(typed: str) -> None:
    with pytest.raises(RequestError) as refusal:
        parse(typed)
    assert refusal.value.corrections
    for correction in refusal.value.corrections:
        right = correction.applied_to(f"/hedge {typed}")
        if right.startswith("/hedge"):
            parse(right.removeprefix("/hedge"))


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        (
            "/hedge 0.0005 BTC BTC-INV",
            "0.0005 BTC is $28; one contract is $100. Nothing to hedge. Smallest: 0.0019 BTC.",
        ),
        ("/hedge -0.00001 ETH ETH-PERP", "0.00001 ETH is $0.015; the smallest order is $2."),
        ("/hedge 2 BTC-PERP BTC/USDT:USDT", "Both are BTC-PERP, that is 1.00 by definition."),
        ("/hedge 2.5 BTC BTC-INV coll=5BTC", "coll=5BTC is more than you hold."),
        ("/hedge 2.5 BTC BTC-PERP coll=1ETH", "BTC-PERP takes its margin in dollars"),
        ("/hedge 40 ETH BTC-INV coll=1ETH", "BTC-INV takes its margin in BTC"),
        ("/hedge 40 ETH BTC-INV lev=1", "At 1× the coins posted as margin are as large"),
        ("/hedge 2 BTC BTC-PERP coll=$1", "At 110,"),
        ("/hedge 100 BEAM BTC-PERP", "BEAM is two coins here. Which one?"),
        ("/hedge 5 XRPP BTC-PERP", "I don't know XRPP"),
        ("/hedge 2 BTC BTC/USDC", "BTC/USDC is the coin itself"),
    ],
)
async def test_refusals_say_why_and_each_tap_answers(question: str, sentence: str) -> None:
    reply = await refused(question)
    assert reply.answer.startswith(sentence)
    if "BEAM" in question:
        question = question.replace("100 BEAM", "100000 BEAM/USDT")
        assert not (await asked(question)).is_error
    elif "XRPP" not in question:
        await answers_all(reply)
