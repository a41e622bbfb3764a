"""/hedge on the simulated venue, whose truth is known."""

from textwrap import dedent

import pytest

from analytics.charts import HedgePicture
from analytics.market.instruments import Instrument
from analytics.market.simulated import SimulatedPrices
from tests.handlers.asking import NOW, Desk, asked, refused, replied, services, shown
from tests.handlers.expecting import answers_all, assert_it_fits_a_phone

ETH, BTC = Instrument("ETH"), Instrument("BTC")


def whole(text: str) -> str:
    return dedent(text).strip()


async def test_a_cross_hedge_is_answered_in_one_look() -> None:
    assert shown(await replied("/hedge 40 ETH BTC-PERP 30d full")) == whole(
        """
        Hedge 40 ETH with BTC-PERP · 30d: SHORT 1.138 BTC (≈ $63.1k) · removes 75 % (67–81 %)

        Ratio h       1.05 (0.99–1.10)
                      $ per $ held
                      = 1.08–1.20 BTC

        Removes       75 % of variance
                      67–81 %, unseen days
        Next 30d      45–83 % likely
        1-day vol     3.9 % → 2.3 %
        Worst 5 days  −$26.4k → −$3.89k
        All 60 days   −$32.0k → −$6.12k
        Worst 5 %     48 % less (38–56 %)

        Funding       +10.4 %/yr
                      6.3–14.4 %
                      paid to you
        Trade costs   $38 + $8.41 in 30d
                      $0.62 a point
        Rebalance if  outside
                      1.00–1.28 BTC
        Liquidation   $73,604
                      (+33 %) e.g. at 3×

        In sample     h=1: 69 %
        Contracts     1.138 exactly
        Last payment  0.0238 % every 8h

        ⚠ Simulated prices.
        ⚠ Cross-hedge: ETH can move without BTC.

        Fits 30d (in sample 69 %), checks on the next day, 60 times · robust 95 % range
        id 00000000
        ETH/USDT spot · BTC/USDT:USDT perp
        Simulated · 14:00 UTC · not advice

        [7d]  [30d•]  [90d]  [1y]
        [Correlation]  [↻]  [?]
        [🔔 Watch]  [Daily]
        """
    )


async def test_a_full_neutralisation_says_what_it_promises() -> None:
    assert shown(await replied("/hedge 2.5 BTC BTC-INV")) == whole(
        """
        Hedge 2.5 BTC with BTC-INV · 30d: SHORT 1,385 contracts ($138.5k) · removes 99.85 % (99.79–99.89 %)

        Value stays ≈ $138.5k at any price: price moves need no rebalancing. Watch basis, funding, coins you add.

        Contract      $100, in BTC
        Ratio h       1.000 (0.997–1.003)
                      sized at 1
        Left over     +0.00038 BTC
                      (+$21)

        Removes       99.85 % of variance
                      99.79–99.89 %
                      on unseen days
        Next 30d      97.64–99.95 % likely
        1-day vol     3.5 % → 0.06 %
        Worst 5 days  −$51.1k → +$200
        All 60 days   −$48.4k → −$598

        Funding       +12 %/yr
                      7–17 %
                      paid to you
        Liquidation   none
                      if all 2.5 BTC
                      are posted; at 3×
                      $82,780 (+49 %)

        ⚠ Simulated prices.

        Held as sized (in sample 99.8 %), checks on the next day, 60 times · robust 95 % range
        BTC/USDT spot · BTC/USD:BTC coin-margined
        Simulated · 14:00 UTC · not advice

        [7d]  [30d•]  [90d]  [1y]
        [Correlation]  [↻]  [?]
        [🔔 Watch]  [Daily]
        """
    )


async def test_the_size_of_a_full_neutralisation_is_exact() -> None:
    numbers = (await replied("/hedge 2.5 BTC BTC-INV nochart")).numbers
    assert numbers["exact_contracts"] == pytest.approx(2.5 * numbers["price"] / 100, rel=1e-12)
    assert numbers["contracts"] == round(numbers["exact_contracts"])
    half = (await replied("/hedge 2.5 BTC BTC-INV part=50% nochart")).numbers
    assert half["exact_contracts"] == pytest.approx(numbers["exact_contracts"] / 2, rel=1e-12)


@pytest.mark.parametrize(("held", "hedge"), [("ETH", "BTC"), ("LTC", "BTC"), ("BTC", "ETH")])
async def test_the_interval_holds_the_true_ratio(held: str, hedge: str) -> None:
    question = f"/hedge $50k {held} {hedge}-PERP 90d end=2026-08-30 ci=99 nochart"
    found = (await replied(question)).numbers["hedge_ratio"]
    truth = SimulatedPrices().truth.hedge_ratio(held, hedge, at=NOW)
    assert found["low"] <= truth <= found["high"]


async def test_dollars_become_coins_at_the_last_close() -> None:
    numbers = (await replied("/hedge $25k SOL ETH-PERP nochart")).numbers
    assert numbers["holding"]["coins"] * numbers["spot"] == pytest.approx(25_000)


