"""Who the bot is, and what it says about itself."""

import json
import re
from collections.abc import Callable
from typing import Any

from tests.emulators.telegram.method import Method, Query, method
from tests.emulators.telegram.refusals import bad_request
from tests.emulators.telegram.world import World

MAX_COMMANDS = 100
MAX_DESCRIPTION = 256


def get_me(world: World, _query: Query) -> dict[str, Any]:
    return world.bot.as_json() | {
        "can_join_groups": True,
        "can_read_all_group_messages": not world.privacy,
        "supports_inline_queries": True,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def set_commands(world: World, query: Query) -> bool:
    commands = query["commands"] or []
    if len(commands) > MAX_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"]):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(command["description"]) <= MAX_DESCRIPTION:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    world.commands[_place(world, query)] = commands
    return True


def get_commands(world: World, query: Query) -> list[dict[str, Any]]:
    return world.commands.get(_place(world, query), [])


def delete_commands(world: World, query: Query) -> bool:
    world.commands.pop(_place(world, query), None)
    return True


def set_menu_button(world: World, query: Query) -> bool:
    world.menu_buttons[_private_chat(world, query)] = query["menu_button"] or {"type": "default"}
    return True


def get_menu_button(world: World, query: Query) -> dict[str, Any]:
    plain = world.menu_buttons.get(None, {"type": "commands"})
    found = world.menu_buttons.get(_private_chat(world, query), {"type": "default"})
    return plain if found["type"] == "default" else found


def _private_chat(world: World, query: Query) -> int | None:
    """The chat whose button is meant; none for that of all others."""
    chat_id = query["chat_id"]
    return None if chat_id is None else world.reachable(chat_id).id


def scope_key(scope: dict[str, Any] | None) -> str:
    """Name a command scope; no scope is the default one."""
    return json.dumps(scope or {"type": "default"}, sort_keys=True)


def _place(world: World, query: Query) -> tuple[str, str]:
    scope = query["scope"] or {}
    if "chat_id" in scope:
        world.reachable(scope["chat_id"])
    return scope_key(scope), _language(query)


def _language(query: Query) -> str:
    code = query["language_code"] or ""
    if code and not re.fullmatch(r"[a-z]{2}", code):
        raise bad_request("invalid language code specified")
    return code


def _set_words(field: str, longest: int) -> Callable[[World, Query], bool]:
    def act(world: World, query: Query) -> bool:
        words = query[field] or ""
        if len(words) > longest:
            raise bad_request(f"bot {field.replace('_', ' ')} is too long")
        world.profile[field, _language(query)] = words
        return True

    return act


def _get_words(field: str) -> Callable[[World, Query], dict[str, str]]:
    def act(world: World, query: Query) -> dict[str, str]:
        plain = world.profile.get((field, ""), "")
        return {field: world.profile.get((field, _language(query)), "") or plain}

    return act


def _words_methods(suffix: str, field: str, longest: int) -> tuple[Method, Method]:
    return (
        method(f"setMy{suffix}", _set_words(field, longest), f"{field} language_code"),
        method(f"getMy{suffix}", _get_words(field), "language_code"),
    )


METHODS = (
    method("getMe", get_me),
    method("setMyCommands", set_commands, "commands scope language_code"),
    method("getMyCommands", get_commands, "scope language_code"),
    method("deleteMyCommands", delete_commands, "scope language_code"),
    method("setChatMenuButton", set_menu_button, "chat_id menu_button"),
    method("getChatMenuButton", get_menu_button, "chat_id"),
    *_words_methods("Description", "description", 512),
    *_words_methods("ShortDescription", "short_description", 120),
)
