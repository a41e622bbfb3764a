"""What /drift reads, refuses and answers."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
import statsmodels.api as sm

from analytics.charts import DriftPicture
from analytics.market.archive import ArchivePrices
from analytics.market.catalog import Catalog
from analytics.market.histories import Histories
from analytics.market.instruments import Instrument, Kind
from analytics.market.windows import DAY, HOUR, Window
from handlers import Json, Reply
from handlers._grammar import Amount, Holding, Unit
from handlers.drift import DriftQuery, parse
from tests.handlers.asking import Desk, refused, replied, services, shown
from tests.handlers.expecting import assert_it_fits_a_phone, refusal

ETH = Holding(40, Unit.COINS, Instrument("ETH"))
BTC = Holding(2.5, Unit.COINS, Instrument("BTC"))
PERP, INV = Instrument("BTC", Kind.PERP), Instrument("BTC", Kind.INVERSE)
MONTH = Window(30 * DAY)

READS = {
    "40 ETH -2.1 BTC-PERP 30d": DriftQuery(ETH, Holding(-2.1, Unit.COINS, PERP), MONTH),
    "-2.1 BTC-PERP 40 ETH": DriftQuery(ETH, Holding(-2.1, Unit.COINS, PERP), MONTH),
    "2.5 BTC -1499c BTC-INV": DriftQuery(BTC, Holding(-1499, Unit.CONTRACTS, INV), MONTH),
    "2.5 BTC -2.5 BTC-INV entry=60030": DriftQuery(
        BTC, Holding(-2.5, Unit.COINS, INV), MONTH, entry=60_030
    ),
    "40 ETH -$100k BTC-PERP 90d 4h tol=0.5 fee=5bp hold=7d gamma=2 ci=99": DriftQuery(
        ETH,
        Holding(-100_000, Unit.DOLLARS, PERP),
        Window(90 * DAY, 4 * HOUR),
        level=0.99,
        fee=0.0005,
        hold=7 * DAY,
        tolerance=0.005,
        risk_aversion=2,
    ),
    "40 ETH -900c BTC-INV coll=0.5BTC lev=3 tol=2% nochart": DriftQuery(
        ETH,
        Holding(-900, Unit.CONTRACTS, INV),
        MONTH,
        collateral=Amount(0.5, Unit.COINS, "BTC"),
        leverage=3,
        tolerance=0.02,
        switches=frozenset({"nochart"}),
    ),
}


@pytest.mark.parametrize("asked", READS)
def test_it_reads(asked: str) -> None:
    assert parse(asked) == READS[asked]


@pytest.mark.parametrize("asked", READS)
def test_its_own_words_read_back(asked: str) -> None:
    query = READS[asked]
    assert parse(query.asked(query.window).removeprefix("/drift ")) == query


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ("", "Which position? For example `/drift 40 ETH -2.1 BTC-PERP 30d`"),
        ("40 ETH", "How much ETH-PERP stands against 40 ETH?"),
        ("40 ETH BTC-PERP 30d", "How much BTC-PERP stands against 40 ETH?"),
        ("ETH BTC-PERP", "How much of each?"),
        ("main", "You have saved no position called main. For example `/book add main 40 ETH"),
        ("40 ETH -2 BTC", "BTC is the coin itself"),
        ("40 ETH 40 ETH", "Both are ETH."),
        ("10c ETH-PERP -2 BTC-PERP", "10c ETH-PERP is a contract."),
        ("40 ETH -2 BTC-PERP -3 SOL-PERP", "one contract against it"),
        ("40 ETH -2 BTC-PERP tol=0", "I can't read `tol=0`"),
        ("40 ETH -2 BTC-PERP tol=90", "I can't read `tol=90`"),
        ("40 ETH -2 BTC-PERP entry=abc", "I can't read `entry=abc`"),
        ("40 ETH -2 BTC-PERP part=80%", "I don't know `part=80%`"),
        ("40 ETH -0 BTC-PERP", "-0 is nothing."),
    ],
)
def test_it_refuses(asked: str, sentence: str) -> None:
    assert sentence in refusal(parse, "/drift", asked).sentence


async def test_a_whole_reply() -> None:
    reply = await replied("/drift 40 ETH -1 BTC-PERP 30d nochart")
    assert shown(reply) == WHOLE


WHOLE = """\
Drift 40 ETH · −1.000 BTC-PERP · 30d: 12 % too small (7.3–16.5 %) · RESIZE: sell 0.138 BTC

