"""/corr on the simulated venue, whose truth is known."""

from datetime import UTC, datetime, timedelta
from textwrap import dedent

import pytest

from analytics.errors import RequestError
from analytics.market.instruments import Instrument, Kind
from analytics.market.simulated import SimulatedPrices
from analytics.market.windows import DAY, HOUR, YEAR, Window
from bot.telegram.markup import table_lines
from handlers._corr.query import CorrelationQuery
from handlers._corr.query import correlation_query as parse
from handlers._grammar import Method
from handlers.corr import COMMAND
from tests.handlers.asking import NOW, asked, replied, services, shown

BTC, ETH = Instrument("BTC"), Instrument("ETH")
ETH_PERP = Instrument("ETH", Kind.PERP)


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        ("BTC ETH", CorrelationQuery((BTC, ETH), Window())),
        ("30d btc eth-perp", CorrelationQuery((BTC, ETH_PERP), Window())),
        (
            "ETH BTC 1y 4h m=spearman",
            CorrelationQuery((ETH, BTC), Window(YEAR, 4 * HOUR), Method.SPEARMAN),
        ),
        ("BTC ETH ci=99 roll=3d", CorrelationQuery((BTC, ETH), Window(), level=0.99, roll=3 * DAY)),
        (
            "BTC ETH 90d bar=4h brief nochart",
            CorrelationQuery(
                (BTC, ETH), Window(90 * DAY, 4 * HOUR), switches=frozenset({"brief", "nochart"})
            ),
        ),
        (
            "BTC ETH end=2026-09-01",
            CorrelationQuery((BTC, ETH), Window(end=datetime(2026, 9, 1, tzinfo=UTC))),
        ),
        (
            "BTC ETH venue=mirror quote=usdc",
            CorrelationQuery(
                tuple(Instrument(b, quote="USDC", venue="mirror") for b in ("BTC", "ETH")), Window()
            ),
        ),
        ("BTC BTC ETH", CorrelationQuery((BTC, ETH), Window())),
    ],
)
def test_reads(typed: str, query: CorrelationQuery) -> None:
    assert parse(typed) == query
    assert parse(query.asked(query.window).removeprefix("/corr")) == query


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Which two? For example `/corr BTC ETH-PERP 30d`"),
        ("BTC 30d", "I read BTC and 30d. I need a second market."),
        (
            "BTC BTC",
            "Both are BTC, that is 1.00 by definition. Spot against perp: `/corr BTC BTC-PERP`",
        ),
        ("BTC ETH roll=90d", "roll=90d is longer than the window, 30d. Take roll=7d."),
        ("BTC ETH roll=9h", "roll=9h holds fewer than 10 bars of 1h. Take roll=7d."),
        (
            "BTC ETH 12h 1h",
            "12h of 1h bars is 12 points, I need 30. Take `/corr BTC ETH 12h 5m` or 3d.",
        ),
    ],
)
def test_refuses(typed: str, sentence: str) -> None:
    with pytest.raises(RequestError) as refusal:
        parse(typed)
    assert refusal.value.sentence == sentence
    assert refusal.value.corrections
    for correction in refusal.value.corrections:
        parse(correction.applied_to(f"/corr {typed}").removeprefix("/corr"))


def whole(text: str) -> str:
    return dedent(text).strip()


async def test_a_pair_is_answered_in_one_look() -> None:
    assert shown(await replied("/corr BTC ETH-PERP 30d full")) == whole(
        """
        BTC × ETH-PERP · 30d: ρ 0.83 (0.80–0.86) · stable

        Next 30d likely 0.71–0.93

        Now (7d)      0.81
        Range (7d)    0.73–0.89
        Last 90d      0.86
        Stays within  0.65–0.96
        Break test    none (p 0.13)

        Sell-offs     0.80 ⚠ normal 0.65
                      → falls together

        Prices        BTC −7.7 %
                      ETH-PERP −24 %

        Sell-off span 0.68–0.87
        Rallies       0.72 (0.62–0.79)
        Before        0.87 (0.83–0.90)

        ⚠ Simulated prices.

        720 hourly bars, worth 393 independent ones · robust 95 % range
        id 00000000
        BTC/USDT spot · ETH/USDT:USDT perp
        Simulated · 14:00 UTC · not advice

        [7d]  [30d•]  [90d]  [1y]
        [Hedge]  [↻]  [?]
        [🔔 Watch]  [Daily]
        """
    )


