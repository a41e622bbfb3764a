"""Users, chats, topics and messages as the server keeps them."""

from dataclasses import dataclass, field
from typing import Any

from tests.emulators.telegram.files import StoredFile
from tests.emulators.telegram.formatted import Formatted
from tests.emulators.telegram.keyboards import buttons

ANONYMOUS_ADMIN_ID = 1087968824


@dataclass(slots=True, eq=False)
class User:
    id: int
    first_name: str
    username: str | None = None
    language: str | None = None
    is_bot: bool = False
    deactivated: bool = False

    def as_json(self) -> dict[str, Any]:
        shown: dict[str, Any] = {
            "id": self.id,
            "is_bot": self.is_bot,
            "first_name": self.first_name,
        }
        if self.username:
            shown["username"] = self.username
        if self.language:
            shown["language_code"] = self.language
        return shown


@dataclass(slots=True, eq=False)
class Member:
    """A place in a chat; status is as in ChatMember, and muted means "may not write"."""

    user: User
    status: str = "member"
    anonymous: bool = False
    muted: bool = False

    @property
    def present(self) -> bool:
        return self.status not in {"left", "kicked"}

    @property
    def is_admin(self) -> bool:
        return self.status in {"creator", "administrator"}

    def as_json(self) -> dict[str, Any]:
        status = "restricted" if self.muted and self.status == "member" else self.status
        return {"user": self.user.as_json(), "status": status} | _rights(status, self)


@dataclass(slots=True, eq=False)
class Topic:
    id: int
    name: str
    closed: bool = False
    deleted: bool = False


@dataclass(slots=True, eq=False)
class Chat:
    """A private chat, group, supergroup or channel; in a private one `title` is unused."""

    id: int
    type: str
    title: str = ""
    peer: User | None = None
    username: str | None = None
    is_forum: bool = False
    members: dict[int, Member] = field(default_factory=dict)
    topics: dict[int, Topic] = field(default_factory=dict)
    messages: dict[int, "Message"] = field(default_factory=dict)
    last_id: int = 0
    migrated_to: int | None = None
    deleted: bool = False

    def as_json(self) -> dict[str, Any]:
        shown: dict[str, Any] = {"id": self.id, "type": self.type}
        if self.peer:
            shown["first_name"] = self.peer.first_name
        else:
            shown["title"] = self.title
        username = self.peer.username if self.peer else self.username
        if username:
            shown["username"] = username
        if self.is_forum:
            shown["is_forum"] = True
        return shown

    def member(self, user: User) -> Member:
        """Give a user's place, "left" if there never was one."""
        return self.members.get(user.id, Member(user, "left"))


@dataclass(frozen=True, slots=True)
class Content:
    """What a message shows: kind is text, photo, document or service."""

    kind: str
    words: Formatted = field(default_factory=Formatted)
    file: StoredFile | None = None


@dataclass(slots=True, eq=False)
class Message:
    """A message as it stands now; `revision` counts its edits.

    `update_id` is None while the bot was not told of it.
    """

    chat: Chat
    id: int
    sender: User | None
    date: int
    content: Content
    markup: dict[str, Any] | None = None
    thread_id: int | None = None
    reply_to: "Message | None" = None
    sender_chat: Chat | None = None
    service: dict[str, Any] = field(default_factory=dict)
    edit_date: int | None = None
    revision: int = 0
    deleted: bool = False
    from_bot: bool = False
    update_id: int | None = None
    via_bot: User | None = None

    @property
    def words(self) -> str:
        """The text or the caption, as read."""
        return self.content.words.text

    @property
    def text(self) -> str | None:
        return self.words if self.content.kind == "text" else None

    @property
    def caption(self) -> str | None:
        return self.words if self.content.kind in {"photo", "document"} else None

    @property
    def entities(self) -> tuple[dict[str, Any], ...]:
        return self.content.words.entities

    @property
    def photo(self) -> bytes | None:
        return self._bytes("photo")

    @property
    def document(self) -> bytes | None:
        return self._bytes("document")

    @property
    def file_id(self) -> str | None:
        return self.content.file.id if self.content.file else None

    @property
    def labels(self) -> list[list[str]]:
        """What the inline buttons say, by row."""
        rows = (self.markup or {}).get("inline_keyboard", [])
        return [[button["text"] for button in row] for row in rows]

    def button(self, label: str) -> dict[str, Any]:
        """Give the button with this label; ValueError when there is none."""
        for button in buttons(self.markup):
            if button["text"] == label:
                return button
        raise ValueError(f"no button {label!r} under message {self.id}: {self.labels}")

    def as_json(self, *, with_reply: bool = True) -> dict[str, Any]:
        shown: dict[str, Any] = {
            "message_id": self.id,
            "date": self.date,
            "chat": self.chat.as_json(),
        }
        shown |= self._origin() | self._shown_content() | self.service
        if self.thread_id is not None:
            shown |= {"message_thread_id": self.thread_id, "is_topic_message": True}
        if self.edit_date is not None:
            shown["edit_date"] = self.edit_date
        if "inline_keyboard" in (self.markup or {}):
            shown["reply_markup"] = self.markup
        if with_reply and self.reply_to and not self.reply_to.deleted:
            shown["reply_to_message"] = self.reply_to.as_json(with_reply=False)
        return shown

    def _origin(self) -> dict[str, Any]:
        shown: dict[str, Any] = {}
        if self.sender:
            shown["from"] = self.sender.as_json()
        if self.sender_chat:
            shown["sender_chat"] = self.sender_chat.as_json()
        if self.via_bot:
            shown["via_bot"] = self.via_bot.as_json()
        return shown

    def _shown_content(self) -> dict[str, Any]:
        file, words, kind = self.content.file, self.content.words, self.content.kind
        shown: dict[str, Any] = {}
        if file:
            shown[kind] = file.as_photo() if kind == "photo" else file.as_document()
        names = ("text", "entities") if kind == "text" else ("caption", "caption_entities")
        if words.text:
            shown[names[0]] = words.text
        if words.entities:
            shown[names[1]] = list(words.entities)
        return shown

    def _bytes(self, kind: str) -> bytes | None:
        file = self.content.file
        return file.content if file and self.content.kind == kind else None


_ADMIN_RIGHTS = [
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_send_welcome_messages",
]
MEMBER_RIGHTS = [
    "can_send_messages",
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
    "can_react_to_messages",
    "can_edit_tag",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
]


def _rights(status: str, member: Member) -> dict[str, Any]:
    if status == "creator":
        return {"is_anonymous": member.anonymous}
    if status == "administrator":
        rights = dict.fromkeys(_ADMIN_RIGHTS, True)
        return rights | {"can_be_edited": False, "is_anonymous": member.anonymous}
    if status == "restricted":
        return dict.fromkeys(MEMBER_RIGHTS, False) | {"is_member": True, "until_date": 0}
    return {"until_date": 0} if status == "kicked" else {}
