"""What Telegram shows before anybody has written."""

import pytest
from telegram import Bot, MenuButtonDefault, MenuButtonWebApp, WebAppInfo

from bot.telegram.menus import DESCRIPTION, SHORT_DESCRIPTION, Menus
from handlers import load_commands
from tests.emulators.telegram.emulator import TelegramEmulator

FIRST_TWELVE = [
    "corr",
    "hedge",
    "size",
    "drift",
    "best",
    "break",
    "stress",
    "carry",
    "lead",
    "watch",
    "daily",
    "alerts",
]
SETS = ("setMyCommands", "setMyDescription", "setMyShortDescription", "setChatMenuButton")
PRIVATE, GROUPS, ADMINS = (
    {"type": kind} for kind in ("all_private_chats", "all_group_chats", "all_chat_administrators")
)


def names(emulator: TelegramEmulator, scope: dict[str, object]) -> list[str]:
    return [command["command"] for command in emulator.commands(scope)]


async def test_each_place_and_role_has_the_menu_that_it_can_use(
    emulator: TelegramEmulator, bot: Bot
) -> None:
    operator, ann = emulator.person("Op"), emulator.person("Ann")
    await Menus(bot, load_commands(), {operator.id}).announce()
    operators = {c.name for c in load_commands() if c.is_for_operators}
    assert names(emulator, PRIVATE)[:12] == FIRST_TWELVE
    assert not operators & set(names(emulator, PRIVATE))
    assert operators <= set(names(emulator, {"type": "chat", "chat_id": operator.id}))
    assert names(emulator, {"type": "chat", "chat_id": ann.id}) == []
    members = set(names(emulator, GROUPS))
    assert set(FIRST_TWELVE) - members == {"watch"}
    assert {"watch", "unmute"} <= set(names(emulator, ADMINS)) - members
    assert emulator.world.profile["description", ""] == DESCRIPTION
    assert emulator.world.profile["short_description", ""] == SHORT_DESCRIPTION


async def test_a_restart_writes_nothing_that_is_there(emulator: TelegramEmulator, bot: Bot) -> None:
    menus = Menus(bot, load_commands(), {emulator.person("Op").id})
    await menus.announce()
    written = len(emulator.calls_of(*SETS))
    assert written >= 6
    await menus.announce()
    assert len(emulator.calls_of(*SETS)) == written
    emulator.world.profile["description", ""] = "Something else."
    await menus.announce()
    assert [call.method for call in emulator.calls_of(*SETS)[written:]] == ["setMyDescription"]


async def test_a_button_that_opened_something_else_opens_the_menu_again(
    emulator: TelegramEmulator, bot: Bot
) -> None:
    await bot.set_chat_menu_button(
        menu_button=MenuButtonWebApp("Old", WebAppInfo("https://example.org"))
    )
    await Menus(bot, load_commands()).announce()
    assert (await bot.get_chat_menu_button()).type == "commands"
    ann = emulator.person("Ann")
    await bot.set_chat_menu_button(ann.id, MenuButtonDefault())
    assert (await bot.get_chat_menu_button(ann.id)).type == "commands"


async def test_what_cannot_be_set_keeps_nothing_else_from_being_set(
    emulator: TelegramEmulator, bot: Bot, caplog: pytest.LogCaptureFixture
) -> None:
    emulator.fault("getMyCommands", code=500, description="Internal Server Error")
    await Menus(bot, load_commands(), {404}).announce()
    assert names(emulator, PRIVATE) == []
    assert names(emulator, GROUPS)[:9] == FIRST_TWELVE[:9]
    assert emulator.world.profile["description", ""] == DESCRIPTION
    assert "the menu for all_private_chats could not be set" in caplog.text
    assert "the menu for chat could not be set: Chat not found" in caplog.text
