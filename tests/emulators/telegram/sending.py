"""sendMessage, sendPhoto, sendDocument, sendChatAction."""

from typing import Any

from tests.emulators.telegram.chats import Chat, Content, Message
from tests.emulators.telegram.formatted import Formatted, formatted
from tests.emulators.telegram.keyboards import checked_markup
from tests.emulators.telegram.method import Query, method
from tests.emulators.telegram.refusals import bad_request, unmodelled
from tests.emulators.telegram.world import World

MAX_TEXT = 4096
MAX_CAPTION = 1024

_ACTIONS = frozenset(
    [
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    ]
)


def send_message(world: World, query: Query) -> dict[str, Any]:
    chat = world.writable(query["chat_id"], "text")
    return _sent(world, query, chat, Content("text", text_of(query["text"], query["parse_mode"])))


def send_photo(world: World, query: Query) -> dict[str, Any]:
    return _send_file(world, query, "photo")


def send_document(world: World, query: Query) -> dict[str, Any]:
    return _send_file(world, query, "document")


def send_chat_action(world: World, query: Query) -> bool:
    chat = world.writable(query["chat_id"], "text")
    world.thread(chat, query["message_thread_id"])
    if query["action"] not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    return True


def text_of(source: str | None, parse_mode: str | None) -> Formatted:
    """Read a text of 1-4096 characters, or refuse."""
    words = formatted(source or "", parse_mode)
    if not words.text.strip():
        raise bad_request("message text is empty")
    if len(words.text) > MAX_TEXT:
        raise bad_request("message is too long")
    return words


def caption_of(source: str | None, parse_mode: str | None) -> Formatted:
    """Read a caption of at most 1024 characters, or refuse."""
    words = formatted(source or "", parse_mode)
    if len(words.text) > MAX_CAPTION:
        raise bad_request("message caption is too long")
    return words


def _send_file(world: World, query: Query, kind: str) -> dict[str, Any]:
    chat = world.writable(query["chat_id"], kind)
    words = caption_of(query["caption"], query["parse_mode"])
    file = world.files.resolve(kind, query[kind], query.files)
    return _sent(world, query, chat, Content(kind, words, file))


def _sent(world: World, query: Query, chat: Chat, content: Content) -> dict[str, Any]:
    thread_id = world.thread(chat, query["message_thread_id"])
    reply_to = _replied(query, chat)
    markup = checked_markup(query["reply_markup"], editing=False)
    if thread_id is None and reply_to:
        thread_id = reply_to.thread_id
    channel = chat.type == "channel"
    message = world.post(
        chat,
        None if channel else world.bot,
        content,
        sender_chat=chat if channel else None,
        markup=markup,
        thread_id=thread_id,
        reply_to=reply_to,
        from_bot=True,
    )
    return message.as_json()


def _replied(query: Query, chat: Chat) -> Message | None:
    asked = query["reply_parameters"]
    if not asked:
        return None
    if extra := set(asked) - {"message_id", "allow_sending_without_reply"}:
        raise unmodelled(f"reply_parameters with {', '.join(sorted(extra))}")
    found = chat.messages.get(asked.get("message_id"))
    if found and not found.deleted:
        return found
    if asked.get("allow_sending_without_reply"):
        return None
    raise bad_request("message to be replied not found")


_COMMON = (
    "chat_id message_thread_id parse_mode reply_parameters reply_markup "
    "disable_notification protect_content "
)

METHODS = (
    method("sendMessage", send_message, _COMMON + "text link_preview_options"),
    method("sendPhoto", send_photo, _COMMON + "photo caption"),
    method(
        "sendDocument",
        send_document,
        _COMMON + "document caption disable_content_type_detection",
    ),
    method("sendChatAction", send_chat_action, "chat_id message_thread_id action"),
)
