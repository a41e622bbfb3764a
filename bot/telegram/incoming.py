"""From an update to what somebody asks; knows Telegram, not the commands."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from telegram import CallbackQuery, Chat, Message, Update

from bot.store.inbox import StoredUpdate

ASKED_BACK = re.compile(r"/[a-z]+")


@dataclass(frozen=True, slots=True)
class Place:
    """Where an answer goes; ``message_id`` is the message that is answered."""

    chat_id: int
    thread_id: int | None
    message_id: int | None
    is_private: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody typed a question; ``asker_id`` is the chat's own id for an anonymous admin."""

    text: str
    asker_id: int
    place: Place


@dataclass(frozen=True, slots=True)
class Tapped:
    """Somebody tapped a button under one of our messages."""

    token: str
    query_id: str
    tapper_id: int
    place: Place
    shows_picture: bool


def stored_update(update: Mapping[str, Any], payload: str | None = None) -> StoredUpdate:
    """An update as the inbox keeps it.

    Raises
    ------
    KeyError, TypeError, ValueError
        It is no update of Telegram.

    """
    return StoredUpdate(
        update_id=int(update["update_id"]),
        lane=_lane(update),
        payload=payload or json.dumps(update, ensure_ascii=False),
    )


def incoming(update: Update) -> Asked | Tapped | None:
    """What an update asks of us; None for everything that needs no answer.

    An edited message was answered before, so it is not answered again.
    """
    if update.message is not None and update.message.text:
        return _asked(update.message, update.message.text)
    if update.callback_query is not None and update.callback_query.data:
        return _tapped(update.callback_query, update.callback_query.data)
    return None


def _asked(message: Message, text: str) -> Asked | None:
    author = message.from_user
    if author is not None and author.is_bot and message.sender_chat is None:
        return None
    asker = message.sender_chat or author
    if asker is None:
        return None
    question = text if text.startswith("/") else _without_slash(message, text)
    if question is None:
        return None
    return Asked(question, asker.id, _place(message, message.message_id))


def _without_slash(message: Message, text: str) -> str | None:
    """A bare text answers the question that we asked back; in private it is a question itself."""
    original = message.reply_to_message
    if original is not None and original.from_user is not None and original.from_user.is_bot:
        command = ASKED_BACK.search(original.text or original.caption or "")
        if command:
            return f"{command.group()} {text}"
    return f"/corr {text}" if message.chat.type == Chat.PRIVATE else None


def _tapped(query: CallbackQuery, token: str) -> Tapped | None:
    message = query.message
    if message is None:
        return None
    accessible = message if isinstance(message, Message) else None
    return Tapped(
        token=token,
        query_id=query.id,
        tapper_id=query.from_user.id,
        place=_place(accessible, message.message_id)
        if accessible
        else Place(message.chat.id, None, message.message_id, message.chat.type == Chat.PRIVATE),
        shows_picture=bool(accessible and accessible.photo),
    )


def _place(message: Message, message_id: int) -> Place:
    return Place(
        chat_id=message.chat.id,
        # Ordinary groups give a thread id to replies too; only a topic's id may be sent back.
        thread_id=message.message_thread_id if message.is_topic_message else None,
        message_id=message_id,
        is_private=message.chat.type == Chat.PRIVATE,
    )


def _lane(update: Mapping[str, Any]) -> int:
    """The id of the chat, else of the person, whose order this update belongs to."""
    for event in update.values():
        if isinstance(event, Mapping):
            message = event.get("message")
            about = message if isinstance(message, Mapping) else event
            chat = about.get("chat") or event.get("from")
            if isinstance(chat, Mapping) and isinstance(chat.get("id"), int):
                return int(chat["id"])
    return 0
