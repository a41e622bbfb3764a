"""Which command somebody asks, with or without a slash."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from handlers import Button, Command
from handlers._grammar import split_command
from handlers._grammar.sentences import named_in
from handlers._requests import request_in, standing_question
from handlers._talk import asked_for
from handlers.help import courtesy_in

AGAIN_AT_MOST = 3
QUOTES = " \n\"'`“”„‟‘’«»"
HOLDINGS = "hedge"
"""The command for amounts that no other can read."""


@dataclass(frozen=True, slots=True)
class Routing:
    """Finds the command of a question among those that there are."""

    commands: Sequence[Command]
    _asking: tuple[Command, ...] = field(init=False)
    """Those that answer from their words alone, but not without any."""

    def __post_init__(self) -> None:
        asking = [c for c in self.commands if c.placeholder and not c.is_personal]
        object.__setattr__(self, "_asking", tuple(c for c in asking if not c.reads("")))

    def command(self, name: str) -> Command | None:
        """The command of that name or alias."""
        return next((c for c in self.commands if name in (c.name, *c.aliases)), None)

    def reads(self, question: str) -> bool:
        """Whether a kept question can be read: a newer version may have kept it."""
        split = split_command(question)
        command = self.command(split.name) if split else None
        return split is not None and command is not None and command.reads(split.rest)

    def asked(self, question: str) -> Command | None:
        """The command of a question with a slash; None where there is none of that name."""
        split = split_command(question)
        return self.command(split.name) if split else None

    @property
    def offered(self) -> Sequence[Command]:
        """The commands that everybody may ask; of the others nobody else is told."""
        return tuple(command for command in self.commands if not command.is_for_operators)

    def routed(self, words: str) -> str:
        """Words without a slash as a question: of the first command in the menu that reads them.

        Commands that answer without any word do not count: they would take ``30d`` for theirs. Nor do
        those that keep something: ``2 BTC, 40 ETH`` asks for no alert.
        """
        quoted = words.strip(QUOTES)
        if quoted.startswith("/"):
            return quoted
        first, _, rest = words.strip().partition(" ")
        first = first.strip(".!:,;…")
        if any(first.casefold() == command.name for command in self.commands):
            return f"/{first.casefold()} {rest}".strip()
        courtesy, named = courtesy_in(words), named_in(words)
        names_market = any(one.market is not None for one in named)
        if courtesy is not None and not names_market and self.command(courtesy) is not None:
            return f"/{courtesy}"
        asked = standing_question(words, named)
        if asked is None and request_in(words, named, {}) is not None:
            # What keeps or ends something is offered to its asker, not done.
            return words.strip()
        asked = asked or asked_for(words, named)
        if asked is not None and self.command(asked.partition(" ")[0]) is not None:
            return f"/{asked}"
        reading = next((command for command in self._asking if command.reads(words)), None)
        if reading is None and any(one.is_amount for one in named):
            reading = next((c for c in self._asking if c.name == HOLDINGS), None)
        return f"/{(reading or self._asking[0]).name} {words.strip()}"

    def linked(self, question: str) -> str:
        """What a deep link asks: ``/start corr_BTC_ETH-PERP_30d`` is ``/corr BTC ETH-PERP 30d``."""
        split = split_command(question)
        if split is None or split.name != "start":
            return question
        name, *words = split.rest.strip().split("_")
        command = self.command(name.casefold())
        return question if command is None else " ".join((f"/{command.name}", *words))

    def again(self, question: str, recents: Sequence[str]) -> list[Button]:
        """A bare command with what was asked before, as far as this command can read it."""
        command = self.asked(question)
        if command is None:
            return []
        readable = [words for words in recents if command.reads(words)]
        return [Button(words, f"/{command.name} {words}") for words in readable[:AGAIN_AT_MOST]]

    def hint(self, question: str) -> str | None:
        """What the input field suggests where a command was asked without a word."""
        split = split_command(question)
        command = self.command(split.name) if split and not split.rest.strip() else None
        return command.placeholder if command else None


def unread(question: str) -> tuple[str, str]:
    """What stands where a command's name is expected, such as ``/täglich``, and the words behind it."""
    match = re.match(r"\s*/([^\W\d_][\w-]*)(?!\S)\s*(.*)", question, re.DOTALL)
    return (match[1].casefold(), match[2]) if match else ("", question.strip().lstrip("/ "))
