"""The longest answers that there are, in every language: every message fits, and nothing is lost."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from telegram import Bot

from analytics.language import languages
from analytics.market.prices import Origin
from analytics.market.simulated import SimulatedPrices
from analytics.market.venues import NAMES
from bot.answering.answers import Answer, Answers
from bot.health.venue_diary import VenueDiary
from bot.store.alerts import SqlAlerts
from bot.store.book import SqlBook
from bot.store.buttons import Buttons
from bot.store.database import Database, open_database
from bot.store.digests import SqlDigests
from bot.store.ledger import Ledger
from bot.store.rooms import SqlRooms
from bot.telegram.incoming import Place
from bot.telegram.markup import CAPTION_LIMIT, LINE_WIDTH, TEXT_LIMIT, pages
from bot.telegram.sending.delivery import Delivery
from bot.telegram.talking.replying import Replying
from handlers import Preferences, Reply, Room, SavedPosition, load_commands, position_of
from handlers._daily.digest import MOST_DIGESTS, NewDigest
from handlers._daily.schedule import DailyTime
from handlers._digest.query import MOST_PAIRS
from handlers._grammar.plain import MOST_WORDS
from handlers._terms import TERMS
from handlers._watch.alert import MOST_ALERTS, NewAlert
from handlers._watch.grammar import rule_of
from handlers._watch.states import State
from handlers.book import MOST_POSITIONS
from tests.bot.telegram.paces import unpaced
from tests.bot.telegram.test_markup import everything, said
from tests.emulators.telegram.emulator import TelegramEmulator
from tests.emulators.telegram.formatted import parse_html, utf16_length
from tests.handlers.asking import NOW, answers, somebody
from tests.handlers.keeping import keeping, sent_in_doubt, subscribed

ANN = 6_123_456_789
MOST_BUTTONS, MOST_IN_A_ROW, LONGEST_LABEL = 100, 8, 64
COMMANDS = [command for command in load_commands() if not command.is_for_operators]
TOLD = ("/help", "/explain", *(f"/help {command.name}" for command in COMMANDS))
EXPLAINED = (
    *(f"/explain {term.name}" for term in TERMS),
    f"/explain {', '.join(term.name for term in TERMS)}",
)
KEPT = ("/alerts", "/daily", "/book", "/status", "/privacy", "/export", "/settings", "/alerts 1")
REMOVED = (
    "/daily off all",
    "/alerts off all",
    "/daily off 99",
    "/alerts off 99",
    "/book delete no",
)
COMPUTED = [
    f"{command.examples[0]} {length}"
    for command in COMMANDS
    if not command.is_personal and command.examples[0].startswith(("/corr", "/hedge", "/digest"))
    for length in ("brief", "full")
]


class ManyVenues(SimulatedPrices):
    """The simulated venue under the name of every venue there is."""

    @property
    def origin(self) -> Origin:
        return Origin("everywhere")

    @property
    def venues(self) -> tuple[str, ...]:
        return tuple(NAMES)


def long_name(number: int) -> str:
    """A market with the longest venue and ticker that can be typed."""
    return f"krakenfutures:{chr(65 + number % 26) * 20}-PERP"


def rules() -> Iterator[str]:
    """As many alerts as a chat may have, each as long to write as one can be."""
    held, hedge = f"1234567.89 {long_name(0)}", f"-1234567.89 {long_name(1)}"
    yield f"{held} {hedge} drift>12.345678% 364d 4h for=10 cool=719h quiet"
    yield f"{long_name(0)} {long_name(1)} corr<-0.1234567 364d 4h for=10 until=364d"
    yield "simulated:1000PEPE-PERP mirror:BTC-PERP he<98.7654% 90d"
    for n in range(3, MOST_ALERTS):
        yield f"{' '.join(long_name(n + k) for k in range(3))} lockstep 364d 4h for=10 every quiet"


def daily() -> str:
    pairs = (f"{long_name(n)} {long_name(n + 1)} 364d 4h" for n in range(MOST_PAIRS))
    return f"/digest {', '.join(pairs)}"


def position() -> str:
    return " ".join(f"1234567.{n:02} {long_name(n)}" for n in range(MOST_WORDS // 2 - 1))


async def fill(database: Database) -> None:
    """Let Ann's chat keep as much as it may, and everybody's work be given up."""
    room, alerts = Room(ANN), SqlAlerts(database)
    for n, rule in enumerate(rules()):
        new = NewAlert(ANN, room, rule_of(rule), State(), NOW, NOW, f"alert:{n}")
        kept = await alerts.add(new)
        await alerts.snooze(kept.id, NOW + timedelta(days=29))
    at = DailyTime(8 * 60, "America/Argentina/Buenos_Aires")
    for n in range(MOST_DIGESTS):
        due = NOW + timedelta(days=9)
        await SqlDigests(database).add(NewDigest(ANN, room, daily(), at, due, f"digest:{n}"))
    for n in range(MOST_POSITIONS):
        name = f"{chr(97 + n)}{'n' * 19}"
        await SqlBook(database).save(ANN, SavedPosition(name, position_of(position())))
    for n in range(30):
        await subscribed(database, n + 1, why="it ended processes again and again")
        await sent_in_doubt(database, f"digest:{n}:2026-11-04:0", ANN, says="x")


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = await open_database(f"sqlite:///{tmp_path / 'hedgebot.sqlite'}")
    await fill(opened)
    yield opened
    await opened.close()


@pytest.fixture
def router(database: Database) -> Answers:
    diary = VenueDiary(lambda: NOW)
    for venue in NAMES:
        diary.answered(venue)
        diary.closed(venue, (NOW - timedelta(days=300)).timestamp())
    using = keeping(database, source=ManyVenues(clock=lambda: NOW), diary=diary)
    return answers(
        replace(
            using,
            alerts=SqlAlerts(database),
            digests=SqlDigests(database),
            book=SqlBook(database),
            rooms=SqlRooms(database),
        )
    )


async def asked(router: Answers, question: str, language: str) -> Answer:
    asker = replace(somebody(ANN, occasion=f"{language}:{question}"), is_operator=True)
    return await router.answer(question, asker=asker, wanted=Preferences(language=language))


def check(reply: Reply, router: Answers) -> None:
    """All messages that a reply becomes: their lengths, their words, and the buttons below."""
    found = pages(reply)
    shown = [parse_html(page.html) for page in found]
    for number, one in enumerate(shown):
        limit = CAPTION_LIMIT if reply.chart and not number else TEXT_LIMIT
        assert 1 <= utf16_length(one.text) <= limit
        for entity in one.entities:
            if entity["type"] == "pre":
                units = one.text.encode("utf-16-le")[2 * entity["offset"] :][: 2 * entity["length"]]
                rows = units.decode("utf-16-le").splitlines()
                assert max(map(len, rows)) <= LINE_WIDTH, rows
    body = shown[1:] if reply.chart and len(shown) > 1 else shown
    assert said(" ".join(one.text for one in body)) == said(everything(reply))
    assert sum(map(len, reply.buttons)) <= MOST_BUTTONS
    for row in reply.buttons:
        assert 1 <= len(row) <= MOST_IN_A_ROW
        for button in row:
            assert 1 <= len(button.label) <= LONGEST_LABEL, button
            name, _, words = button.question.removeprefix("/").partition(" ")
            command = router.routing.command(name)
            assert command, button
            if not words.endswith("nnn"):  # the name of a saved position
                command.parse(words)


@pytest.mark.parametrize("language", languages())
async def test_help_and_every_explanation_fit_and_lose_nothing(
    router: Answers, language: str
) -> None:
    for question in (*TOLD, *EXPLAINED):
        answer = await asked(router, question, language)
        assert not answer.is_error, answer.reply.answer
        check(answer.reply, router)


@pytest.mark.parametrize("language", languages())
async def test_a_chat_that_keeps_all_it_may_has_it_listed_in_whole(
    router: Answers, language: str
) -> None:
    n_messages = {}
    for question in KEPT:
        answer = await asked(router, question, language)
        assert not answer.is_error, answer.reply.answer
        check(answer.reply, router)
        n_messages[question] = len(pages(answer.reply))
    assert n_messages["/daily"] > 1
    assert n_messages["/book"] > 1
    for question in REMOVED:
        check((await asked(router, question, language)).reply, router)


async def test_all_messages_of_a_long_list_arrive_in_order_with_the_buttons_below_the_last(
    router: Answers, database: Database, emulator: TelegramEmulator, bot: Bot
) -> None:
    ann = emulator.person("Ann")
    ann.says("/start")
    delivery = Delivery(bot, Ledger(database, "one"), unpaced(database))
    replying = Replying(Buttons(database), delivery, bot)
    for question in ("/daily", "/book"):
        answer, before = await asked(router, question, "de"), len(emulator.replies(ann))
        place = Place(ann.id, None, None, is_private=True)
        await replying.send(answer, place, f"reply:{question}", owner_id=ann.id)
        *most, last = emulator.replies(ann)[before:]
        found = [parse_html(page.html).text for page in pages(answer.reply)]
        assert [message.words for message in (*most, last)] == found
        assert most
        assert [message.markup for message in most] == [None] * len(most)
        assert last.markup is not None


@pytest.mark.slow
@pytest.mark.parametrize("language", languages())
async def test_brief_and_full_answers_fit_and_lose_nothing(router: Answers, language: str) -> None:
    for question in COMPUTED:
        answer = await asked(router, question, language)
        assert not answer.is_error, answer.reply.answer
        check(answer.reply, router)
