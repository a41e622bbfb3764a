"""One message as Telegram takes it: words, words under a picture, or a file."""

from dataclasses import dataclass
from typing import Any

from telegram import Bot, ForceReply, InlineKeyboardMarkup, InputMediaPhoto, Message
from telegram import ReplyParameters as Answered
from telegram.constants import ParseMode

from bot.telegram.incoming import Place
from handlers import File

PICTURE_NAME = "hedgebot.png"


@dataclass(frozen=True, slots=True, eq=False)
class Parcel:
    """One message to one place; ``key`` names it for ever."""

    key: str
    place: Place
    html: str
    photo: bytes | None = None
    file: File | None = None
    keyboard: InlineKeyboardMarkup | ForceReply | None = None
    is_plain: bool = False


async def post(bot: Bot, parcel: Parcel) -> Message:
    """Write a parcel to its place, as a reply where it answers a message."""
    place, mode = parcel.place, _mode(parcel)
    about: dict[str, Any] = {
        "message_thread_id": place.thread_id,
        "reply_parameters": _answered(place),
        "reply_markup": parcel.keyboard,
        "disable_notification": True,
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
    if parcel.photo is not None:
        return await bot.send_photo(
            place.chat_id, parcel.photo, caption=parcel.html, filename=PICTURE_NAME, **about
        )
    return await bot.send_message(place.chat_id, parcel.html, **about)


async def put(bot: Bot, parcel: Parcel, *, shows_picture: bool) -> None:
    """Write a parcel over the message of its place."""
    chat_id, message_id = parcel.place.chat_id, parcel.place.message_id
    mode = _mode(parcel)
    keyboard = parcel.keyboard if isinstance(parcel.keyboard, InlineKeyboardMarkup) else None
    if parcel.photo is not None:
        media = InputMediaPhoto(
            parcel.photo, caption=parcel.html, parse_mode=mode, filename=PICTURE_NAME
        )
        await bot.edit_message_media(
            media, chat_id=chat_id, message_id=message_id, reply_markup=keyboard
        )
    elif shows_picture:
        await bot.edit_message_caption(
            chat_id, message_id, caption=parcel.html, parse_mode=mode, reply_markup=keyboard
        )
    else:
        await bot.edit_message_text(
            parcel.html,
            chat_id=chat_id,
            message_id=message_id,
            parse_mode=mode,
            reply_markup=keyboard,
        )


def _mode(parcel: Parcel) -> str | None:
    return None if parcel.is_plain else ParseMode.HTML


def _answered(place: Place) -> Answered | None:
    if place.message_id is None:
        return None
    return Answered(place.message_id, allow_sending_without_reply=True)
