"""Questions about chats, members and files; leaving a chat."""

from dataclasses import replace
from typing import Any

from tests.emulators.telegram.chats import Chat, Member
from tests.emulators.telegram.files import MAX_DOWNLOAD_BYTES
from tests.emulators.telegram.method import Query, method
from tests.emulators.telegram.refusals import bad_request
from tests.emulators.telegram.world import World


def get_chat(world: World, query: Query) -> dict[str, Any]:
    chat = world.reachable(query["chat_id"])
    gifts = [
        "unlimited_gifts",
        "limited_gifts",
        "unique_gifts",
        "premium_subscription",
        "gifts_from_channels",
    ]
    return chat.as_json() | {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(gifts, False),
    }


def get_member(world: World, query: Query) -> dict[str, Any]:
    chat = world.reachable(query["chat_id"])
    user = world.users.get(query["user_id"])
    if user is None:
        raise bad_request("user not found")
    return _shown(chat, chat.member(user))


def get_administrators(world: World, query: Query) -> list[dict[str, Any]]:
    chat = world.reachable(query["chat_id"])
    if chat.type == "private":
        raise bad_request("there are no administrators in the private chat")
    me = world.bot.id
    return [
        _shown(chat, member)
        for member in chat.members.values()
        if member.is_admin and (member.user.id == me or not member.user.is_bot)
    ]


def _shown(chat: Chat, member: Member) -> dict[str, Any]:
    """A place in a chat; who runs a channel may write in it."""
    posts = chat.type == "channel" and member.status == "administrator"
    return member.as_json() | ({"can_post_messages": not member.muted} if posts else {})


def leave_chat(world: World, query: Query) -> bool:
    chat = world.reachable(query["chat_id"])
    if chat.type == "private":
        raise bad_request("chat member status can't be changed in private chats")
    place = replace(chat.member(world.bot), status="left", muted=False)
    world.change_member(chat, world.bot, place)
    return True


def get_file(world: World, query: Query) -> dict[str, Any]:
    stored = world.files.get(query["file_id"] or "")
    if len(stored.content) > MAX_DOWNLOAD_BYTES:
        raise bad_request("file is too big")
    return {
        "file_id": stored.id,
        "file_unique_id": stored.unique_id,
        "file_size": len(stored.content),
        "file_path": stored.path,
    }


METHODS = (
    method("getChat", get_chat, "chat_id"),
    method("getChatMember", get_member, "chat_id user_id"),
    method("getChatAdministrators", get_administrators, "chat_id"),
    method("leaveChat", leave_chat, "chat_id"),
    method("getFile", get_file, "file_id"),
)
