"""/hedge with several holdings and several legs, on the simulated venue whose truth is known."""

from collections.abc import Mapping
from dataclasses import replace
from textwrap import dedent

import numpy as np
import pytest

from analytics.charts import DARK, HedgePicture
from analytics.charts.renderer import Renderer
from analytics.market.instruments import Instrument, Kind
from analytics.market.simulated import SimulatedPrices
from analytics.market.windows import DAY, HOUR, Window
from bot.answering.answers import Answers
from bot.telegram.markup import CAPTION_LIMIT, TEXT_LIMIT
from handlers import SavedPosition, load_commands, position_of
from handlers._grammar import Holding, Unit
from handlers._hedge.query import PortfolioQuery
from handlers.hedge import parse
from tests.handlers.asking import NOW, Desk, asked, refused, replied, services, shown, somebody
from tests.handlers.expecting import assert_it_fits_a_phone

ETH, BTC, SOL = Instrument("ETH"), Instrument("BTC"), Instrument("SOL")
BTC_PERP, ETH_PERP, SOL_PERP = (Instrument(c, Kind.PERP) for c in ("BTC", "ETH", "SOL"))
FORTY_ETH, TEN_BTC = Holding(40, Unit.COINS, ETH), Holding(10, Unit.COINS, BTC)


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        (
            "$25k SOL ETH-PERP+BTC-PERP 60d hold=3d",
            PortfolioQuery(
                (Holding(25e3, Unit.DOLLARS, SOL),),
                (ETH_PERP, BTC_PERP),
                Window(60 * DAY),
                hold=3 * DAY,
            ),
        ),
        (
            "40 eth, btc-perp, sol-perp 5x part=80%",
            PortfolioQuery((FORTY_ETH,), (BTC_PERP, SOL_PERP), Window(), part=0.8, leverage=5.0),
        ),
        (
            "10 BTC + 40 ETH SOL-PERP+BTC-PERP 60d",
            PortfolioQuery((TEN_BTC, FORTY_ETH), (SOL_PERP, BTC_PERP), Window(60 * DAY)),
        ),
        (
            "10 BTC -40 ETH BTC-PERP 30d 4h fee=5bp ci=90 brief",
            PortfolioQuery(
                (TEN_BTC, Holding(-40, Unit.COINS, ETH)),
                (BTC_PERP,),
                Window(30 * DAY, 4 * HOUR),
                level=0.90,
                fee=0.0005,
                switches=frozenset({"brief"}),
            ),
        ),
        (
            "4 BTC 6 BTC 40 ETH BTC-PERP BTC-PERP",
            PortfolioQuery((TEN_BTC, FORTY_ETH), (BTC_PERP,), Window()),
        ),
    ],
)
def test_reads(typed: str, query: PortfolioQuery) -> None:
    assert parse(typed) == query
    assert parse(query.asked(query.window).removeprefix("/hedge")) == query


def test_one_holding_and_one_contract_stay_the_plain_question() -> None:
    assert not isinstance(parse("40 ETH BTC-PERP"), PortfolioQuery)


def whole(text: str) -> str:
    return dedent(text).strip()


async def test_a_basket_is_answered_in_one_look() -> None:
    reply = await replied("/hedge 40 ETH + 200 SOL ETH-PERP+SOL-PERP+BTC-PERP 60d")
    assert shown(reply) == whole(
        """
        Hedge 40 ETH + 200 SOL with ETH-PERP + SOL-PERP · 60d: SHORT 39.996 ETH + 199.55 SOL (≈ $80.8k) · removes 99.96 % (99.94–99.97 %)

        ETH-PERP      SHORT 39.996
                      h 0.742–0.744
                      keep 35–45
        SOL-PERP      SHORT 199.55
                      h 0.2558–0.2572
                      keep 142–257

        Slope         1.0000
                      (0.9992–1.0008)
        Removes       99.96 % of variance
                      99.94–99.97 %
                      on unseen days
        Next 60d      99.41–99.98 % likely
        1-day vol     3.9 % → 0.05 %
        Worst 5 days  −$35.1k → −$29
        All 60 days   −$38.8k → −$340

        Funding       +$7.69k/yr
                      +$5.44k to +$9.94k
                      paid to you
        Liquidation   +33 %, first
                      ETH-PERP, e.g. at 3×

        ⚠ Simulated prices.
        ⚠ BTC-PERP adds nothing on unseen days. Left it out.

        Fits 60d (in sample 99.96 %), checks on the next day, 60 times · robust 95 % range
        ETH/USDT spot · SOL/USDT spot · ETH/USDT:USDT perp · SOL/USDT:USDT perp
        Simulated · 14:00 UTC · not advice

        [7d]  [30d]  [60d•]  [90d]  [1y]
        [Correlation]  [↻]  [?]
        [🔔 Watch]  [Daily]
        """
    )


