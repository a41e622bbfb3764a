"""Editing and deleting messages."""

from typing import Any

from tests.emulators.telegram.chats import Content, Message
from tests.emulators.telegram.keyboards import checked_markup
from tests.emulators.telegram.method import Query, method
from tests.emulators.telegram.refusals import bad_request, unmodelled
from tests.emulators.telegram.sending import caption_of, text_of
from tests.emulators.telegram.world import World

_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the "
    "same as a current content and reply markup of the message"
)


def edit_text(world: World, query: Query) -> dict[str, Any]:
    message = _editable(world, query)
    words = text_of(query["text"], query["parse_mode"])
    if message.content.kind != "text":
        raise bad_request("there is no text in the message to edit")
    return _edited(world, query, message, Content("text", words))


def edit_caption(world: World, query: Query) -> dict[str, Any]:
    message = _editable(world, query)
    words = caption_of(query["caption"], query["parse_mode"])
    if message.content.file is None:
        raise bad_request("there is no caption in the message to edit")
    content = Content(message.content.kind, words, message.content.file)
    return _edited(world, query, message, content)


def edit_media(world: World, query: Query) -> dict[str, Any]:
    message = _editable(world, query)
    media = query["media"] or {}
    kind = media.get("type")
    if kind not in {"photo", "document"}:
        raise unmodelled(f"media of type {kind}")
    if extra := set(media) - {"type", "media", "caption", "parse_mode"}:
        raise unmodelled(f"media with {', '.join(sorted(extra))}")
    words = caption_of(media.get("caption"), media.get("parse_mode"))
    file = world.files.resolve(kind, media.get("media"), query.files)
    return _edited(world, query, message, Content(kind, words, file))


def edit_markup(world: World, query: Query) -> dict[str, Any]:
    message = _editable(world, query)
    return _edited(world, query, message, message.content)


def delete_message(world: World, query: Query) -> bool:
    chat = world.reachable(query["chat_id"])
    message = world.message(chat, query["message_id"], "to delete")
    private = chat.type == "private"
    if not (message.from_bot or private or chat.member(world.bot).is_admin):
        raise bad_request("message can't be deleted")
    message.deleted = True
    world.bell.ring()
    return True


def _editable(world: World, query: Query) -> Message:
    chat = world.reachable(query["chat_id"])
    message = world.message(chat, query["message_id"], "to edit")
    if not message.from_bot:
        raise bad_request("message can't be edited")
    return message


def _edited(world: World, query: Query, message: Message, content: Content) -> dict[str, Any]:
    markup = checked_markup(query["reply_markup"], editing=True)
    if _sight(content) == _sight(message.content) and markup == message.markup:
        raise bad_request(_NOT_MODIFIED)
    message.content, message.markup = content, markup
    message.edit_date = int(world.clock())
    message.revision += 1
    world.bell.ring()
    return message.as_json()


def _sight(content: Content) -> tuple[Any, ...]:
    file = content.file
    return content.kind, content.words, file.unique_id if file else None


_PLACE = "chat_id message_id reply_markup "

METHODS = (
    method("editMessageText", edit_text, _PLACE + "text parse_mode link_preview_options"),
    method("editMessageCaption", edit_caption, _PLACE + "caption parse_mode"),
    method("editMessageMedia", edit_media, _PLACE + "media"),
    method("editMessageReplyMarkup", edit_markup, _PLACE),
    method("deleteMessage", delete_message, "chat_id message_id"),
)
