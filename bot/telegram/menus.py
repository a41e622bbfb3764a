"""What Telegram shows before anybody has written: menus by place and role, and who we are.

Telegram is asked first and told only what is new, so that a restart writes nothing.
"""

import logging
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass

from telegram import (
    Bot,
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    MenuButtonCommands,
)
from telegram.error import TelegramError

from analytics.language import ENGLISH, languages, later, speaking, tr
from handlers import Command

log = logging.getLogger(__name__)

DESCRIPTION = later(
    "I tell how closely two markets move, how much of which contract neutralises your position, "
    "and when that changes. Every number comes with its interval and its source.\n\n"
    "Public prices only: no keys, no orders, no advice.\n\n"
    "Press Start, or just write: BTC ETH-PERP 30d"
)
SHORT_DESCRIPTION = later(
    "How closely markets move, what to hedge with, alerts. Every number with its interval."
)


@dataclass(frozen=True, slots=True, eq=False)
class Menus:
    """Sets what is shown; ``operators`` see their own commands where they talk to us alone."""

    bot: Bot
    commands: Sequence[Command]
    operators: Collection[int] = ()

    async def announce(self) -> None:
        """Bring everything up to date, in every language; what fails waits for the next start."""
        for language in languages():
            code = None if language == ENGLISH else language
            with speaking(language):
                await self._set_commands(code)
                await self._set_words(code)
        await self._tried("the menu's button", self._set_button)

    async def _set_commands(self, code: str | None) -> None:
        everybodys = [c for c in self.commands if not c.is_for_operators]
        members = [c for c in everybodys if not _only_changes(c)]
        scopes: list[tuple[BotCommandScope, Sequence[Command]]] = [
            (BotCommandScopeAllPrivateChats(), everybodys),
            (BotCommandScopeAllGroupChats(), members),
            (BotCommandScopeAllChatAdministrators(), everybodys),
            *((BotCommandScopeChat(chat), self.commands) for chat in sorted(self.operators)),
        ]
        for scope, commands in scopes:
            shown = tuple(BotCommand(command.name, tr(command.summary)) for command in commands)

            async def act(
                scope: BotCommandScope = scope, shown: Sequence[BotCommand] = shown
            ) -> None:
                if await self.bot.get_my_commands(scope, code) != shown:
                    await self.bot.set_my_commands(shown, scope, code)

            await self._tried(f"the menu for {scope.type}", act)

    async def _set_words(self, code: str | None) -> None:
        long, short = tr(DESCRIPTION), tr(SHORT_DESCRIPTION)

        async def describe() -> None:
            if (await self.bot.get_my_description(code)).description != long:
                await self.bot.set_my_description(long, code)

        async def describe_shortly() -> None:
            if (await self.bot.get_my_short_description(code)).short_description != short:
                await self.bot.set_my_short_description(short, code)

        await self._tried("the description", describe)
        await self._tried("the short description", describe_shortly)

    async def _set_button(self) -> None:
        if (await self.bot.get_chat_menu_button()).type != MenuButtonCommands().type:
            await self.bot.set_chat_menu_button(menu_button=MenuButtonCommands())

    async def _tried(self, what: str, act: Callable[[], Awaitable[None]]) -> None:
        try:
            await act()
        except TelegramError as error:
            log.warning("%s could not be set: %s", what, error)


def _only_changes(command: Command) -> bool:
    """Whether nothing can be asked by it that members of a group may ask."""
    words = (example.partition(" ")[2] for example in command.examples)
    return all(command.changes(command.parse(text)) for text in words)
