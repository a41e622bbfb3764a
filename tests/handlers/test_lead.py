"""/lead: what it reads and refuses, whole replies, and that it names nobody it cannot tell."""

import json

import pytest

from analytics.charts import LeadPicture
from analytics.errors import RequestError
from analytics.market.simulated import SimulatedPrices
from analytics.market.windows import DAY, HOUR, MINUTE, Window
from bot.telegram.markup import CAPTION_LIMIT, TEXT_LIMIT
from handlers import Reply
from handlers.lead import COMMAND, LeadQuery, parse
from tests.handlers.asking import Desk, asked, replied, services, shown
from tests.handlers.expecting import assert_it_fits_a_phone

BOTH = "simulated:BTC mirror:BTC"


def names(query: LeadQuery) -> list[str]:
    return [str(instrument) for instrument in query.instruments]


READS = [
    ("BTC", ["BTC"], Window(DAY)),
    ("btc-perp 6h", ["BTC-PERP"], Window(6 * HOUR)),
    ("binance:BTC bybit:BTC-PERP", ["binance:BTC", "bybit:BTC-PERP"], Window(DAY)),
    (
        "BTC binance,coinbase,bybit:BTC-PERP 1d",
        ["binance:BTC", "coinbase:BTC", "bybit:BTC-PERP"],
        Window(DAY),
    ),
    ("BTC binance bybit", ["binance:BTC", "bybit:BTC"], Window(DAY)),
    ("BTC binance bybit:BTC-PERP", ["binance:BTC", "bybit:BTC-PERP"], Window(DAY)),
    (
        "BTC BTC-PERP binance,okx",
        ["binance:BTC", "okx:BTC", "binance:BTC-PERP", "okx:BTC-PERP"],
        Window(DAY),
    ),
    ("BTC simulated,mirror 3d", ["simulated:BTC", "mirror:BTC"], Window(3 * DAY)),
    ("BTC BTC-PERP", ["BTC", "BTC-PERP"], Window(DAY)),
    ("BTC vs BTC-PERP 3d 5m", ["BTC", "BTC-PERP"], Window(3 * DAY, 5 * MINUTE)),
    ("BTC BTC/USDC", ["BTC", "BTC/USDC"], Window(DAY)),
    ("BTC-PERP BTC-INV venue=bybit", ["bybit:BTC-PERP", "bybit:BTC-INV"], Window(DAY)),
    ("BTC BTC binance,bybit", ["binance:BTC", "bybit:BTC"], Window(DAY)),
]


@pytest.mark.parametrize(("text", "markets", "window"), READS, ids=[row[0] for row in READS])
def test_it_reads(text: str, markets: list[str], window: Window) -> None:
    query = parse(text)
    assert (names(query), query.window) == (markets, window)
    again = parse(query.asked(query.window).removeprefix("/lead "))
    assert again == query
    assert hash(again) == hash(query)


def test_options_and_switches_are_kept_in_the_question() -> None:
    query = parse("BTC 6h ci=99 end=2026-09-01 brief nochart")
    assert query.level == 0.99
    assert query.asked(query.window) == "/lead BTC 6h end=2026-09-01T00:00 ci=99 brief nochart"


REFUSES = [
    ("", "Which one? For example `/lead BTC`", ["/lead BTC"]),
    ("1d", "I read 1d. Which one?", ["/lead BTC"]),
    ("BTC ETH", "BTC and ETH are two coins.", ["/lead BTC 1d", "/corr BTC ETH"]),
    (
        "binance:BTC",
        "binance:BTC alone leads nobody.",
        ["/lead BTC", "/lead binance:BTC binance:BTC-PERP"],
    ),
    ("BTC mirror", "mirror:BTC alone", ["/lead BTC", "/lead mirror:BTC mirror:BTC-PERP"]),
    ("BTC 1h", "1h of 1m bars is 60 points, I need 120", ["/lead BTC 6h"]),
    (
        "BTC 1d 1h",
        "1d of 1h bars is 24 points",
        ["/lead BTC 1d 5m", "/lead BTC 7d 1h"],
    ),
    (
        "BTC binance,bybit,okx,kraken,deribit,bitget",
        "That is 6 markets; I compare at most 5.",
        ["/lead binance:BTC bybit:BTC okx:BTC kraken:BTC deribit:BTC 1d"],
    ),
    ("BTC 30m", "30m is 30 minutes", ["/lead BTC 30mo", "/lead BTC 30d 30m"]),
    ("40 ETH", "", ["/lead ETH", "/lead 40d ETH"]),
]


@pytest.mark.parametrize(("text", "why", "rights"), REFUSES, ids=[row[0] for row in REFUSES])
def test_it_refuses(text: str, why: str, rights: list[str]) -> None:
    with pytest.raises(RequestError) as caught:
        parse(text)
    assert why in caught.value.sentence
    assert [c.applied_to(f"/lead {text}") for c in caught.value.corrections] == rights
    for right in rights:
        if right.startswith("/lead"):
            parse(right.removeprefix("/lead "))


async def test_the_leader_of_the_simulated_venues_is_named() -> None:
    reply = await replied("/lead BTC")
    assert reply.title == "BTC on Simulated, Mirror · 1d:"
    assert reply.answer.startswith("Simulated leads · component share ")
    numbers = reply.numbers
    assert numbers["leader"] == f"{SimulatedPrices().truth.leader}:BTC/USDT"
    (pair,) = numbers["pairs"]
    assert pair["shares"]["information"]["low"] > 0.95
    assert pytest.approx(pair["shares"]["component"]["value"], abs=0.2) == 1
    assert pair["shares"]["component"]["low"] < 1 < pair["shares"]["component"]["high"]
    assert abs(pair["residual_correlation"]["value"]) < 0.1
    assert pair["lead_lag"]["bars"] == 1
    assert pair["n"] > 1400