async def test_a_break_is_told_first_and_dated() -> None:
    reply = await replied("/corr SOL BTC 120d")
    assert reply.answer.endswith("· broke ~20 Aug")
    assert "\n".join(table_lines(reply.facts[0])) == whole(
        """
        Now (30d)     0.45
        Range (30d)   0.35–0.78
        Last 360d     0.65
        Stays within  0.22–0.89
        Break test    ~20 Aug (p < 0.001)
                      0.76 → 0.52
        """
    )
    (truth,) = SimulatedPrices().truth.breaks("SOL", "BTC", start=NOW - 120 * DAY, end=NOW)
    found = datetime.fromisoformat(reply.numbers["break"]["time"])
    assert abs(found - truth) < 10 * DAY


async def test_many_markets_are_answered_with_the_closest_and_the_loosest() -> None:
    assert shown(await replied("/corr BTC ETH SOL 90d full")) == whole(
        """
        BTC × ETH × SOL · 90d: mean ρ 0.60 · pairs 0.46–0.86

        Closest pair  0.86 (0.83–0.89)
                      BTC × ETH
        Loosest pair  0.46 (0.35–0.55)
                      ETH × SOL

        BTC × ETH     0.86 (0.83–0.89)
        BTC × SOL     0.49 (0.39–0.58)
        ETH × SOL     0.46 (0.35–0.55)

        ⚠ Simulated prices.

        2,160 hourly bars · robust 95 % ranges
        id 00000000
        BTC/USDT spot · ETH/USDT spot · SOL/USDT spot
        Simulated · 14:00 UTC · not advice

        [7d]  [30d]  [90d•]  [1y]
        [↻]  [?]
        [🔔 Watch]  [Daily]
        """
    )


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("BTC", "ETH"),
        ("BTC", "LTC"),
        ("DOGE", "1000PEPE-PERP"),
        ("BTC", "PAXG"),
        ("BTC", "BTCDOWN"),
    ],
)
async def test_the_interval_holds_the_true_correlation(first: str, second: str) -> None:
    reply = await replied(f"/corr {first} {second} 90d ci=99 nochart")
    truth = SimulatedPrices().truth.pooled_correlation(
        first, second.removesuffix("-PERP"), start=NOW - 90 * DAY, end=NOW
    )
    found = reply.numbers["correlation"]
    assert found["low"] <= truth <= found["high"]
    assert found["level"] == 0.99


async def test_intervals_widen_with_their_level() -> None:
    widths = []
    for level in (90, 95, 99):
        found = (await replied(f"/corr BTC ETH ci={level} nochart")).numbers["correlation"]
        widths.append(found["high"] - found["low"])
    assert widths == sorted(widths)
    assert "robust 99 % range" in shown(await replied("/corr BTC ETH ci=99 nochart"))


async def test_an_end_moves_the_window_and_is_kept_in_the_buttons() -> None:
    reply = await replied("/corr SOL BTC 30d end=2026-07-01")
    assert reply.provenance[-1] == "Simulated · 1 Jul 00:00 UTC · not advice"
    assert reply.numbers["correlation"]["value"] == pytest.approx(0.78, abs=0.1)
    free = {
        button.label
        for row in reply.buttons
        for button in row
        if "end=2026-07-01T00:00" not in button.question
    }
    assert free == {"?", "🔔 Watch", "Daily"}


