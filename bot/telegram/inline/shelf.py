"""Where pictures are uploaded for answers in chats that we cannot write to."""

import logging
from dataclasses import dataclass
from functools import partial

from telegram import Bot
from telegram.error import RetryAfter, TelegramError

from bot.store.gates import ChatFull
from bot.store.uploads import picture_digest
from bot.telegram import refusals
from bot.telegram.sending.pacing import Haste, Pacing
from bot.telegram.sending.parcels import PICTURE_NAME, Photo
from bot.telegram.sending.pictures import Pictures

log = logging.getLogger(__name__)

UPLOAD = Haste(ahead=2.0, patience=5.0)
"""Somebody types: a picture that would come late is not uploaded at all."""


@dataclass(frozen=True, slots=True, eq=False)
class Shelf:
    """The operator's own chat that takes pictures; without one only known pictures have a name.

    An upload says nothing of who asked. It is not in the ledger: one that is lost, or comes twice,
    costs nobody anything.
    """

    bot: Bot
    pacing: Pacing
    pictures: Pictures
    chat_id: int | None = None

    @property
    def takes_pictures(self) -> bool:
        """Whether a picture that has no name yet may get one."""
        return self.chat_id is not None

    async def file_id(self, png: bytes) -> str | None:
        """Telegram's name of a picture; None where it has none yet and takes none now."""
        photo = Photo(picture_digest(png), partial(_given, png))
        async with self.pictures.one_uploads(photo):
            known = await self.pictures.to_send(photo)
            if isinstance(known, str) or self.chat_id is None:
                return known if isinstance(known, str) else None
            while not isinstance(turn := await self.pacing.turn(self.chat_id, UPLOAD), ChatFull):
                # All processes take turns in one chat: the last one may have brought it meanwhile.
                known = await self.pictures.to_send(photo)
                if isinstance(known, str):
                    return known
                if await self.pacing.arrives(turn, self.chat_id, UPLOAD):
                    return await self._uploaded(photo, png, self.chat_id)
            return None

    async def forget(self, file_id: str) -> None:
        """Upload anew: Telegram does not know this name any more."""
        await self.pictures.forget_name(file_id)

    async def _uploaded(self, photo: Photo, png: bytes, chat_id: int) -> str | None:
        try:
            message = await self.bot.send_photo(
                chat_id, png, filename=PICTURE_NAME, disable_notification=True
            )
        except RetryAfter as error:
            await self.pacing.pause(refusals.seconds(error))
            return None
        except TelegramError as error:
            log.warning("HEDGEBOT_PICTURES_CHAT takes no picture: %s", error)
            return None
        await self.pictures.sent(photo, png, message)
        return message.photo[-1].file_id if message.photo else None


async def _given(png: bytes) -> bytes:
    return png