async def test_the_order_of_the_question_does_not_matter() -> None:
    reply = await replied("/lead mirror:BTC simulated:BTC")
    assert reply.answer.startswith("Simulated leads")
    assert reply.numbers["in_front"] == "simulated:BTC/USDT"


async def test_hours_of_the_same_venues_cannot_tell() -> None:
    reply = await replied(f"/lead {BOTH} 30d 1h")
    assert reply.answer.startswith("hourly candles cannot tell")
    assert reply.numbers["leader"] is None
    assert any("cannot show who began" in note for note in reply.notes)
    (pair,) = reply.numbers["pairs"]
    bounds = pair["shares"]["information"]
    assert bounds["low"] < 0.2
    assert bounds["high"] > 0.8
    assert pair["residual_correlation"]["value"] > 0.9


async def test_five_minutes_cannot_tell_either_and_say_why() -> None:
    reply = await replied("/lead BTC 7d")
    assert "5-minute candles cannot tell" in reply.answer
    assert any("the share may be anything from" in note for note in reply.notes)
    assert any("Finer bars may tell." in note for note in reply.notes)


async def test_spot_and_its_perpetual_move_as_one_within_a_minute() -> None:
    reply = await replied("/lead BTC BTC-PERP")
    assert reply.title == "BTC, BTC-PERP · 1d:"
    assert "1-minute candles cannot tell" in reply.answer
    assert reply.numbers["leader"] is None
    assert reply.provenance[-1].startswith("Simulated ·")


WHOLE = """\
BTC on Simulated, Mirror · 1d: Simulated leads · component share 1.04 (0.85–1.35)

Shares of     Simulated
Information   above 0.99
              by both orderings
Within a bar  ρ −0.02
              (−0.07 to 0.03)
Lead-lag      Mirror
              1 min late
              ρ 0.72 (0.69–0.74)
Half a gap    in under 1 min

Apart now     1.4 bp
Mean · 95 %   5.0 bp · 12.4 bp
Mean gap      −0.2 bp
              (−0.8 to 0.3)
              Simulated
              over Mirror

⚠ Simulated prices.

1,430 one-minute bars · 95 % ranges
BTC/USDT spot
Simulated and Mirror · 14:20 UTC · not advice

[6h]  [12h]  [1d•]  [7d]
[Correlation]  [Spot vs perp]  [↻]  [?]
[🔔 Watch]"""


async def test_the_whole_reply() -> None:
    assert shown(await replied("/lead BTC")) == WHOLE


async def test_brief_is_one_line_and_its_warnings() -> None:
    reply = await replied("/lead BTC brief")
    assert reply.facts == ()
    assert reply.provenance == ()
    assert reply.notes[0] == "Simulated prices."


async def test_full_tells_pulls_lags_and_leadership() -> None:
    reply = await replied("/lead BTC full")
    labels = [fact.label.strip() for group in reply.facts for fact in group]
    for label in ("Against", "Component", "Midpoint", "Leadership", "Gives way", "the other"):
        assert label in labels
    hourly = await replied(f"/lead {BOTH} 30d 1h full")
    assert "Leadership" not in [fact.label for group in hourly.facts for fact in group]


async def test_the_picture_shows_one_gap_of_two_and_all_of_more() -> None:
    desk = Desk()
    await replied("/lead BTC", services(desk=desk))
    await replied("/lead BTC BTC-PERP simulated,mirror", services(desk=desk))
    two, four = desk.pictures
    assert isinstance(two, LeadPicture)
    assert isinstance(four, LeadPicture)
    assert two.gaps.shape == (1441, 1)
    assert [bar.verdict for bar in two.shares] == ["leads"]
    assert four.gaps.shape[1] == len(four.labels) == 4
    assert len(four.shares) == 3
    assert two.words.warning == "Simulated prices"


async def test_nochart_draws_nothing() -> None:
    desk = Desk()
    reply = await replied("/lead BTC nochart", services(desk=desk))
    assert reply.chart is None
    assert desk.pictures == []


async def test_numbers_are_plain() -> None:
    reply = await replied("/lead BTC BTC-PERP simulated,mirror")
    read_back = json.loads(json.dumps(dict(reply.numbers), allow_nan=False))
    assert read_back["command"] == "lead"
    assert len(read_back["pairs"]) == 3
    assert set(read_back["spread_bp"]) == {"now", "mean", "p95"}


async def test_every_correction_and_button_can_be_asked() -> None:
    for question in ("/lead BTC", f"/lead {BOTH} 30d 1h", "/lead ETHH", "/lead BTC kraken,bybit"):
        reply = (await asked(question)).reply
        for row in reply.buttons:
            for button in row:
                if button.question.startswith("/lead"):
                    parse(button.question.removeprefix("/lead "))


@pytest.mark.parametrize("switch", ["", " full"])
async def test_the_longest_reply_fits(switch: str) -> None:
    markets = "mirror:BTC mirror:BTC-PERP simulated:BTC/USD BTC-INV simulated:BTC/USDC"
    reply: Reply = await replied(f"/lead {markets}{switch}")
    assert len(f"{reply.title} {reply.answer}") <= 110
    assert_it_fits_a_phone(reply, most=TEXT_LIMIT if switch else CAPTION_LIMIT)


def test_the_command_is_what_it_says() -> None:
    assert COMMAND.name == "lead"
    assert all(example.startswith("/lead ") for example in COMMAND.examples)
    for example in COMMAND.examples:
        parse(example.removeprefix("/lead "))
