"""Who runs the bot is known by number, and only where nobody else reads."""

from telegram import Bot

from bot.store.database import Database
from tests.bot.telegram.desk import desk
from tests.emulators.telegram.emulator import TelegramEmulator

ADA = 6_123_456_789


async def test_an_operator_is_one_in_private_and_nowhere_else(
    emulator: TelegramEmulator, bot: Bot, sqlite: Database
) -> None:
    async with desk(emulator, bot, sqlite, operators=frozenset({ADA})) as at:
        ada, ben = emulator.person("Ada", number=ADA), emulator.person("Ben")
        room = emulator.group("Desk", [ada, ben])
        asked = [ada.says("/mine"), ben.says("/mine"), ada.says("/mine", chat=room)]
        await at.idle()
        said = [
            next(m.words for m in emulator.replies(question.chat) if m.reply_to is question)
            for question in asked
        ]
    assert ["is_operator=True" in words for words in said] == [True, False, False]
