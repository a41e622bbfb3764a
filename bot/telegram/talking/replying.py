"""From an answer to the messages it becomes: sent, or put in the place of one that was there."""

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, replace

from telegram import Bot, ForceReply, InlineKeyboardMarkup

from bot.answering.answers import Answer
from bot.store.buttons import Buttons
from bot.telegram.incoming import Place
from bot.telegram.keyboards import keyboard
from bot.telegram.markup import pages
from bot.telegram.sending.delivery import Delivery
from bot.telegram.sending.parcels import Parcel
from handlers import Reply


@dataclass(frozen=True, slots=True, eq=False)
class Replying:
    """Everything that a reply needs on its way out."""

    buttons: Buttons
    delivery: Delivery
    bot: Bot

    async def send(self, answer: Answer, place: Place, key: str, *, owner_id: int) -> None:
        """Send all pages, the buttons under the last one, then the files."""
        reply = answer.reply
        *most, last = (
            Parcel("", place, page.html, photo=None if number else reply.chart)
            for number, page in enumerate(pages(reply))
        )
        buttons = await self._keyboard(reply, place, owner_id)
        last = replace(last, keyboard=buttons or _force_reply(answer, place))
        await self._send_all([*most, last, *_filed(reply, place)], key)

    async def put_in_place(
        self,
        work: Awaitable[Answer],
        place: Place,
        key: str,
        *,
        owner_id: int,
        shows_picture: bool,
    ) -> None:
        """Edit the message; where it cannot take the new answer, the answer follows it.

        Files always follow: a picture's message cannot hold them.
        """
        answer = await work
        reply = answer.reply
        page, *others = pages(reply)
        fits = (reply.chart is not None or not shows_picture) and not others
        if fits:
            buttons = await self._keyboard(reply, place, owner_id)
            parcel = Parcel(key, place, page.html, photo=reply.chart, keyboard=buttons)
            if await self.delivery.edit(parcel, shows_picture=shows_picture):
                await self._send_all(_filed(reply, place), key)
                return
        await self.send(answer, place, key, owner_id=owner_id)

    async def _keyboard(
        self, reply: Reply, place: Place, owner_id: int
    ) -> InlineKeyboardMarkup | None:
        return await keyboard(
            self.buttons,
            reply.buttons,
            chat_id=place.chat_id,
            owner_id=owner_id,
            username=self.bot.username,
        )

    async def _send_all(self, parcels: Sequence[Parcel], key: str) -> None:
        """Send in order, numbered from the last: number 0 says that all are on their way."""
        for left, parcel in zip(reversed(range(len(parcels))), parcels, strict=True):
            await self.delivery.send(replace(parcel, key=f"{key}:{left}"))


def _filed(reply: Reply, place: Place) -> list[Parcel]:
    return [Parcel("", place, "", file=file) for file in reply.files]


def _force_reply(answer: Answer, place: Place) -> ForceReply | None:
    """Telegram allows one markup a message: the input field's hint where there are no buttons."""
    if answer.asks_back is None or not place.is_private:
        return None
    return ForceReply(input_field_placeholder=answer.asks_back)
