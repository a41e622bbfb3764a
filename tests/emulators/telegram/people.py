"""What people do in Telegram."""

from dataclasses import dataclass
from typing import Protocol

from tests.emulators.telegram.answering import content_of
from tests.emulators.telegram.chats import (
    ANONYMOUS_ADMIN_ID,
    Chat,
    Content,
    Member,
    Message,
    User,
)
from tests.emulators.telegram.formatted import typed
from tests.emulators.telegram.world import CallbackQuery, InlineQuery, World


class HasChat(Protocol):
    """Anything that stands for a chat, as people and rooms do."""

    @property
    def chat(self) -> Chat: ...


Place = Chat | HasChat | int

LONGEST_INLINE_QUERY = 256


@dataclass(frozen=True, slots=True, eq=False)
class Person:
    """Somebody with a Telegram app; `chat` is the private chat with the bot."""

    user: User
    chat: Chat
    _world: World

    @property
    def id(self) -> int:
        return self.user.id

    def says(
        self,
        text: str,
        *,
        chat: Place | None = None,
        thread: int | None = None,
        reply_to: Message | None = None,
    ) -> Message:
        """Send a text, privately unless a chat is named; ValueError if Telegram forbids it."""
        place = self._place(chat)
        self._start(place)
        thread = reply_to.thread_id if thread is None and reply_to else thread
        _check_topic(place, thread)
        message = self._posted(place, Content("text", typed(text)), thread, reply_to)
        if _reaches_bot(self._world, message):
            self._world.announce(message)
        return message

    def edits(self, message: Message, text: str) -> Message:
        """Change an own text."""
        if message.from_bot or message.deleted:
            raise ValueError(f"{self.user.first_name} cannot edit message {message.id}")
        message.content = Content("text", typed(text))
        message.edit_date = int(self._world.clock())
        message.revision += 1
        if _reaches_bot(self._world, message):
            self._world.announce(message, "edited_message")
        return message

    def presses(self, message: Message, label: str) -> CallbackQuery:
        """Press the button that says so; ValueError when there is none to press."""
        self._place(message.chat)
        if message.deleted:
            raise ValueError(f"message {message.id} is deleted")
        button = message.button(label)
        if "callback_data" not in button:
            raise ValueError(f"button {label!r} does not ask the bot")
        return self._world.press(self.user, message, button["callback_data"])

    def presses_stale(self, message: Message, data: str) -> CallbackQuery:
        """Press a button as an outdated or forged app would: any data, whatever the buttons."""
        return self._world.press(self.user, message, data)

    def asks_inline(
        self, query: str, *, offset: str = "", chat_type: str = "private"
    ) -> InlineQuery:
        """Type a question after the bot's name, in any chat."""
        if len(query) > LONGEST_INLINE_QUERY:
            raise ValueError(f"an app sends at most {LONGEST_INLINE_QUERY} characters")
        return self._world.ask_inline(self.user, query, offset, chat_type)

    def chooses(self, query: InlineQuery, result_id: str, *, chat: Place | None = None) -> Message:
        """Send one of the results that were shown; ValueError when there is no such."""
        place = self._place(chat)
        shown = {result["id"]: result for result in query.results or []}
        if query.sender is not self.user or result_id not in shown:
            raise ValueError(f"{self.user.first_name} is shown {[*shown]}, not {result_id!r}")
        message = self._posted(place, content_of(self._world, shown[result_id]), None, None)
        message.markup = shown[result_id].get("reply_markup")
        message.via_bot = self._world.bot
        if _reaches_bot(self._world, message):
            self._world.announce(message)
        return message

    def blocks(self) -> int | None:
        """Block the bot; give the update's id."""
        return self._world.change_member(self.chat, self.user, self._bot("kicked"))

    def unblocks(self) -> int | None:
        """Let the bot write again; give the update's id."""
        return self._world.change_member(self.chat, self.user, self._bot("member"))

    def deactivates(self) -> None:
        """Delete the account."""
        self.user.deactivated = True

    def _bot(self, status: str) -> Member:
        return Member(self._world.bot, status)

    def _place(self, chat: Place | None) -> Chat:
        place = self.chat if chat is None else chat_of(self._world, chat)
        blocked = place is self.chat and place.member(self._world.bot).status == "kicked"
        outside = place is not self.chat and not place.member(self.user).present
        if blocked or outside or place.migrated_to or place.deleted or self.user.deactivated:
            raise ValueError(f"{self.user.first_name} cannot write in chat {place.id}")
        return place

    def _start(self, place: Chat) -> None:
        if place is self.chat and not place.member(self._world.bot).present:
            place.members[self._world.bot.id] = self._bot("member")

    def _posted(
        self, place: Chat, content: Content, thread: int | None, reply_to: Message | None
    ) -> Message:
        hidden = place.type == "channel" or place.member(self.user).anonymous
        nobody = None if place.type == "channel" else self._world.users[ANONYMOUS_ADMIN_ID]
        return self._world.post(
            place,
            nobody if hidden else self.user,
            content,
            thread_id=thread,
            reply_to=reply_to,
            sender_chat=place if hidden else None,
        )


def chat_of(world: World, place: Place) -> Chat:
    """Find the chat somebody means."""
    if isinstance(place, int):
        return world.chats[place]
    return place if isinstance(place, Chat) else place.chat


def _check_topic(place: Chat, thread: int | None) -> None:
    if thread is None:
        return
    topic = place.topics.get(thread)
    if topic is None or topic.deleted or topic.closed:
        raise ValueError(f"chat {place.id} has no open topic {thread}")


def _reaches_bot(world: World, message: Message) -> bool:
    """Tell whether privacy mode lets the bot see a message; its own inline results it sees."""
    chat = message.chat
    if message.via_bot is world.bot:
        return True
    if chat.type in {"private", "channel"} or not world.privacy:
        return True
    replied = message.reply_to is not None and message.reply_to.from_bot
    return replied or chat.member(world.bot).is_admin or _addressed(world, message)


def _addressed(world: World, message: Message) -> bool:
    me = f"@{world.bot.username}".lower()
    text = message.words.encode("utf-16-le")
    for entity in message.entities:
        start, length = entity["offset"] * 2, entity["length"] * 2
        word = text[start : start + length].decode("utf-16-le").lower()
        if entity["type"] == "mention" and word == me:
            return True
        command = entity["type"] == "bot_command" and start == 0
        if command and ("@" not in word or word.endswith(me)):
            return True
    return False
