"""From a letter to the messages it becomes."""

from collections import OrderedDict
from dataclasses import dataclass, field, replace
from functools import partial

from analytics.language import later, tr
from bot.store.buttons import Buttons
from bot.store.contents import kept_reply
from bot.store.database import Database
from bot.store.letters import Kind, Letter, again
from bot.store.uploads import picture_digest
from bot.telegram.incoming import Place
from bot.telegram.keyboards import keyboard
from bot.telegram.markup import pages
from bot.telegram.sending.parcels import Parcel, Photo
from handlers import Reply

MOST_CACHED = 256
MAY_REPEAT = later("This may be a repeat: I could not see whether it arrived the first time.")
TOPIC_PAUSED = later("(Its topic is closed: this waits there until the topic opens again.)")


@dataclass(frozen=True, slots=True, eq=False)
class _Kept:
    """A reply without its picture, which is read again where it has to be uploaded."""

    reply: Reply
    photo: Photo | None


@dataclass(frozen=True, slots=True, eq=False)
class Letters:
    """Reads what letters say, once for all who are told the same."""

    database: Database
    _cache: OrderedDict[str, _Kept] = field(default_factory=OrderedDict)

    async def parcels(self, letter: Letter, *, is_repeat: bool = False) -> list[Parcel] | None:
        """All messages of a letter in their order; None where its words were forgotten."""
        kept = await self._kept(letter.content_id)
        if kept is None:
            return None
        remarks = ([tr(MAY_REPEAT)] if is_repeat else []) + (
            [letter.remark] if letter.remark else []
        )
        reply = replace(kept.reply, notes=(*remarks, *kept.reply.notes))
        room = letter.room
        place = Place(room.chat_id, room.thread_id, None, is_private=room.chat_id > 0)
        parcel = partial(
            Parcel,
            place=place,
            rings=letter.kind is Kind.ALERT and not letter.is_silent,
            outside=tr(TOPIC_PAUSED),
            content_id=letter.content_id,
            letter=letter,
        )
        *most, last = [
            parcel("", html=page.html, photo=None if number else kept.photo)
            for number, page in enumerate(pages(reply, under_picture=kept.photo is not None))
        ]
        buttons = await keyboard(
            Buttons(self.database),
            reply.buttons,
            chat_id=room.chat_id,
            owner_id=letter.owner_id,
            # Nobody asked for it: what it says can be had by no other way again.
            beside=True,
        )
        files = [parcel("", html="", file=file) for file in reply.files]
        every = [*most, replace(last, keyboard=buttons), *files]
        return [
            replace(one, key=_key(letter, left, is_repeat=is_repeat))
            for left, one in zip(reversed(range(len(every))), every, strict=True)
        ]

    async def _kept(self, content_id: str) -> _Kept | None:
        if content_id not in self._cache:
            reply = await kept_reply(self.database, content_id)
            if reply is None:
                return None
            png = reply.chart
            load = partial(self._picture, content_id)
            photo = None if png is None else Photo(picture_digest(png), load)
            self._cache[content_id] = _Kept(replace(reply, chart=None), photo)
            while len(self._cache) > MOST_CACHED:
                self._cache.popitem(last=False)
        return self._cache[content_id]

    async def _picture(self, content_id: str) -> bytes:
        reply = await kept_reply(self.database, content_id)
        if reply is None or reply.chart is None:
            raise LookupError(f"the picture of {content_id} was forgotten")
        return reply.chart


def _key(letter: Letter, left: int, *, is_repeat: bool) -> str:
    page = f"{letter.key}:{left}"
    return again(page) if is_repeat else page
