"""/break on the simulated venue, whose truth is known, and on real candles."""

from datetime import UTC, datetime, timedelta
from textwrap import dedent

import numpy as np
import pytest

from analytics.charts import ChangePicture
from analytics.market.instruments import Instrument, Kind
from analytics.market.simulated import SimulatedPrices
from analytics.market.windows import DAY, HOUR, Window
from handlers.break_ import DEFAULT_LENGTH, BreakQuery, parse
from tests.handlers.asking import NOW, Desk, refused, replied, services, shown
from tests.handlers.expecting import assert_it_fits_a_phone

ETH, SOL, BTC_PERP = Instrument("ETH"), Instrument("SOL"), Instrument("BTC", Kind.PERP)
HALF_YEAR = Window(DEFAULT_LENGTH)


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        ("ETH BTC-PERP", BreakQuery((ETH, BTC_PERP), HALF_YEAR)),
        ("90d btc-perp eth", BreakQuery((BTC_PERP, ETH), Window(90 * DAY))),
        ("ETH SOL BTC-PERP", BreakQuery((ETH, SOL, BTC_PERP), HALF_YEAR)),
        (
            "ETH BTC-PERP 90d 1h ci=99 roll=7d brief",
            BreakQuery(
                (ETH, BTC_PERP),
                Window(90 * DAY, HOUR),
                level=0.99,
                roll=7 * DAY,
                switches=frozenset({"brief"}),
            ),
        ),
    ],
)
def test_it_reads(typed: str, query: BreakQuery) -> None:
    assert parse(typed) == query
    assert parse(query.asked(query.window).removeprefix("/break")) == query


@pytest.mark.parametrize(
    ("question", "says", "tap"),
    [
        ("/break", "Which two? For example `/break ETH BTC-PERP 180d`", "/break ETH BTC-PERP 180d"),
        ("/break ETH", "I read ETH. I need a second market.", "/break ETH BTC-PERP"),
        (
            "/break ETH ETH",
            "Both are ETH, that is 1.00 by definition. Spot against perp: `/break ETH ETH-PERP`",
            "/break ETH ETH-PERP",
        ),
        (
            "/break ETH/USDT ETH",
            (
                "Both are ETH/USDT, that is 1.00 by definition. Spot against perp: "
                "`/break ETH/USDT ETH-PERP 180d`"
            ),
            "/break ETH/USDT ETH-PERP 180d",
        ),
        (
            "/break ETH BTC 7d roll=6d",
            ("roll=6d takes at least 30 bars and at most half of the window, 7d. Take roll=30h."),
            "/break ETH BTC 7d roll=30h",
        ),
        (
            "/break ETH BTC SOL 40d 1d",
            "40d of 1d bars is 40 points, I need 60. Take `/break ETH BTC SOL 40d 1h` or 90d.",
            "/break ETH BTC SOL 40d 1h",
        ),
    ],
)
async def test_it_refuses_with_a_way_out(question: str, says: str, tap: str) -> None:
    reply = await refused(question)
    assert reply.answer.split("`")[0] == says.split("`", maxsplit=1)[0]
    assert tap in [button.question for row in reply.buttons for button in row]
    await replied(tap)


async def test_a_broken_pair_reads_like_this() -> None:
    reply = await replied("/break SOL BTC-PERP 180d")
    assert shown(reply) == dedent(
        """\
        Break SOL × BTC-PERP · 180d: ρ 0.77 → 0.52 (0.37–0.64) · decoupled ~19 Aug

        Break test    ~19 Aug (p < 0.001)
        Statistic     3.13
                      1.36 is the 5 % line

        Before        0.77 (0.73–0.80)
        After         0.52 (0.37–0.64)
        Vol-adjusted  0.44
                      if only the driver's
                      volatility changed
                      (contested)
        Driver vol    ×1.2 since
                      BTC-PERP
        Now (30d)     0.44

        ⚠ Simulated prices.
        ⚠ A hedge of SOL removes less than before.

        1,080 4h bars · robust 95 % ranges
        SOL/USDT spot · BTC/USDT:USDT perp
        Simulated · 12:00 UTC · not advice

        [7d]  [30d]  [90d]  [180d•]  [1y]
        [Correlation]  [Stress]  [↻]  [?]
        [🔔 Watch]  [Daily]"""
    )