async def test_the_intervals_hold_the_true_ratios() -> None:
    """β of LTC to BTC and ETH together, from the true correlations and volatilities."""
    truth, at = SimulatedPrices().truth, NOW
    coins = ("LTC", "BTC", "ETH")
    rho = np.array(
        [[1.0 if a == b else truth.correlation(a, b, at=at) for b in coins] for a in coins]
    )
    sigma = np.array([truth.volatility(coin) for coin in coins])
    covariance = rho * np.outer(sigma, sigma)
    expected = np.linalg.solve(covariance[1:, 1:], covariance[1:, 0])
    reply = await replied("/hedge $50k LTC BTC-PERP+ETH-PERP 90d end=2026-08-30 ci=99 nochart")
    numbers = reply.numbers
    found = {
        leg["market"].split(":")[1].split("/")[0]: leg["hedge_ratio"] for leg in numbers["legs"]
    }
    for coin, value in zip(("BTC", "ETH"), expected, strict=True):
        if coin in found:
            assert found[coin]["low"] <= value <= found[coin]["high"]
    assert found


async def test_twin_legs_are_named_and_the_first_is_kept() -> None:
    reply = await replied("/hedge 40 ETH BTC-PERP+BTC-INV 60d nochart lev=3")
    assert [leg["market"] for leg in reply.numbers["legs"]] == ["simulated:BTC/USDT:USDT"]
    (note,) = (n for n in reply.notes if "move as one" in n)
    assert note == "BTC-PERP and BTC-INV move as one (0.999). Kept BTC-PERP."
    alone = reply.buttons[1][0]
    assert alone.label == "BTC-PERP alone"
    assert alone.question == "/hedge 40 ETH BTC-PERP 60d lev=3 nochart"
    assert not (await asked(alone.question)).is_error


async def test_each_coin_of_a_basket_is_sold_in_its_own_contract() -> None:
    reply = await replied("/hedge 10 BTC + 400 ETH BTC-PERP+ETH-PERP 60d nochart")
    numbers = reply.numbers
    coins = {leg["market"].split(":")[1]: leg["coins"] for leg in numbers["legs"]}
    assert coins["BTC/USDT"] == pytest.approx(10, rel=0.03)
    assert coins["ETH/USDT"] == pytest.approx(400, rel=0.03)
    assert numbers["effectiveness"]["out_of_sample"]["value"] > 0.99
    assert not any("Cross-hedge" in note for note in reply.notes)


async def test_a_short_is_hedged_with_longs() -> None:
    long = (await replied("/hedge 30 ETH + 5 BTC BTC-PERP+ETH-PERP nochart")).numbers
    short = (await replied("/hedge -30 ETH + -5 BTC BTC-PERP+ETH-PERP nochart")).numbers
    assert {leg["side"] for leg in short["legs"]} == {"LONG"}
    assert [leg["contracts"] for leg in short["legs"]] == [leg["contracts"] for leg in long["legs"]]
    assert short["effectiveness"]["out_of_sample"] == long["effectiveness"]["out_of_sample"]
    assert short["worst_days"] != long["worst_days"]


