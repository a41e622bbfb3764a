"""Puts inline mode together."""

from telegram import Bot

from bot.answering.answers import Answers
from bot.settings import Settings
from bot.store.database import Database
from bot.store.recents import Recents
from bot.store.uploads import Uploads
from bot.telegram.inline.answers import InlineAnswers
from bot.telegram.inline.queries import Inline
from bot.telegram.inline.shelf import Shelf
from bot.telegram.sending.pictures import Pictures
from bot.telegram.talking.rights import Rights


def inline_mode(
    settings: Settings, bot: Bot, answers: Answers, rights: Rights, database: Database
) -> Inline:
    """Answers while people type, at the pace and within the quotas of everything else."""
    pacing = rights.delivery.pacing
    pictures = Pictures(Uploads(database), rights.delivery.ledger.holder)
    shelf = Shelf(bot, pacing, pictures, settings.pictures_chat)
    return Inline(
        bot,
        answers,
        InlineAnswers(answers, shelf, rights.may_type),
        pacing,
        Recents(database),
        allowed_chats=settings.allowed_chats,
    )
