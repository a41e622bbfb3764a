"""Which language a chat is spoken to in; what can be shown depends on what was translated."""

from dataclasses import replace

import pytest
from telegram import Bot

from analytics.language import ENGLISH, languages, speaking, tr
from bot.answering.answers import Answers
from bot.store.database import Database
from bot.store.rooms import SqlRooms
from bot.telegram.languages import preferences_in
from bot.telegram.talking.conversation import TEXT_ONLY
from handlers import Preferences
from tests.bot.telegram.desk import NO_SERVICES, Kitchen, desk
from tests.emulators.telegram.chats import Content
from tests.emulators.telegram.emulator import TelegramEmulator
from tests.emulators.telegram.files import StoredFile, Upload
from tests.emulators.test_telegram_sending import picture

OTHERS = [language for language in languages() if language != ENGLISH]


async def test_an_app_in_a_language_that_nobody_translated_changes_nothing(
    database: Database,
) -> None:
    rooms = SqlRooms(database)
    for app in (None, "", "en", "en-GB", "tlh", "xx-YY"):
        assert await preferences_in(rooms, 7, app) == Preferences()
    assert await rooms.preferences(7) == Preferences()
    assert await preferences_in(None, 7, "de") == Preferences()


@pytest.mark.parametrize("language", OTHERS)
async def test_a_person_is_spoken_to_as_their_app_is_until_they_choose(
    database: Database, language: str
) -> None:
    rooms = SqlRooms(database)
    assert (await preferences_in(rooms, 7, f"{language}-XX")).language == language
    assert (await rooms.preferences(7)).language == language, "what is sent unasked is so, too"
    await rooms.set_preferences(7, Preferences(zone="Asia/Tokyo", language=ENGLISH))
    kept = await preferences_in(rooms, 7, language)
    assert (kept.language, kept.zone) == (ENGLISH, "Asia/Tokyo")
    assert (await preferences_in(rooms, -5, language)).language is None, "a group has no app"


@pytest.mark.parametrize("language", OTHERS)
async def test_what_the_bot_itself_says_is_in_that_language(
    emulator: TelegramEmulator, bot: Bot, sqlite: Database, language: str
) -> None:
    services = replace(NO_SERVICES, rooms=SqlRooms(sqlite))
    answers = Answers(Kitchen().commands(), services)
    person = emulator.person("Anna", language=language)
    async with desk(emulator, bot, sqlite, answers=answers) as at:
        world = emulator.world
        message = world.post(person.chat, person.user, Content("photo", file=_file(emulator)))
        world.announce(message)
        await at.idle()
        with speaking(language):
            assert [m.words for m in emulator.replies(person)] == [tr(TEXT_ONLY)]


def _file(emulator: TelegramEmulator) -> StoredFile:
    upload = Upload("p.png", "image/png", picture())
    return emulator.world.files.resolve("photo", "attach://p", {"p": upload})