async def test_margin_in_a_coin_that_is_not_held_asks_for_a_leverage() -> None:
    bare = await refused("/hedge 40 ETH + 100 SOL BTC-INV+SOL-PERP")
    assert bare.answer == "The BTC you post as margin is itself to be hedged. Say how much: lev=3."
    for row in bare.buttons:
        for button in row:
            assert not (await asked(button.question)).is_error
    one = await refused("/hedge 40 ETH + 100 SOL BTC-INV+SOL-PERP lev=1")
    assert one.answer.startswith("At 1× the coins posted as margin are as large")


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("/hedge 2 BTC + 3 ETH", "Against what? For example `/hedge 2 BTC + 3 ETH BTC-PERP 30d`"),
        ("/hedge 2 BTC BTC-PERP ETH", "ETH is the coin itself; to hedge you sell a contract on it"),
        (
            "/hedge 2 BTC BTC-PERP+ETH-PERP+SOL-PERP+XRP-PERP+LTC-PERP",
            "I read 5 legs. `/hedge` takes 4.",
        ),
        ("/hedge 40 ETH -2 BTC-PERP", "All of these have amounts."),
        ("/hedge 2 BTC BTC-PERP+ETH-PERP h=1", "h= is the ratio of one holding to one contract."),
        ("/hedge 2 BTC BTC-PERP+ETH-PERP coll=1BTC", "coll= is the margin of one contract."),
        ("/hedge 0.00001 BTC + 0.0001 ETH BTC-PERP", "What you hold is $0."),
        ("/hedge 2 BTC-PERP + 3 ETH BTC-PERP", "Both are BTC-PERP"),
        ("/hedge 2 BTC + 3 ETH BTC-PERP hold=20d", "hold=20d fits 1.5 times into 30d; I need 9"),
        ("/hedge 2 BTC BTC-PERP hold=20d", "hold=20d fits 1.5 times into 30d; I need 9"),
        ("/hedge 2 BTC BTC-PERP 180d hold=1h", "hold=1h is less than a bar of 4h."),
        ("/hedge 2 BTC - 2 BTC ETH-PERP", "These amounts cancel out"),
    ],
)
async def test_refusals_say_why_and_each_tap_answers(question: str, sentence: str) -> None:
    reply = await refused(question)
    assert reply.answer.startswith(sentence)
    assert reply.buttons
    for row in reply.buttons:
        for button in row:
            answer = await asked(button.question)
            assert not answer.is_error, (button.question, answer.reply.answer)


async def test_a_holding_time_changes_ratio_and_test_and_is_named() -> None:
    plain = await replied("/hedge 40 ETH BTC-PERP 60d nochart")
    held = await replied("/hedge 40 ETH BTC-PERP 60d hold=2d nochart")
    assert held.numbers["hold_bars"] == 48
    assert held.numbers["hedge_ratio"]["n"] == plain.numbers["hedge_ratio"]["n"] - 47
    assert held.numbers["hedge_ratio"]["value"] != plain.numbers["hedge_ratio"]["value"]
    assert held.provenance[0].startswith("Fits 60d over 2d (in sample")
    assert held.numbers["horizon_days"] == 2
    assert held.numbers["effectiveness"]["next_window"] is None


async def test_a_fee_shows_what_opening_and_a_point_cost() -> None:
    reply = await replied("/hedge 40 ETH BTC-PERP fee=0.1% nochart")
    facts = {fact.label: fact for group in reply.facts for fact in group}
    numbers = reply.numbers
    assert numbers["opening_usd"] == pytest.approx(0.001 * numbers["notional_usd"], rel=1e-6)
    points = 100 * numbers["effectiveness"]["out_of_sample"]["value"]
    total = numbers["opening_usd"] + numbers["resizing_usd"]
    assert numbers["usd_per_point"] == pytest.approx(total / points)
    assert facts["Trade costs"].value.startswith("$63 + $")
    several = await replied("/hedge 40 ETH + 1 BTC BTC-PERP+ETH-PERP fee=0.1% nochart")
    legs = sum(leg["notional_usd"] for leg in several.numbers["legs"])
    assert several.numbers["opening_usd"] == pytest.approx(0.001 * legs, rel=1e-6)


async def test_the_band_of_a_plain_hedge_is_that_of_the_drift_question() -> None:
    hedge = (await replied("/hedge 40 ETH BTC-PERP nochart")).numbers
    size = hedge["coins"]
    drift = (await replied(f"/drift 40 ETH -{size} BTC-PERP nochart")).numbers
    ratio = hedge["notional_usd"] / (40 * hedge["spot"])
    band = [end / ratio * size for end in hedge["bands"][0]]
    assert band == pytest.approx(sorted(drift["band_coins"]), rel=1e-6)


