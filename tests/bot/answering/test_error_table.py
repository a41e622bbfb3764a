"""Every mistake that people make: read back, why, and a tap that leads to an answer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from analytics.errors import SourceError
from analytics.market.candles import Candles
from analytics.market.markets import Market
from analytics.market.outages import VenueBlockedError, VenueDownError
from analytics.market.simulated import SimulatedPrices
from bot.answering.answers import Answers
from bot.store.alerts import SqlAlerts
from bot.store.database import Database
from handlers import load_commands
from tests.handlers.asking import NOW, answers, services, somebody


@dataclass(frozen=True)
class Row:
    """A mistake, all that is said of it, and the labels of what is offered."""

    case: str
    asked: str
    said: str
    taps: tuple[str, ...]


TABLE = [
    Row(
        "bare",
        "/corr",
        "Which two? For example `/corr BTC ETH-PERP 30d`",
        ("/corr BTC ETH-PERP 30d",),
    ),
    Row(
        "bare",
        "/hedge",
        "How much of what? For example `/hedge 2.5 BTC BTC-INV`",
        ("/hedge 2.5 BTC BTC-INV",),
    ),
    Row(
        "unknown",
        "/corr BTC ETHH-PERP",
        "I don't know ETHH-PERP on Simulated or Mirror. Did you mean ETH-PERP?",
        ("ETH-PERP",),
    ),
    Row(
        "unknown, twice",
        "/corr BTCC ETHH-PERP 30d",
        "I don't know BTCC on Simulated or Mirror. Did you mean BTC?",
        ("BTC · ETH-PERP",),
    ),
    Row(
        "unknown venues",
        "/corr foo:BTC baz:ETH",
        "I don't ask a venue called foo. I ask Simulated, Mirror.",
        ("on Simulated", "on Mirror"),
    ),
    Row(
        "same ticker",
        "/corr BEAM BTC",
        "BEAM is two coins here. Which one?",
        ("BEAM · Beam Privacy", "BEAM · Merit Circle"),
    ),
    Row(
        "no such kind",
        "/corr BTC DOGE-INV",
        "No coin-margined DOGE on Simulated or Mirror. Try DOGE-PERP or DOGE.",
        ("DOGE-PERP", "DOGE"),
    ),
    Row(
        "no such kind, offered only where it is listed",
        "/carry DOGE",
        "DOGE is the coin itself: it pays nothing for being held. "
        "A contract does, such as DOGE-PERP.",
        ("DOGE-PERP",),
    ),
    Row(
        "same market",
        "/corr BTC BTC",
        "Both are BTC, that is 1.00 by definition. Spot against perp: `/corr BTC BTC-PERP`",
        ("BTC BTC-PERP",),
    ),
    Row(
        "one asset",
        "/corr BTC 30d",
        "I read BTC and 30d. I need a second market.",
        ("BTC ETH-PERP", "BTC BTC-PERP"),
    ),
    Row(
        "window too short",
        "/corr BTC ETH 12h 1h",
        "12h of 1h bars is 12 points, I need 30. Take `/corr BTC ETH 12h 5m` or 3d.",
        ("12h 5m", "3d 1h"),
    ),
    Row(
        "minutes as a window",
        "/corr BTC ETH 30m",
        "30m is 30 minutes. Months: 30mo. A 30-minute bar goes after the window: `30d 30m`.",
        ("30mo", "30d 30m"),
    ),
    Row(
        "bad option",
        "/corr BTC ETH windw=30d",
        "I don't know `windw=30d`. Just write 30d.",
        ("30d",),
    ),
    Row(
        "bad option, and a typo",
        "/corr BTC ETHH-PERP windw=30d",
        "I don't know `windw=30d`. Just write 30d.",
        ("30d · ETH-PERP",),
    ),
    Row(
        "number",
        "/hedge 1.000,5 BTC BTC-INV",
        "Is 1.000,5 one thousand or one? Write 1000.5.",
        ("1000.5",),
    ),
    Row(
        "number, and nothing to sell",
        "/hedge 1.000,5 BTC",
        "Is 1.000,5 one thousand or one? Write 1000.5.",
        ("1000.5 · BTC-PERP",),
    ),
    Row(
        "amount without asset",
        "/hedge 2.5",
        "2.5 of what? `/hedge 2.5 BTC BTC-INV`",
        ("/hedge 2.5 BTC BTC-INV",),
    ),
    Row(
        "amount that only the asker knows",
        "/hedge all my BTC",
        "I see nobody's accounts: how much BTC do you hold? For example 2.5 BTC.",
        ("1 BTC · BTC-PERP", "$10k BTC · BTC-PERP"),
    ),
    Row(
        "below a contract",
        "/hedge 0.0005 BTC BTC-INV",
        "0.0005 BTC is $28; one contract is $100. Nothing to hedge. Smallest: 0.0019 BTC.",
        ("0.0019 BTC",),
    ),
    Row(
        "money as a hedge",
        "/hedge 40 ETH USDC",
        "USDC is money: selling it hedges nothing. Sell a contract, such as ETH-PERP.",
        ("ETH-PERP", "ETH-INV"),
    ),
    Row(
        "money as a leg",
        "/hedge 10 BTC + 4 ETH USDC",
        "USDC is money: selling it hedges nothing. Sell a contract, such as BTC-PERP.",
        ("BTC-PERP",),
    ),
    Row(
        "condition impossible",
        "/watch BTC ETH corr<1.2",
        "corr<1.2 is always true. Use a number from −1 to 1.",
        ("corr<0.6",),
    ),
    Row(
        "unknown command",
        "/cor BTC ETH",
        "I don't know /cor. Did you mean /corr?",
        ("/corr",),
    ),
]
WARNED = [
    ("young listing", "/corr NEWT-PERP BTC 30d", "NEWT-PERP began 12 days ago. Used 12d, not 30d."),
    ("too long", "/corr BTC ETH 10y", "I keep 3 years. Used 3y."),
    (
        "twin legs",
        "/hedge 10 BTC ETH-PERP+mirror:ETH-PERP 60d",
        "ETH-PERP and ETH-PERP move as one (1.000). Kept ETH-PERP.",
    ),
    ("already true", "/watch ETH BTC-PERP corr<0.9", "It is 0.83 now, already below 0.90."),
]


@pytest.fixture
def desk(sqlite: Database) -> Answers:
    using = replace(services(), alerts=SqlAlerts(sqlite))
    return Answers(load_commands(), using)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row.case}: {row.asked}")
async def test_a_mistake_is_read_back_and_every_tap_leads_to_an_answer(
    desk: Answers, row: Row
) -> None:
    answer = await desk.answer(row.asked, asker=somebody(1))
    assert answer.is_error
    assert answer.reply.numbers["error"] == "request"
    assert answer.reply.answer == row.said
    buttons = [button for line in answer.reply.buttons for button in line]
    assert tuple(button.label for button in buttons) == row.taps
    for number, button in enumerate(buttons):
        asker = somebody(1, occasion=f"tap:{number}")
        tapped = await desk.answer(button.question, asker=asker)
        assert not tapped.is_error, f"{button.question}: {tapped.reply.answer}"


@pytest.mark.parametrize(("case", "asked", "note"), WARNED)
async def test_what_can_be_answered_all_the_same_carries_a_warning(
    desk: Answers, case: str, asked: str, note: str
) -> None:
    answer = await desk.answer(asked, asker=somebody(1))
    assert not answer.is_error, case
    assert any(said.startswith(note) for said in answer.reply.notes), answer.reply.notes


async def test_an_alert_that_would_ring_at_once_can_be_had_at_once(desk: Answers) -> None:
    answer = await desk.answer("/watch ETH BTC-PERP corr<0.9", asker=somebody(1))
    (now,) = [b for row in answer.reply.buttons for b in row if "now" in b.question]
    again = await desk.answer(now.question, asker=somebody(1, occasion="tap"))
    assert not again.is_error


class Troubled(SimulatedPrices):
    """A venue with a trouble of its own, and another that has none."""

    def __init__(self, trouble: Exception | None, *, venues: Sequence[str], lag: int = 0) -> None:
        super().__init__(clock=lambda: NOW)
        self._trouble, self._troubled, self._lag = trouble, venues, lag

    async def candles(self, market: Market, **span: object) -> Candles:
        if self._trouble is not None and market.venue in self._troubled:
            raise self._trouble
        found = await super().candles(market, **span)  # type: ignore[arg-type]
        return found.taken(slice(0, len(found.close) - self._lag)) if self._lag else found


async def reply_to(source: SimulatedPrices, question: str = "/corr BTC ETH 30d") -> tuple[str, ...]:
    answer = await answers(services(source)).answer(question)
    reply = answer.reply
    taps = [b.label for row in reply.buttons for b in row] if answer.is_error else []
    return (str(reply.numbers.get("error")), reply.answer, *taps, *reply.notes)


async def test_a_venue_that_does_not_serve_us_is_replaced_or_named() -> None:
    blocked: SourceError = VenueBlockedError("simulated", 451)
    _, _, *notes = await reply_to(Troubled(blocked, venues=["simulated"]))
    assert any("(451). Used Mirror" in note for note in notes), notes
    down = VenueDownError("simulated")
    kind, said, tap = await reply_to(
        Troubled(down, venues=["simulated", "mirror"]), "/corr simulated:BTC simulated:ETH 30d"
    )
    assert (kind, said, tap) == ("source", "Simulated does not answer.", "Try again")


async def test_stale_prices_carry_their_age() -> None:
    _, _, *notes = await reply_to(Troubled(None, venues=[], lag=3))
    assert "Last candle is 3 h old." in notes


async def test_our_own_bug_blames_nobody_else_and_can_be_tried_again() -> None:
    kind, said, tap = await reply_to(
        Troubled(ZeroDivisionError("ours"), venues=["simulated", "mirror"])
    )
    assert kind == "internal"
    assert said.startswith("Something broke on my side (ref ")
    assert said.endswith("Nothing was changed.")
    assert tap == "Try again"


class Mute(SimulatedPrices):
    """A venue that never tells what it lists."""

    async def markets(self, venue: str) -> Sequence[Market]:
        raise VenueDownError(venue, retry_after=timedelta(seconds=30))


async def test_where_nobody_can_tell_what_is_listed_corrections_are_offered_all_the_same() -> None:
    kind, _, *taps = await reply_to(Mute(clock=lambda: NOW), "/carry DOGE")
    assert kind == "request"
    assert taps == ["DOGE-PERP", "DOGE-INV", "both"]
