"""A digest is what its chat would get if it asked: in its language, from its venue."""

from typing import Any

from sqlalchemy import update

from analytics.language import current_language
from bot.answering.answers import Answers
from bot.standing.calendar import Calendar
from bot.store.contents import kept_reply
from bot.store.database import Database
from bot.store.digest_runs import MOST_ATTEMPTS, DigestRuns
from bot.store.rooms import SqlRooms
from bot.store.tables import digests
from handlers import Command, Preferences, Reply, Services
from tests.bot.standing.stage import DUE, HOUR, Stage, letters, subscribed
from tests.handlers.asking import services

GERMAN, ENGLISH, ELSEWHERE = 5, 6, 7
VENUES = services().histories.source.venues


async def agreed(database: Database) -> list[int]:
    rooms = SqlRooms(database)
    await rooms.set_preferences(GERMAN, Preferences(language="de", zone="Europe/Berlin"))
    await rooms.set_preferences(ENGLISH, Preferences(window="90d", zone="Asia/Tokyo"))
    await rooms.set_preferences(ELSEWHERE, Preferences(venue=VENUES[-1]))
    return [await subscribed(database, chat_id=chat) for chat in (GERMAN, ENGLISH, ELSEWHERE, 8)]


async def said(database: Database) -> dict[int, Any]:
    found = {}
    for letter in await letters(database):
        reply = await kept_reply(database, letter.content_id)
        assert reply is not None
        found[letter.chat_id] = (reply, letter.remark)
    return found


async def test_each_chat_gets_its_digest_in_its_language_and_from_its_venue(
    database: Database,
) -> None:
    asked = []

    async def answer(_query: str, using: Services) -> Reply:
        asked.append(using.histories.source.venues[0])
        return Reply(current_language(), asked[-1])

    await agreed(database)
    stage = Stage(database, now=DUE + HOUR)
    command = Command("digest", "", "", (), parse=str.strip, answer=answer)
    stage.calendar = Calendar(
        DigestRuns(database, "one"), Answers((command,), services()), now=stage._time
    )
    await stage.look()
    found = {
        chat: (reply.title, reply.answer) for chat, (reply, _) in (await said(database)).items()
    }
    assert found == {
        GERMAN: ("de", VENUES[0]),
        ENGLISH: ("en", VENUES[0]),
        ELSEWHERE: ("en", VENUES[-1]),
        8: ("en", VENUES[0]),
    }
    assert len(asked) == 3, "equal ones are computed once"
    remarks = {chat: remark for chat, (_, remark) in (await said(database)).items()}
    assert remarks[ENGLISH] == "1 h late."
    assert remarks[GERMAN] != remarks[ENGLISH]


async def test_a_digest_that_is_given_up_says_so_in_the_language_of_its_chat(
    database: Database,
) -> None:
    await agreed(database)
    async with database.writing() as connection:
        await connection.execute(update(digests).values(attempts=MOST_ATTEMPTS))
    await Stage(database).look()
    found = await said(database)
    assert found[ENGLISH][0].title == "Your daily digest 1 is paused."
    assert found[GERMAN][0].title != found[ENGLISH][0].title


async def test_what_was_claimed_unheard_of_is_free_though_its_question_is_worked_on(
    database: Database,
) -> None:
    for chat in (1, 2):
        await subscribed(database, chat_id=chat)
    runs = DigestRuns(database, "one")
    ((first, second),) = await runs.claim(DUE, most=9, is_alone=True)
    await runs.let_go([first.id])
    ((free,),) = await DigestRuns(database, "two").claim(DUE, most=9, is_alone=True)
    assert free.id == second.id