async def test_carry_is_the_sum_of_the_legs() -> None:
    reply = await replied("/hedge 30 ETH + 5 BTC BTC-PERP+ETH-PERP full nochart")
    legs = reply.numbers["legs"]
    income = sum(leg["notional_usd"] * leg["funding_apr"]["value"] for leg in legs)
    facts = {fact.label: fact for group in reply.facts for fact in group}
    assert facts["Funding"].value == f"+${income / 1000:.1f}k/yr"
    assert all(
        any("%/yr" in line for line in facts[name].below) for name in ("BTC-PERP", "ETH-PERP")
    )


@pytest.mark.parametrize(
    "question",
    [
        (
            "/hedge 123456.25 1000PEPE-PERP + 12.5 BTC + 40.25 ETH + 3 SOL + 2 LTC "
            "BTC/USD:BTC-270326+ETH/USD:ETH-270326+SOL-PERP+LTC-PERP "
            "42d 1h lev=2.75 part=33.3% ci=90 full"
        ),
        "/hedge $1000M PAXG + $20M XRP ETH-PERP+SOL-PERP+BTC-INV+XRP-PERP 60d lev=3 full fee=5bp",
        "/hedge 12345.678901 NEWT-PERP + 3 BTC BTC-25DEC26+NEWT-PERP/USDT 90d full",
        "/hedge 40 ETH + 400 SOL + 9000 XRP + 900 LTC ETH-PERP+SOL-PERP+XRP-PERP+LTC-PERP full",
        "/hedge 40 ETH + 400 SOL + 9000 XRP + 900 LTC ETH-PERP+SOL-PERP+XRP-PERP+LTC-PERP",
    ],
)
async def test_the_longest_answers_fit_a_caption(question: str) -> None:
    answer = await asked(question)
    if "NEWT" in question and answer.is_error:
        return
    reply = answer.reply
    assert not answer.is_error, reply.answer
    assert_it_fits_a_phone(reply, most=CAPTION_LIMIT if reply.chart else TEXT_LIMIT)
    assert "nan" not in shown(reply)


async def test_the_picture_says_what_the_reply_says() -> None:
    desk = Desk()
    reply = await replied("/hedge 30 ETH + 5 BTC BTC-PERP+ETH-PERP", services(desk=desk))
    (picture,) = desk.pictures
    assert isinstance(picture, HedgePicture)
    assert picture.words.title.startswith("Hedge 30 ETH + 5 BTC · SHORT ")
    assert picture.target == "holdings"
    assert len(picture.time) == 60 * 24
    assert picture.ratio.value == pytest.approx(1.0, abs=0.02)
    assert reply.chart is not None
    assert len(Renderer().draw(picture, DARK)) > 10_000


class Shelf:
    """A book that is kept in memory."""

    def __init__(self, *positions: SavedPosition) -> None:
        self._kept = {position.name: position for position in positions}

    async def positions(self, owner_id: int) -> Mapping[str, SavedPosition]:
        return self._kept if owner_id == 1 else {}

    async def save(self, owner_id: int, position: SavedPosition) -> None:
        raise AssertionError((owner_id, position))

    async def delete(self, owner_id: int, name: str) -> bool:
        raise AssertionError((owner_id, name))


@pytest.mark.parametrize(
    ("position", "question"),
    [
        ("40 ETH -2.48 BTC-PERP", "/hedge 40 ETH BTC-PERP nochart"),
        (
            "10 BTC 40 ETH -9 BTC-PERP -30 ETH-PERP",
            "/hedge 10 BTC + 40 ETH BTC-PERP+ETH-PERP nochart",
        ),
    ],
)
async def test_a_saved_position_is_hedged_by_its_name(position: str, question: str) -> None:
    book = Shelf(SavedPosition("main", position_of(position)))
    using = replace(services(), book=book)
    answers = Answers(load_commands(), using)
    by_name = await answers.answer("/hedge main nochart", asker=somebody(1))
    assert not by_name.is_error, by_name.reply.answer
    assert by_name.reply.numbers == (await replied(question)).numbers
    stranger = await answers.answer("/hedge main nochart", asker=somebody(2))
    assert stranger.is_error
