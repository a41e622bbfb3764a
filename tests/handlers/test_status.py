"""/status: how the bot, its venues and this chat are; more for those who run it."""

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from analytics.errors import RequestError, SourceError
from analytics.market.prices import Origin
from analytics.market.simulated import SimulatedPrices
from bot.health.venue_diary import VenueDiary
from bot.standing.telling import POISON
from bot.store.database import Database
from bot.store.executors import Executors
from handlers._terms import term_of_label
from handlers.status import COMMAND, StatusQuery
from tests.handlers.asking import NOW, answers, services, shown, somebody
from tests.handlers.keeping import keeping, sent_in_doubt, subscribed

ANN, BEN = 6_123_456_789, 6_987_654_321


class LivePrices(SimulatedPrices):
    """The simulated venue under the names of real ones."""

    @property
    def origin(self) -> Origin:
        return Origin("Binance, Bybit, OKX")

    @property
    def venues(self) -> tuple[str, ...]:
        return ("binance", "bybit", "okx")


@dataclass
class Clock:
    """A clock that is set by hand."""

    now: object = NOW

    def __call__(self) -> object:
        return self.now


def diary() -> VenueDiary:
    """Binance answers, Bybit has failed and is left alone, OKX was never asked."""
    clock = Clock(NOW - timedelta(minutes=40))
    kept = VenueDiary(clock)  # type: ignore[arg-type]
    kept.answered("binance")
    kept.closed("binance", (NOW - timedelta(minutes=20)).timestamp())
    kept.answered("bybit", SourceError("Bybit is silent.", venue="bybit"))
    until = NOW + timedelta(minutes=5)
    kept.rests_until = lambda venue: until if venue == "bybit" else None
    return kept


def test_it_reads_nothing_and_refuses_the_rest_with_a_tap() -> None:
    assert COMMAND.parse("  ") == StatusQuery()
    with pytest.raises(RequestError) as refusal:
        COMMAND.parse("of binance")
    assert [c.right for c in refusal.value.corrections] == ["/status"]


async def test_a_quiet_chat_on_simulated_prices(database: Database) -> None:
    using = keeping(database)
    reply = (await answers(using).answer("/status", asker=somebody(ANN))).reply
    assert shown(reply) == (
        "hedgebot 1.2.3: all is well · up 3 h\n\n"
        "Digests       0\n"
        "Alerts        0\n"
        "On the way    0\n"
        "In doubt      nothing\n\n"
        "Waiting       nothing\n\n"
        "⚠ Simulated prices.\n\n"
        "[↻]"
    )


async def test_venues_doubts_and_what_is_agreed_in_a_chat(database: Database) -> None:
    await subscribed(database, ANN)
    await subscribed(database, ANN, why="this chat was closed to me", n=2)
    await subscribed(database, BEN)
    for number in range(2):
        await sent_in_doubt(database, f"digest:{number}:2026-11-04:0", ANN, says=f"{number}")
    await sent_in_doubt(database, "reply:17:0", ANN, says=None)
    await sent_in_doubt(database, "alert:9:1:1:fired:0", BEN, says="elsewhere")
    using = keeping(database, source=LivePrices(clock=lambda: NOW), diary=diary())
    reply = (await answers(using).answer("/status", asker=somebody(ANN))).reply
    assert shown(reply) == (
        "hedgebot 1.2.3: venues that fail: 1 of 3 · something may not have arrived here · up 3 h\n\n"
        "What may not have arrived is sent again, marked: /resend\n"
        "Answers that may not have arrived have to be asked for again.\n\n"
        "Binance       answered 40 min ago\n"
        "              prices 20 min old\n"
        "Bybit         left alone for 5 min\n"
        "OKX           not asked yet\n\n"
        "Digests       1, 1 paused\n"
        "Alerts        1, 1 paused\n"
        "On the way    0\n"
        "In doubt      digests 2\n"
        "              answers 1\n\n"
        "Waiting       nothing\n\n"
        "[Resend]  [↻]"
    )
    assert reply.numbers["in_doubt"] == {"digests": 2, "alerts": 0, "notices": 0, "answers": 1}


async def test_who_runs_the_bot_sees_all_chats_and_nobody_by_name(database: Database) -> None:
    await subscribed(database, ANN)
    await subscribed(database, BEN, why=POISON)
    await sent_in_doubt(database, "digest:1:2026-11-04:0", BEN, says="x")
    await Executors(database, "desk-1").register()
    boss = replace(somebody(7), is_operator=True)
    using = keeping(database)
    await using.health.metrics.answered("corr", _answered())  # type: ignore[union-attr]
    reply = (await answers(using).answer("/status", asker=boss)).reply
    text = shown(reply)
    assert (
        "Chats         2\n"
        "All digests   1, 1 paused\n"
        "All alerts    2\n"
        "              normal 1\n"
        "              paused 1\n"
        "Answers       answered 1\n"
        "Given up      2\n"
        "All in doubt  1\n"
        "              digest:1:2026-11-04:\n"
        "              0\n"
        "Processes     1\n"
        "              desk-1\n"
    ) in text
    assert str(ANN) not in text
    assert str(BEN) not in text
    questions = [button.question for row in reply.buttons for button in row]
    assert questions == ["/status", "/requeue digest:2", "/requeue alert:2", "/requeue all"]
    others = (await answers(using).answer("/status", asker=somebody(7))).reply
    assert "Processes" not in shown(others)
    assert "everywhere" not in others.numbers


async def _answered():  # noqa: ANN202
    from bot.answering.answers import Answer
    from handlers import Reply

    return Answer(Reply("a", "b"))


async def test_every_label_has_its_term(database: Database) -> None:
    boss = replace(somebody(7), is_operator=True)
    reply = (await answers(keeping(database)).answer("/status", asker=boss)).reply
    labels = [fact.label for group in reply.facts for fact in group]
    assert [label for label in labels if term_of_label(label) is None] == []


async def test_a_terminal_has_no_status() -> None:
    answer = await answers(services()).answer("/status")
    assert answer.is_error
    assert answer.reply.answer == "Nothing is kept here: that is for the bot in Telegram."
