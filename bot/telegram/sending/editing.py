"""Writes over messages that stand: as often as it takes, since twice is as good as once."""

import logging
from dataclasses import dataclass, replace

from telegram import Bot
from telegram.error import TelegramError

from bot.store.gates import ChatFull
from bot.telegram import refusals
from bot.telegram.sending.pacing import Pacing
from bot.telegram.sending.parcels import Parcel, photo_of, put, unmarked
from bot.telegram.sending.pictures import Pictures
from bot.telegram.sending.retries import Retries

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class Editing:
    """Edits keep Telegram's pace as messages do, but need no ledger."""

    bot: Bot
    pacing: Pacing
    pictures: Pictures

    async def edit(self, parcel: Parcel, retries: Retries, *, shows_picture: bool) -> bool:
        """Put the parcel in the place of ``parcel.place``'s message; False if that is gone."""
        while True:
            photo = photo_of(parcel)
            picture = await self.pictures.to_send(photo)
            chat_id = parcel.place.chat_id
            turn = await self.pacing.turn(chat_id)
            if isinstance(turn, ChatFull) or not await self.pacing.arrives(turn, chat_id):
                continue
            try:
                edited = await put(self.bot, parcel, picture, shows_picture=shows_picture)
            except TelegramError as error:
                match verdict := refusals.verdict_on(error):
                    case refusals.AlreadyDone():
                        return True
                    case refusals.NotSent() | refusals.Unknown():
                        await retries.wait_after(verdict)
                    case refusals.BadMarkup() if not parcel.is_plain:
                        parcel = unmarked(parcel)
                    case refusals.PictureRefused() if parcel.photo and not shows_picture:
                        parcel = replace(parcel, photo=None)
                    case refusals.FileGone() if isinstance(picture, str):
                        await self.pictures.forget(photo)
                    case _:
                        log.warning("edit %s refused: %s", parcel.key, error)
                        return False
            else:
                await self.pictures.sent(photo, picture, edited)
                return True