@pytest.mark.parametrize(
    ("method", "symbol", "line"),
    [
        ("spearman", "Spearman ρ", "Line 1: Spearman's, of ranks. Below: Pearson's."),
        ("ewma", "EWMA ρ", "Line 1: EWMA, weights halve every 10d. Below: Pearson's."),
    ],
)
async def test_another_measure_is_named(method: str, symbol: str, line: str) -> None:
    pearson = await replied("/corr BTC ETH nochart")
    reply = await replied(f"/corr BTC ETH m={method} nochart")
    assert reply.answer.startswith(symbol)
    assert reply.provenance[0] == line
    assert reply.numbers["method"] == method
    assert reply.numbers["correlation"] != pearson.numbers["correlation"]
    matrix = await replied(f"/corr BTC ETH SOL m={method} nochart")
    assert matrix.answer.startswith(f"mean {symbol}")
    assert matrix.numbers["pairs"][0]["value"] == reply.numbers["correlation"]["value"]


async def test_roll_and_bar_are_obeyed() -> None:
    reply = await replied("/corr BTC ETH 30d 4h roll=5d nochart")
    assert reply.facts[0][0].label == "Now (5d)"
    assert reply.provenance[0].startswith("180 4h bars")
    assert (await replied("/corr BTC ETH SOL roll=5d")).notes[-1] == "roll= is for two markets."


async def test_brief_is_one_line_and_nochart_has_no_picture() -> None:
    brief = await replied("/corr BTC ETH brief nochart")
    assert (brief.facts, brief.provenance, brief.chart) == ((), (), None)
    assert brief.answer == (await replied("/corr BTC ETH")).answer
    matrix = await replied("/corr BTC ETH SOL brief nochart")
    assert (matrix.facts, matrix.provenance, matrix.chart) == ((), (), None)


async def test_unusual_windows_stand_among_the_usual_ones() -> None:
    row = (await replied("/corr BTC ETH 60d nochart")).buttons[0]
    assert [button.label for button in row] == ["7d", "30d", "60d", "90d", "1y"]
    assert [button.label for button in row if button.current] == ["60d"]


@pytest.mark.parametrize("question", ["/corr BTC ETH 3h", "/corr BTC ETH 3y", "/corr BTC ETH 1d"])
async def test_short_and_long_windows_name_their_stretches_simply(question: str) -> None:
    facts = (await replied(f"{question} nochart")).facts[0]
    assert len(facts) > 1
    for fact in facts:
        assert len(fact.label) <= 13
        assert not any(unit in fact.label for unit in ("00m", "5m)"))


async def test_without_a_contract_there_is_no_hedge_button() -> None:
    reply = await replied("/corr PAXG BTCDOWN")
    assert [button.label for button in reply.buttons[1]] == ["↻", "?"]


async def test_the_hedge_button_sells_the_contract() -> None:
    for pair, hedge in (
        ("BTC ETH-PERP", "/hedge $10000 BTC ETH-PERP 30d"),
        ("ETH-PERP BTC", "/hedge $10000 BTC ETH-PERP 30d"),
        ("BTC ETH", "/hedge $10000 BTC ETH-PERP 30d"),
        ("BTC PAXG", "/hedge $10000 PAXG BTC-PERP 30d"),
        ("BTC-INV ETH-PERP", "/hedge $10000 BTC ETH-PERP 30d"),
        ("ETH BTC-INV", "/hedge $10000 ETH BTC-INV 30d lev=3"),
    ):
        reply = await replied(f"/corr {pair}")
        (button,) = (b for row in reply.buttons for b in row if b.label == "Hedge")
        assert button.question == hedge
        assert not (await asked(button.question)).is_error


async def test_an_answer_is_the_same_within_a_bar() -> None:
    later = NOW + timedelta(minutes=30)
    first = await replied("/corr BTC ETH 30d")
    again = await replied("/corr BTC ETH 30d", services(now=later))
    assert shown(first) == shown(again)
    assert shown(await replied("/corr BTC ETH 30d", services(now=NOW + HOUR))) != shown(first)


def test_the_command_is_found_by_its_short_name() -> None:
    assert COMMAND.aliases == ("c",)
