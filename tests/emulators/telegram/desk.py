"""Talk to the bot in a terminal, without Telegram.

A line is a message, `!label` presses the newest button with that label. Photos are saved and
their paths printed.
"""

import argparse
import asyncio
import sys
import tempfile
import threading
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.emulators.telegram.chats import Message
from tests.emulators.telegram.emulator import TOKEN, TelegramEmulator
from tests.emulators.telegram.people import Person

DEFAULT_PORT = 8081

Say = Callable[[str], object]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `run`."""
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=DEFAULT_PORT)
    parser.add_argument("--token", default=TOKEN, help="what the bot is configured with")
    parser.add_argument("--name", default="You", help="who sits at the desk")
    parser.add_argument("--language", default="en", help="language of their Telegram app")
    parser.add_argument("--photos", type=Path, help="folder for photos (a temporary one)")
    parser.add_argument("--quiet", action="store_true", help="serve only, without a conversation")


async def run(arguments: argparse.Namespace) -> None:
    """Serve until standard input ends, or for ever with `--quiet`."""
    await serve(
        arguments.host,
        arguments.port,
        arguments.token,
        name=arguments.name,
        language=arguments.language,
        photos=arguments.photos,
        lines=None if arguments.quiet else typed_lines(),
    )


async def serve(
    host: str,
    port: int,
    token: str,
    *,
    name: str = "You",
    language: str = "en",
    photos: Path | None = None,
    lines: AsyncIterator[str] | None = None,
    say: Say = print,
) -> None:
    """Serve the Bot API, and let the lines be what one person says."""
    async with TelegramEmulator(token, host=host, port=port) as emulator:
        say(f"Telegram for token {token} at {emulator.url}; /__ctl/ drives it")
        if lines is None:
            await asyncio.Event().wait()
            return
        person = emulator.person(name, language=language)
        folder = photos or Path(tempfile.mkdtemp(prefix="desk-"))
        desk = Desk(emulator, person, folder, say)
        printing = asyncio.create_task(desk.print_for_ever())
        async for line in lines:
            desk.hear(line)
        printing.cancel()
        await asyncio.wait([printing])


async def typed_lines() -> AsyncIterator[str]:
    """Yield lines of standard input; a daemon thread, as reading cannot be cancelled."""
    loop, queue = asyncio.get_running_loop(), asyncio.Queue[str]()

    def read() -> None:
        for line in [*iter(sys.stdin.readline, ""), ""]:
            loop.call_soon_threadsafe(queue.put_nowait, line)

    threading.Thread(target=read, daemon=True).start()
    while line := await queue.get():
        yield line.rstrip("\n")


@dataclass(slots=True, eq=False)
class Desk:
    """One person's conversation with the bot, as text."""

    emulator: TelegramEmulator
    person: Person
    folder: Path
    say: Say
    _printed: dict[int, int] = field(default_factory=dict)

    def hear(self, line: str) -> None:
        """Say a line to the bot, or press the button it names."""
        try:
            if line.startswith("!"):
                self.person.presses(self._newest_with(line[1:]), line[1:])
            elif line.strip():
                self.person.says(line)
        except ValueError as error:
            self.say(f"({error})")

    async def print_for_ever(self) -> None:
        """Print every message of the bot, again after each edit."""
        while True:
            for message in await self.emulator.until(self._fresh, timeout=None):
                edited = message.id in self._printed
                self._printed[message.id] = message.revision
                self.say(self._written(message, edited=edited))

    def _fresh(self) -> list[Message]:
        return [
            message
            for message in self.emulator.replies(self.person)
            if self._printed.get(message.id) != message.revision
        ]

    def _written(self, message: Message, *, edited: bool) -> str:
        lines = ["(edited)"] if edited else []
        if message.words:
            lines.append(message.words)
        file = message.content.file
        if file:
            path = self.folder / f"{message.id}-{message.revision}-{Path(file.name).name}"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(file.content)
            lines.append(f"<{file.kind}: {path}>")
        lines += [" ".join(f"[{label}]" for label in row) for row in message.labels]
        return "\n".join(lines)

    def _newest_with(self, label: str) -> Message:
        for message in reversed(self.emulator.replies(self.person)):
            if any(label in row for row in message.labels):
                return message
        raise ValueError(f"no message has a button {label!r}")