async def test_a_short_is_hedged_with_a_long_of_the_same_size() -> None:
    long = (await replied("/hedge 3 ETH BTC-PERP nochart")).numbers
    reply = await replied("/hedge -3 ETH BTC-PERP nochart")
    assert reply.title == "Hedge −3 ETH with BTC-PERP · 30d:"
    assert (long["side"], reply.numbers["side"]) == ("SHORT", "LONG")
    assert reply.numbers["contracts"] == long["contracts"]
    assert reply.numbers["effectiveness"] == long["effectiveness"]
    assert reply.numbers["funding_apr"]["value"] == -long["funding_apr"]["value"]
    assert reply.numbers["worst_days"] != long["worst_days"]


async def test_part_and_a_chosen_ratio_are_obeyed_and_named() -> None:
    reply = await replied("/hedge 40 ETH BTC-PERP part=50% h=1 nochart")
    assert reply.title.startswith("Hedge 50 % of 40 ETH with BTC-PERP")
    labels = {fact.label: fact.value for group in reply.facts for fact in group}
    assert labels["You chose"] == "h 1.00"
    numbers = reply.numbers
    assert numbers["notional_usd"] == pytest.approx(0.5 * 40 * numbers["spot"], rel=0.01)


async def test_margin_of_a_cross_hedge_with_coins_is_hedged_along() -> None:
    bare = await refused("/hedge 40 ETH BTC-INV")
    assert bare.answer == (
        "The BTC you post as margin is itself to be hedged. Say how much: coll=0.5BTC or lev=3."
    )
    await answers_all(bare)
    posted = (await replied("/hedge 40 ETH BTC-INV coll=0.5BTC nochart")).numbers
    ratio = posted["hedge_ratio"]["value"]
    spot = (await replied("/corr BTC ETH nochart")).numbers
    assert spot["as_of"] == posted["as_of"]
    levered = await replied("/hedge 40 ETH BTC-INV lev=3 nochart")
    bare_usd = ratio * 40 * posted["spot"]
    assert levered.numbers["notional_usd"] == pytest.approx(1.5 * bare_usd, rel=0.01)
    assert posted["notional_usd"] == pytest.approx(bare_usd + 0.5 * posted["price"], rel=0.01)
    facts = {fact.label: fact for group in levered.facts for fact in group}
    assert facts["Margin in it"].value.endswith(" BTC")
    assert facts["Liquidation"].below[0].endswith("at 3×")


async def test_bundles_are_counted_in_coins() -> None:
    reply = await replied("/hedge 50000000 PEPE-PERP BTC-PERP nochart")
    assert reply.title == "Hedge 50,000 1000PEPE-PERP with BTC-PERP · 30d:"
    assert any("1000PEPE" in note for note in reply.notes)
    same = await replied("/hedge 50000 1000PEPE-PERP BTC-PERP nochart")
    assert same.numbers["contracts"] == reply.numbers["contracts"]
    small = await refused("/hedge 5000 PEPE-PERP BTC-PERP")
    await answers_all(small)


@pytest.mark.parametrize("holding", ["2 PAXG", "$100k USDC"])
async def test_a_contract_that_does_not_hedge_is_called_so_on_the_first_line(holding: str) -> None:
    answer = await asked(f"/hedge {holding} BTC-PERP ci=99 h=1")
    reply = answer.reply
    assert not answer.is_error
    assert reply.answer.startswith("does not hedge it · SHORT")
    assert any("does not hedge" in note and "removed nothing" in note for note in reply.notes)
    assert reply.numbers["doubt"] == "it removed nothing"


async def test_a_ratio_that_may_be_zero_is_no_hedge() -> None:
    reply = await replied("/hedge $10M USDC BTC-PERP ci=99")
    assert reply.numbers["hedge_ratio"]["low"] < 0 < reply.numbers["hedge_ratio"]["high"]
    assert reply.answer.startswith("does not hedge it ·")
    assert "BTC-PERP does not hedge USDC: its ratio may as well be 0." in reply.notes
    assert reply.numbers["doubt"] == "its ratio may as well be 0"


async def test_what_may_be_chance_is_called_so() -> None:
    reply = await replied("/hedge 2 PAXG BTC-PERP 30d")
    assert reply.answer.startswith("hardly hedges, 0.2 % (−1.7 to 2.1 %) · LONG 0.004 BTC")
    facts = {fact.label: fact for group in reply.facts for fact in group}
    assert facts["Ratio h"].value == "−0.04"
    assert facts["Ratio h"].below == ("(−0.06 to −0.01)", "$ per $ held", "= 0.001–0.007 BTC")