Ratio now     0.92
Ratio h       1.05 (0.99–1.10)
Costs         1.0 point
Removes       68 %
              best 69 %
              in sample

Target now    −1.138 BTC
Order         sell 0.138 BTC
              (≈ $7.65k)
Worth         $73 in 30d
Trade costs   $4.59 (0.06 %)
Rebalance if  outside
              1.001–1.275 BTC

⚠ Simulated prices.

720 hourly bars · robust 95 % range · cost: taker fee + 1 bp half spread assumed
ETH/USDT spot · BTC/USDT:USDT perp
Simulated · 14:00 UTC · not advice

[7d]  [30d•]  [90d]  [1y]
[Hedge]  [Carry]  [↻]
[🔔 Watch]  [Daily]"""


async def test_inside_the_band_it_waits_and_says_why() -> None:
    for asked, why in (
        ("40 ETH -1.14 BTC-PERP", "WAIT: inside the ratio's range"),
        ("40 ETH -1.01 BTC-PERP", "WAIT: the loss is below tolerance"),
        ("40 ETH -0.98 BTC-PERP fee=5%", "WAIT: trading costs more than it gains"),
        ("40 ETH -1.138 BTC-PERP", "WAIT: on target in whole lots"),
    ):
        reply = await replied(f"/drift {asked} nochart")
        assert reply.answer.endswith(why), reply.answer
        low, high = reply.numbers["band_coins"]
        assert low <= -reply.numbers["hedge_coins"] <= high
        assert reply.numbers["resize"] is False


async def test_options_move_the_band_as_they_should() -> None:
    async def width(options: str) -> float:
        reply = await replied(f"/drift 40 ETH -1 BTC-PERP nochart {options}")
        low, high = reply.numbers["band_coins"]
        return float(high - low)

    usual = await width("")
    assert await width("tol=4") > usual
    assert await width("tol=0.01") <= usual
    assert await width("fee=3%") > usual
    assert await width("fee=3% hold=300d") < await width("fee=3%")
    assert await width("fee=3% gamma=40") < await width("fee=3%")


def without_id(reply: Reply) -> dict[str, Json]:
    """The numbers of an answer, whatever the question was."""
    return {name: value for name, value in reply.numbers.items() if name != "id"}


async def test_contracts_coins_and_dollars_say_the_same_hedge() -> None:
    contracts = await replied("/drift 2.5 BTC -1499c BTC-INV nochart")
    dollars = await replied("/drift 2.5 BTC -$149900 BTC-INV nochart")
    assert without_id(dollars) == without_id(contracts)
    at_entry = await replied("/drift 2.5 BTC -2.5 BTC-INV entry=60030 nochart")
    counted = await replied("/drift 2.5 BTC -1501c BTC-INV entry=60030 nochart")
    assert without_id(at_entry) == without_id(counted)


async def test_a_coin_margined_hedge_does_not_drift_with_the_price() -> None:
    for asked in ("2.5 BTC -1501c BTC-INV entry=60030", "2.5 BTC -1501c BTC-INV entry=20000"):
        entry = float(asked.partition("entry=")[2])
        reply = await replied(f"/drift {asked} nochart")
        expected = 150_100 / (2.5 * entry) - 1
        assert reply.numbers["off_target"]["value"] == pytest.approx(expected, abs=1e-12)
        assert any("A price move alone is no drift" in note for note in reply.notes)
        assert not any("today's equity" in note for note in reply.notes)


async def test_coins_without_an_entry_are_todays_equity_and_the_reply_says_so() -> None:
    reply = await replied("/drift 2.5 BTC -1499c BTC-INV nochart")
    assert any("today's equity" in note for note in reply.notes)
    price = -reply.numbers["contracts"] * 100 / -reply.numbers["hedge_coins"]
    assert reply.numbers["ratio"] == pytest.approx(149_900 / (2.5 * price), rel=1e-12)


async def test_a_hedge_that_points_the_same_way_is_named() -> None:
    reply = await replied("/drift 40 ETH 1 BTC-PERP nochart")
    assert reply.answer.startswith("the hedge adds to what you hold · RESIZE: sell 2.1")
    assert any("add risk" in note for note in reply.notes)


async def test_what_has_no_target_is_refused_with_a_way_on() -> None:
    reply = await refused("/drift 40 ETH -900c BTC-INV")
    assert "coll=0.5BTC or lev=3" in reply.answer
    assert await replied(reply.buttons[0][0].question + " nochart")
    tiny = await refused("/drift 0.00001 ETH -1 BTC-PERP")
    assert "Nothing to hedge" in tiny.answer


async def test_the_picture_shows_what_the_reply_says() -> None:
    desk = Desk()
    reply = await replied("/drift 40 ETH -1 BTC-PERP 30d", services(desk=desk))
    picture = desk.pictures[-1]
    assert isinstance(picture, DriftPicture)
    assert (picture.band.low, picture.band.high) == pytest.approx(reply.numbers["band_coins"])
    assert picture.now == pytest.approx(1.0)
    removed = picture.effectiveness(np.array([picture.now, picture.best]))
    assert removed[0] == pytest.approx(reply.numbers["effectiveness_now"], abs=1e-9)
    assert removed[1] == pytest.approx(reply.numbers["effectiveness_best"], abs=1e-9)
    assert picture.path[-1] == pytest.approx(reply.numbers["off_target"]["value"])


@pytest.mark.parametrize(
    "asked",
    [
        "2.5 BTC -1499c BTC-INV full",
        "-123456.789 ETH 123456c BTC-INV coll=1234.5BTC 1y ci=99",
        "$999999999 SOL -0.001 ETH-PERP hold=365d 7d 15m",
        "0.3 ETH 123456 ETH-PERP",
        "12345678 XRP -123456789 DOGE-PERP",
    ],
)
async def test_every_drift_fits_a_phone(asked: str) -> None:
    reply = await replied(f"/drift {asked} nochart")
    assert_it_fits_a_phone(reply)
    for group in reply.facts:
        assert all(len(fact.label) <= 13 for fact in group)


async def test_brief_is_one_line() -> None:
    reply = await replied("/drift 40 ETH -1 BTC-PERP brief nochart")
    assert not reply.facts
    assert not reply.provenance


async def test_real_prices_agree_with_an_ordinary_regression(market_data: Path) -> None:
    source, now = ArchivePrices(market_data), datetime(2026, 1, 1, tzinfo=UTC)
    reply = await replied("/drift 40 ETH -2.1 BTC-PERP 30d nochart", services(source, now=now))
    past = await Histories(Catalog(source), source).history(
        (Instrument("ETH"), PERP), Window(timedelta(days=30)), now=now
    )
    s, f = past.in_window.log_returns.T
    fitted = sm.OLS(s, sm.add_constant(f)).fit()
    eth, btc = past.closes[-1]
    ratio = 2.1 * btc / (40 * eth)
    assert reply.numbers["ratio"] == pytest.approx(ratio, rel=1e-9)
    assert reply.numbers["hedge_ratio"]["value"] == pytest.approx(fitted.params[1], rel=1e-9)
    lost = fitted.rsquared - (1 - np.var(s - ratio * f) / np.var(s))
    assert reply.numbers["effectiveness_lost"] == pytest.approx(lost, abs=1e-9)
