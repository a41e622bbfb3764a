"""From an update to what somebody asks; knows Telegram, not the commands."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from telegram import (
    CallbackQuery,
    Chat,
    ChatMember,
    ChatMemberRestricted,
    ChatMemberUpdated,
    Message,
    Update,
)
from telegram.constants import ChatID

from bot.store.inbox import StoredUpdate

LARGEST = 2**63 - 1
FLEETING = "inline_query"
"""Telegram forgets it after half a minute, and a new one comes with every letter."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an answer goes; ``message_id`` is the message that is answered."""

    chat_id: int
    thread_id: int | None
    message_id: int | None
    is_private: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody wrote something; ``asker_id`` is the chat's own id for an anonymous admin.

    ``in_reply_to`` is the text of ours that it replies to. ``language`` is that of the asker's app.
    """

    text: str
    asker_id: int
    place: Place
    in_reply_to: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Tapped:
    """Somebody tapped a button under one of our messages."""

    token: str
    query_id: str
    tapper_id: int
    place: Place
    shows_picture: bool
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Somebody sent us a sticker, a voice message or the like, in private."""

    place: Place
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Migrated:
    """A group became a supergroup."""

    old: int
    new: int


@dataclass(frozen=True, slots=True)
class LetIn:
    """We may write in a chat: we were added, unblocked, or given back the right to.

    ``added_by`` is who brought us into a group; None where we had been there before. As with
    ``Asked`` the group itself stands for an anonymous admin.
    """

    chat_id: int
    added_by: int | None = None


@dataclass(frozen=True, slots=True)
class ShutOut:
    """We may not write in a chat any more; ``lacks_rights`` where we are still in it."""

    chat_id: int
    why: str
    lacks_rights: bool = False


@dataclass(frozen=True, slots=True)
class TopicOpened:
    """A topic that was closed takes messages again."""

    chat_id: int
    thread_id: int


Incoming = Asked | Tapped | Unreadable | Migrated | LetIn | ShutOut | TopicOpened


def stored_update(update: Mapping[str, Any], payload: str | None = None) -> StoredUpdate:
    """An update as the inbox keeps it.

    Raises
    ------
    KeyError, TypeError, ValueError
        It is no update of Telegram.

    """
    return StoredUpdate(
        update_id=_storable(update["update_id"]),
        lane=_storable(_lane(update)),
        payload=payload or json.dumps(update),
        is_fleeting=FLEETING in update,
    )


def line_of(stored: StoredUpdate) -> tuple[int, int]:
    """Whose order within a chat an update belongs to; 0 for what happens to the chat itself.

    Nobody in a group waits for the answers of others. In private there is one order.
    """
    try:
        sender = _sender(json.loads(stored.payload))
    except ValueError:
        sender = 0
    return stored.lane, stored.lane if stored.lane > 0 else sender


def is_question(stored: StoredUpdate) -> bool:
    """Whether somebody says or taps something; everything else tells what happens to a chat."""
    try:
        update = json.loads(stored.payload)
    except ValueError:
        return False
    said = update.get("message")
    return "callback_query" in update or (isinstance(said, Mapping) and "text" in said)


def incoming(update: Update) -> Incoming | None:
    """What an update asks of us; None for everything that needs no answer.

    An edited message was answered before, so it is not answered again.
    """
    if update.message is not None:
        return _said(update.message)
    if update.callback_query is not None and update.callback_query.data:
        return _tapped(update.callback_query, update.callback_query.data)
    if update.my_chat_member is not None:
        return _placed(update.my_chat_member)
    return None


def _placed(change: ChatMemberUpdated) -> LetIn | ShutOut:
    """What our own new place in a chat means."""
    chat, place = change.chat, change.new_chat_member
    if place.status in {ChatMember.BANNED, ChatMember.LEFT}:
        private = chat.type == Chat.PRIVATE
        return ShutOut(chat.id, "the user blocked the bot" if private else "the bot was removed")
    if isinstance(place, ChatMemberRestricted) and not (
        place.is_member and place.can_send_messages
    ):
        return ShutOut(chat.id, "the bot may not write in the chat", lacks_rights=True)
    was_absent = change.old_chat_member.status in {ChatMember.BANNED, ChatMember.LEFT}
    if not was_absent or chat.type not in {Chat.GROUP, Chat.SUPERGROUP}:
        return LetIn(chat.id)
    is_anonymous = change.from_user.id == ChatID.ANONYMOUS_ADMIN
    return LetIn(chat.id, chat.id if is_anonymous else change.from_user.id)


def _said(message: Message) -> Asked | Unreadable | Migrated | TopicOpened | None:
    if message.migrate_to_chat_id is not None:
        return Migrated(message.chat.id, message.migrate_to_chat_id)
    if message.forum_topic_reopened is not None and message.message_thread_id is not None:
        return TopicOpened(message.chat.id, message.message_thread_id)
    author, sent_as = message.from_user, message.sender_chat
    asker = sent_as or author
    is_foreign_bot = author is not None and author.is_bot and sent_as is None
    # A channel's post that Telegram copies into its group was not written for us.
    if asker is None or is_foreign_bot or message.is_automatic_forward:
        return None
    if message.via_bot is not None and message.via_bot.id == message.get_bot().id:
        # Our own words, chosen from what was shown while somebody typed.
        return None
    place = _place(message, message.message_id)
    text = _clean(message.text or message.caption or "")
    language = author.language_code if author else None
    if text:
        return Asked(text, asker.id, place, _own_text(message.reply_to_message), language)
    if place.is_private and message.effective_attachment:
        return Unreadable(place, language)
    return None


def _own_text(original: Message | None) -> str | None:
    """What a message of ours says; pictures ask nothing."""
    if original is None or original.from_user is None:
        return None
    return original.text if original.from_user.id == original.get_bot().id else None


def _clean(text: str) -> str:
    """Without what no database stores: zero characters and halves of a pair."""
    return text.replace("\0", "").encode(errors="replace").decode().strip()


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
        language=query.from_user.language_code,
    )


def _place(message: Message, message_id: int) -> Place:
    return Place(
        chat_id=message.chat.id,
        # Ordinary groups give a thread id to replies too; only a topic's id may be sent back.
        thread_id=message.message_thread_id if message.is_topic_message else None,
        message_id=message_id,
        is_private=message.chat.type == Chat.PRIVATE,
    )


def _storable(number: object) -> int:
    """A whole number that fits into a column."""
    if not isinstance(number, int) or not -LARGEST <= number <= LARGEST:
        raise ValueError("not a number that Telegram gives")
    return number


def _sender(update: object) -> int:
    """Who says or taps something; 0 where nobody does."""
    if not isinstance(update, Mapping):
        return 0
    said = update.get("message") or update.get("callback_query")
    if not isinstance(said, Mapping):
        return 0
    who = said.get("sender_chat") or said.get("from")
    number = who.get("id") if isinstance(who, Mapping) else None
    return number if isinstance(number, int) else 0


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
