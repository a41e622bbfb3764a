"""One message as Telegram takes it: words, words under a picture, or a file."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from telegram import Bot, ForceReply, InlineKeyboardMarkup, InputMediaPhoto, Message
from telegram import ReplyParameters as Answered
from telegram.constants import ParseMode

from analytics.language import later, tr
from bot.store.letters import Letter
from bot.store.uploads import picture_digest
from bot.telegram.incoming import Place
from bot.telegram.markup import CAPTION_LIMIT, plain, units
from handlers import File

log = logging.getLogger(__name__)

PICTURE_NAME = "hedgebot.png"
TOPIC_IS_CLOSED = later("(The topic of the question is closed.)")


@dataclass(frozen=True, slots=True, eq=False)
class Photo:
    """A picture by its digest; ``load`` gives its bytes where Telegram does not have them yet."""

    digest: str
    load: Callable[[], Awaitable[bytes]]


@dataclass(frozen=True, slots=True, eq=False)
class Parcel:
    """One message to one place; ``key`` names it for ever.

    ``rings`` where it is to make a sound. ``outside`` is added where it has to go into the group
    because its topic is closed. ``content_id`` is what ``keep_content`` called its words; ``letter``
    is what it is a part of, which may be withdrawn or say something else until the last moment.
    """

    key: str
    place: Place
    html: str
    photo: bytes | Photo | None = None
    file: File | None = None
    keyboard: InlineKeyboardMarkup | ForceReply | None = None
    is_plain: bool = False
    rings: bool = False
    outside: str = TOPIC_IS_CLOSED
    content_id: str | None = None
    letter: Letter | None = None


def photo_of(parcel: Parcel) -> Photo | None:
    """The parcel's picture, by its digest."""
    if isinstance(parcel.photo, bytes):
        return Photo(picture_digest(parcel.photo), partial(_given, parcel.photo))
    return parcel.photo


def unmarked(parcel: Parcel) -> Parcel:
    """The parcel without its markup, which Telegram does not take: our mistake."""
    log.error("our markup of %s was refused", parcel.key)
    return replace(parcel, html=plain(parcel.html), is_plain=True)


def outside_topic(parcel: Parcel) -> Parcel:
    """The parcel for the group itself; a reply would end in the topic again."""
    place = replace(parcel.place, thread_id=None, message_id=None)
    note = f"\n{tr(parcel.outside)}"
    fits = units(parcel.html + note) <= CAPTION_LIMIT
    return replace(parcel, place=place, html=parcel.html + note * fits)


async def _given(png: bytes) -> bytes:
    return png


async def post(bot: Bot, parcel: Parcel, picture: bytes | str | None) -> Message:
    """Write a parcel to its place, as a reply where it answers a message.

    ``picture`` is what stands for the parcel's: its bytes, or the name that Telegram gave it.
    """
    place, mode = parcel.place, _mode(parcel)
    about: dict[str, Any] = {
        "message_thread_id": place.thread_id,
        "reply_parameters": _answered(place),
        "reply_markup": parcel.keyboard,
        "disable_notification": not parcel.rings,
        "parse_mode": mode,
    }
    if parcel.file is not None:
        return await bot.send_document(
            place.chat_id,
            parcel.file.content,
            caption=parcel.html or None,
            filename=parcel.file.name,
            # Else Telegram may take a file for something to play.
            disable_content_type_detection=True,
            **about,
        )
    if picture is not None:
        return await bot.send_photo(
            place.chat_id, picture, caption=parcel.html, filename=PICTURE_NAME, **about
        )
    return await bot.send_message(place.chat_id, parcel.html, **about)


async def put(
    bot: Bot, parcel: Parcel, picture: bytes | str | None, *, shows_picture: bool
) -> Message | None:
    """Write a parcel over the message of its place."""
    chat_id, message_id = parcel.place.chat_id, parcel.place.message_id
    mode = _mode(parcel)
    keyboard = parcel.keyboard if isinstance(parcel.keyboard, InlineKeyboardMarkup) else None
    if picture is not None:
        media = InputMediaPhoto(
            picture, caption=parcel.html, parse_mode=mode, filename=PICTURE_NAME
        )
        edited = await bot.edit_message_media(
            media, chat_id=chat_id, message_id=message_id, reply_markup=keyboard
        )
    elif shows_picture:
        edited = await bot.edit_message_caption(
            chat_id, message_id, caption=parcel.html, parse_mode=mode, reply_markup=keyboard
        )
    else:
        edited = await bot.edit_message_text(
            parcel.html,
            chat_id=chat_id,
            message_id=message_id,
            parse_mode=mode,
            reply_markup=keyboard,
        )
    return edited if isinstance(edited, Message) else None


def _mode(parcel: Parcel) -> str | None:
    return None if parcel.is_plain else ParseMode.HTML


def _answered(place: Place) -> Answered | None:
    if place.message_id is None:
        return None
    return Answered(place.message_id, allow_sending_without_reply=True)
