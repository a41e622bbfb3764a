"""Everything the server knows, and the checks that come before any sending."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.emulators.telegram.calls import Bell
from tests.emulators.telegram.chats import Chat, Content, Member, Message, User
from tests.emulators.telegram.files import FileStore
from tests.emulators.telegram.refusals import RefusalError, bad_request, forbidden
from tests.emulators.telegram.updates import (
    CALLBACK_LIFETIME,
    INLINE_LIFETIME,
    MESSAGE_LIFETIME,
    UpdateQueue,
)

_USER_LANE = 3 << 33


@dataclass(slots=True, eq=False)
class CallbackQuery:
    """A pressed button; `answer` is what the bot made of it, None until then."""

    id: str
    sender: User
    message: Message
    data: str
    expires: float
    update_id: int | None = None
    answer: dict[str, Any] | None = None


@dataclass(slots=True, eq=False)
class InlineQuery:
    """A question typed after the bot's name; `results` is None until the bot answers.

    `update_id` is None where the server still knew the answer to an equal one.
    """

    id: str
    sender: User
    query: str
    offset: str
    expires: float
    update_id: int | None = None
    results: list[dict[str, Any]] | None = None
    answer: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class KnownResults:
    """What the server shows again, without asking the bot, to one person or to all."""

    results: list[dict[str, Any]]
    answer: dict[str, Any]
    until: float


@dataclass(slots=True, eq=False)
class World:
    """State of the server for one bot."""

    bot: User
    clock: Callable[[], float]
    bell: Bell
    updates: UpdateQueue
    privacy: bool = True
    files: FileStore = field(default_factory=FileStore)
    users: dict[int, User] = field(default_factory=dict)
    chats: dict[int, Chat] = field(default_factory=dict)
    callbacks: dict[str, CallbackQuery] = field(default_factory=dict)
    inline_queries: dict[str, InlineQuery] = field(default_factory=dict)
    known_results: dict[tuple[int | None, str, str], KnownResults] = field(default_factory=dict)
    commands: dict[tuple[str, str], list[dict[str, Any]]] = field(default_factory=dict)
    profile: dict[tuple[str, str], str] = field(default_factory=dict)
    menu_buttons: dict[int | None, dict[str, Any]] = field(default_factory=dict)
    _last_number: int = 1000

    def next_number(self) -> int:
        self._last_number += 1
        return self._last_number

    def chat(self, chat_id: Any) -> Chat:
        """Find a chat by id or @username, or refuse as the server would."""
        if chat_id is None or chat_id == "":
            raise bad_request("chat_id is empty")
        if isinstance(chat_id, str) and chat_id.startswith("@"):
            named = (chat for chat in self.chats.values() if chat.username == chat_id[1:])
            found = next(named, None)
        else:
            found = self.chats.get(chat_id)
        if found is None:
            raise bad_request("chat not found")
        return found

    def reachable(self, chat_id: Any) -> Chat:
        """Find a chat the bot may see, or refuse."""
        chat = self.chat(chat_id)
        if chat.migrated_to is not None:
            text = "group chat was upgraded to a supergroup chat"
            raise bad_request(text, migrate_to_chat_id=chat.migrated_to)
        if chat.deleted:
            raise forbidden("the group chat was deleted")
        if chat.peer and chat.peer.deactivated:
            raise forbidden("user is deactivated")
        if not chat.member(self.bot).present:
            raise _absence(chat, chat.member(self.bot).status)
        return chat

    def writable(self, chat_id: Any, kind: str) -> Chat:
        """Find a chat the bot may send this kind of message to, or refuse."""
        chat = self.reachable(chat_id)
        place = chat.member(self.bot)
        if chat.type == "channel" and not place.is_admin:
            raise bad_request("need administrator rights in the channel chat")
        if place.muted:
            noun = {"text": "text messages", "photo": "photos"}.get(kind, "documents")
            raise bad_request(f"not enough rights to send {noun} to the chat")
        return chat

    def thread(self, chat: Chat, thread_id: int | None) -> int | None:
        """Check a topic the bot wants to write to."""
        if thread_id is None or thread_id == 0:
            return None
        topic = chat.topics.get(thread_id) if chat.is_forum else None
        if topic is None or topic.deleted:
            raise bad_request("message thread not found")
        if topic.closed and not chat.member(self.bot).is_admin:
            raise bad_request("TOPIC_CLOSED")
        return thread_id

    def message(self, chat: Chat, message_id: Any, purpose: str) -> Message:
        """Find a message that is still there."""
        if message_id is None:
            raise bad_request("message identifier is not specified")
        found = chat.messages.get(message_id)
        if found is None or found.deleted:
            raise bad_request(f"message {purpose} not found")
        return found

    def post(self, chat: Chat, sender: User | None, content: Content, **more: Any) -> Message:
        """Put a message into a chat."""
        chat.last_id += 1
        message = Message(chat, chat.last_id, sender, int(self.clock()), content, **more)
        chat.messages[message.id] = message
        self.bell.ring()
        return message

    def announce(self, message: Message, kind: str = "message") -> None:
        """Tell the bot about a message, if it may know of it."""
        if not message.chat.member(self.bot).present:
            return
        if message.chat.type == "channel":
            kind = kind.replace("message", "channel_post")
        lifetime = MESSAGE_LIFETIME
        payload = message.as_json()
        message.update_id = self.updates.add(kind, payload, message.chat.id, lifetime)

    def serve_notice(self, chat: Chat, sender: User, **service: Any) -> Message:
        """Post a service message and tell the bot."""
        message = self.post(chat, sender, Content("service"), service=service)
        self.announce(message)
        return message

    def change_member(self, chat: Chat, by: User, new: Member) -> int | None:
        """Give somebody a new place and tell the bot; the update's id if it asked for it."""
        old = chat.member(new.user)
        chat.members[new.user.id] = new
        me = self.bot.id == new.user.id
        self.bell.ring()
        if not me and not chat.member(self.bot).is_admin:
            return None
        payload = {
            "chat": chat.as_json(),
            "from": by.as_json(),
            "date": int(self.clock()),
            "old_chat_member": old.as_json(),
            "new_chat_member": new.as_json(),
        }
        kind = "my_chat_member" if me else "chat_member"
        return self.updates.add(kind, payload, chat.id, MESSAGE_LIFETIME)

    def press(self, sender: User, message: Message, data: str) -> CallbackQuery:
        """Queue a pressed button."""
        number = str(self.next_number())
        query = CallbackQuery(number, sender, message, data, self.clock() + CALLBACK_LIFETIME)
        self.callbacks[number] = query
        payload = {
            "id": number,
            "from": sender.as_json(),
            "message": message.as_json(),
            "chat_instance": str(message.chat.id),
            "data": data,
        }
        lane = sender.id + _USER_LANE
        query.update_id = self.updates.add("callback_query", payload, lane, CALLBACK_LIFETIME)
        return query

    def ask_inline(self, sender: User, text: str, offset: str, chat_type: str) -> InlineQuery:
        """Queue an inline question."""
        number = str(self.next_number())
        query = InlineQuery(number, sender, text, offset, self.clock() + INLINE_LIFETIME)
        self.inline_queries[number] = query
        for whose in (sender.id, None):
            known = self.known_results.get((whose, text, offset))
            if known and known.until > self.clock():
                query.results, query.answer = known.results, known.answer
                self.bell.ring()
                return query
        payload = {
            "id": number,
            "from": sender.as_json(),
            "query": text,
            "offset": offset,
            "chat_type": chat_type,
        }
        lane = sender.id + _USER_LANE
        query.update_id = self.updates.add("inline_query", payload, lane, INLINE_LIFETIME)
        return query


def _absence(chat: Chat, status: str) -> RefusalError:
    if chat.type == "private" and status == "kicked":
        return forbidden("bot was blocked by the user")
    if chat.type == "private":
        return forbidden("bot can't initiate conversation with a user")
    if status == "kicked":
        return forbidden(f"bot was kicked from the {chat.type} chat")
    return forbidden(f"bot is not a member of the {chat.type} chat")