async def test_the_season_of_the_simulated_venue_is_found_on_its_day() -> None:
    (truth,) = SimulatedPrices().truth.breaks(
        "SOL", "BTC", start=NOW - timedelta(days=180), end=NOW
    )
    reply = await replied("/break SOL BTC-PERP 180d")
    found = datetime.fromisoformat(str(reply.numbers["time"]))
    assert abs(found - truth) < timedelta(days=10)
    assert reply.numbers["verdict"] == "decoupled"
    before, after = reply.numbers["before"], reply.numbers["after"]
    known = SimulatedPrices().truth
    assert before["low"] <= known.correlation("SOL", "BTC", at=truth - DAY) <= before["high"]
    assert after["low"] <= known.pooled_correlation("SOL", "BTC", start=truth, end=NOW)
    assert after["high"] >= known.pooled_correlation("SOL", "BTC", start=truth, end=NOW)


async def test_a_steady_pair_is_left_alone() -> None:
    reply = await replied("/break LTC BTC-PERP 180d nochart")
    assert reply.numbers["verdict"] == "steady"
    assert "no break found" in reply.answer
    assert "No break found is not no break: a slow drift can stay unseen." in reply.notes


async def test_lockstep_of_a_group_is_found_in_the_phase_that_has_it() -> None:
    ((start, end),) = SimulatedPrices().truth.stress_phases(
        start=datetime(2026, 9, 1, tzinfo=UTC), end=datetime(2026, 9, 30, tzinfo=UTC)
    )
    reply = await replied(f"/break BTC ETH BNB LTC 30d roll=4d end={end:%Y-%m-%d}")
    assert reply.numbers["verdict"] == "lockstep"
    assert "lockstep since ~" in reply.answer
    since = datetime.fromisoformat(str(reply.numbers["since"]))
    assert start < since < end
    mean, band = reply.numbers["mean_correlation"], reply.numbers["band"]
    assert mean["value"] > band["high"]
    assert reply.numbers["absorption_ratio"] > reply.numbers["absorption_band"]["high"]


async def test_a_group_in_calm_stays_within_its_band() -> None:
    reply = await replied("/break BTC ETH BNB LTC 30d nochart")
    assert reply.numbers["verdict"] == "steady"
    assert reply.answer.endswith("within its band")


async def test_the_picture_shows_the_test_and_both_sides() -> None:
    desk = Desk()
    await replied("/break SOL BTC-PERP 180d", services(desk=desk))
    (picture,) = desk.pictures
    assert isinstance(picture, ChangePicture)
    assert picture.event is not None
    peak = picture.above.time[int(np.nanargmax(picture.above.values)) + 1]
    assert picture.event.time == peak
    assert picture.above.limit == pytest.approx(1.3581, abs=1e-4)
    assert [part.centre for part in picture.below.stretches] == pytest.approx([0.76, 0.48], abs=0.1)
    assert picture.words.warning == "Simulated prices"


@pytest.mark.parametrize(
    "question",
    [
        "/break 1000PEPE-PERP mirror:BTC-PERP 180d full",
        "/break SOL BTCDOWN 1y full ci=99",
        (
            "/break BTC ETH SOL XRP BNB DOGE LTC LINK AVAX ADA 1INCH PAXG BTCDOWN USDC "
            "1000PEPE-PERP BTC-INV ETH-INV 60d full"
        ),
    ],
)
async def test_the_longest_replies_fit_a_caption_and_a_phone(question: str) -> None:
    reply = await replied(question)
    assert_it_fits_a_phone(reply)


async def test_brief_is_one_line_and_nochart_draws_nothing() -> None:
    brief = await replied("/break SOL BTC-PERP brief")
    assert (brief.facts, brief.provenance) == ((), ())
    assert (await replied("/break SOL BTC-PERP nochart")).chart is None


async def test_buttons_keep_the_question_and_open_its_words() -> None:
    reply = await replied("/break SOL BTC-PERP 180d ci=99 nochart")
    windows, more, _ = reply.buttons
    assert [button.label for button in windows] == ["7d", "30d", "90d", "180d", "1y"]
    assert windows[0].question == "/break SOL BTC-PERP 7d ci=99 nochart"
    assert [button.label for button in more] == ["Correlation", "Stress", "↻", "?"]
    assert more[-1].question == "/explain break test, volatility-adjusted, rolling"