async def test_a_young_holding_is_measured_on_what_there_is() -> None:
    reply = await replied("/hedge 10000 NEWT-PERP BTC-PERP")
    assert reply.title == "Hedge 10,000 NEWT-PERP with BTC-PERP · 12d:"
    assert "removed 31 % in sample" in reply.answer
    assert "Too short a past for a test on unseen days." in reply.notes
    assert reply.numbers["effectiveness"]["out_of_sample"] is None
    assert [button.label for button in reply.buttons[0]] == ["7d", "30d"]


@pytest.mark.parametrize(
    ("contract", "order"), [("BTC-25DEC26", " BTC"), ("BTC/USD:BTC-261225", " contracts")]
)
async def test_dated_futures_show_their_basis(contract: str, order: str) -> None:
    reply = await replied(f"/hedge 2 BTC {contract}")
    assert order in reply.answer
    facts = {fact.label: fact for group in reply.facts for fact in group}
    assert "Funding" not in facts
    assert facts["Basis"].below == ("until 25 Dec", "paid to you")
    assert 0.03 < float(facts["Basis"].value.strip("+ %/yr")) / 100 < 0.09
    assert reply.numbers["funding_apr"] is None
    assert reply.numbers["effectiveness"]["out_of_sample"]["value"] > 0.99


@pytest.mark.parametrize(
    ("terms", "first_line"),
    [
        ("", "(+33 %) e.g. at 3×"),
        ("lev=10", "(+9.6 %) at 10×"),
        ("coll=$50k", "(+45 %) with $50.0k"),
        ("coll=1BTC", "(+49 %) with $55.4k"),
    ],
)
async def test_the_liquidation_price_says_on_which_margin(terms: str, first_line: str) -> None:
    reply = await replied(f"/hedge 2 BTC BTC-PERP {terms} nochart")
    (fact,) = (f for group in reply.facts for f in group if f.label == "Liquidation")
    assert fact.below == (first_line,)


async def test_brief_nochart_and_ci() -> None:
    brief = await replied("/hedge 40 ETH BTC-PERP brief nochart")
    assert (brief.facts, brief.text, brief.provenance, brief.chart) == ((), (), (), None)
    assert brief.answer == (await replied("/hedge 40 ETH BTC-PERP")).answer
    widths = []
    for level in (90, 95, 99):
        numbers = (await replied(f"/hedge 40 ETH BTC-PERP ci={level} nochart")).numbers
        ranges = (numbers["hedge_ratio"], numbers["effectiveness"]["out_of_sample"])
        ranges = (*ranges, numbers["funding_apr"])
        assert all(found["level"] == level / 100 for found in ranges)
        widths.append([found["high"] - found["low"] for found in ranges])
    assert widths[0] < widths[1] < widths[2]


async def test_a_venue_and_an_end_are_kept() -> None:
    reply = await replied("/hedge 2 BTC BTC-PERP venue=mirror end=2026-07-01 nochart")
    assert reply.numbers["markets"] == ["mirror:BTC/USDT", "mirror:BTC/USDT:USDT"]
    assert reply.provenance[-1] == "Mirror · 1 Jul 00:00 UTC · not advice"
    for row in reply.buttons:
        for button in row:
            assert button.label == "?" or "mirror:BTC" in button.question


@pytest.mark.parametrize(
    "question",
    [
        "/hedge 123456789.25 1000PEPE-PERP BTC/USD:BTC-270326 42d 1h lev=2.75 part=33.3% ci=90 full",
        "/hedge -0.002 BTC BTC-INV full",
        "/hedge 40 ETH BTC-INV lev=3 full",
        "/hedge 12345.25 ETH BTC-INV 42d 1h lev=2.75 part=33.3% ci=90 fee=0.05% full",
        "/hedge $1000M PAXG ETH/USD:ETH-270326 40h 1h coll=$10M full",
        "/hedge 12345.678901 NEWT-PERP BTC-25DEC26 full",
    ],
)
async def test_the_longest_answers_fit_a_caption(question: str) -> None:
    reply = await replied(question)
    assert_it_fits_a_phone(reply)
    assert "nan" not in shown(reply)
    assert "inf" not in shown(reply).replace("info", "")


async def test_the_picture_says_what_the_reply_says() -> None:
    desk = Desk()
    reply = await replied("/hedge 40 ETH BTC-PERP 30d", services(desk=desk))
    (picture,) = desk.pictures
    assert isinstance(picture, HedgePicture)
    assert picture.words.title == "Hedge 40 ETH with BTC-PERP: SHORT 1.138 BTC"
    assert picture.words.subtitle == "removes 75 % (67–81 %) · tested on unseen days"
    assert len(picture.time) == len(picture.unhedged) == len(picture.hedged) == 60 * 24
    assert len(picture.effectiveness) == 60
    assert picture.ratio.value == reply.numbers["hedge_ratio"]["value"]


async def test_pictures_are_really_drawn() -> None:
    for question in ("/hedge 40 ETH BTC-PERP", "/hedge 10000 NEWT-PERP BTC-PERP"):
        reply = await replied(question, services(desk=Desk(draws=True)))
        assert reply.chart is not None
        assert len(reply.chart) > 10_000
