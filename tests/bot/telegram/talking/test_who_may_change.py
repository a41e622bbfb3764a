"""Whatever a command would change in a group, only its admins change it: all commands, all guises.

The commands come from the registry, so that those not written yet stand here as well.
"""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select
from telegram import Bot

from bot.answering.answers import ADMINS_ONLY
from bot.app import opened_answers
from bot.settings import Settings
from bot.store.buttons import StoredButton
from bot.store.database import Database
from bot.store.personal import IMPERSONAL
from bot.store.tables import metadata
from bot.telegram.talking.taps import EXPIRED, FOREIGN
from handlers import load_commands
from tests.bot.telegram.desk import Desk, desk
from tests.emulators.telegram.chats import Message
from tests.emulators.telegram.emulator import TelegramEmulator
from tests.emulators.telegram.people import Person
from tests.emulators.telegram.rooms import Room

TRAFFIC = {"inbox", "ledger", "gates", "buttons", "recents", "outbox", "contents"} | IMPERSONAL
"""Tables of what was said; all others say what is agreed."""
MORE = {
    "alerts": ("off 1", "off all", "keep 1"),
    "daily": ("off 1", "off all", "at 1 09:00"),
    "settings": ("tz Tokyo", "dark", "reset"),
}
"""Changes that no example shows."""


def changes() -> Iterator[str]:
    """Every question that would change what belongs to a group."""
    for command in load_commands():
        more = (f"/{command.name} {words}" for words in MORE.get(command.name, ()))
        for question in (*command.examples, *more):
            if command.changes(command.parse(question.partition(" ")[2])):
                yield question


@dataclass(frozen=True, eq=False)
class Scene:
    """A group with its admin, people without rights, and what else they are."""

    at: Desk
    group: Room
    elsewhere: Room
    channel: Room
    ann: Person
    guises: dict[str, Person]

    def ask(self, question: str, guise: str) -> Message:
        """Say something in the group, as a person or as what the person stands for."""
        who = self.guises[guise]
        if guise not in {"a foreign channel", "another group"}:
            return who.says(question, chat=self.group)
        world = self.at.telegram.world
        stands_for = self.channel if guise == "a foreign channel" else self.elsewhere
        content = who.says("as a channel", chat=self.group).content
        said = world.post(self.group.chat, who.user, content, sender_chat=stands_for.chat)
        said.content = type(content)("text", _typed(question))
        world.announce(said)
        return said

    async def answer(self, question: str, guise: str) -> Message:
        return await self.at.telegram.reply(self.ask(question, guise))


def _typed(question: str) -> Any:
    from tests.emulators.telegram.formatted import typed

    return typed(question)


REFUSED = (
    "a member",
    "a restricted member",
    "an admin of another group",
    "a former admin",
    "a foreign channel",
    "another group",
)
ACCEPTED = ("the creator", "an admin", "an anonymous admin")


@pytest.fixture
async def scene(emulator: TelegramEmulator, bot: Bot, sqlite: Database) -> AsyncIterator[Scene]:
    guises = {name: emulator.person(name) for name in (*REFUSED, *ACCEPTED)}
    creator = guises["the creator"]
    people = [creator, *(who for who in guises.values() if who is not creator)]
    group = emulator.group("Desk", people)
    group.promote(guises["an admin"])
    group.promote(guises["an anonymous admin"], anonymous=True)
    group.promote(guises["a former admin"])
    group.demote(guises["a former admin"])
    group.chat.members[guises["a restricted member"].id].muted = True
    stranger = guises["an admin of another group"]
    elsewhere = emulator.group("Other", [stranger, guises["another group"]])
    channel = emulator.channel("News", [guises["a foreign channel"]])
    settings = Settings(_env_file=None, prices="simulated")
    async with (
        opened_answers(settings, sqlite) as (answers, _),
        desk(emulator, bot, sqlite, answers=answers) as at,
    ):
        yield Scene(at, group, elsewhere, channel, creator, guises)


async def agreed(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of the tables that say what was agreed."""
    found = {}
    async with database.reading() as connection:
        for name, table in metadata.tables.items():
            if name not in TRAFFIC:
                rows = await connection.execute(select(table))
                found[name] = sorted(tuple(row) for row in rows)
    return found


def test_the_matrix_is_not_empty() -> None:
    assert {"watch", "alerts", "mute", "unmute", "settings", "daily"} <= {
        question.split()[0].lstrip("/") for question in changes()
    }


@pytest.mark.slow
async def test_no_guise_but_an_admins_changes_a_group(scene: Scene) -> None:
    for first in ("/daily ETH BTC 30d at=08:00", "/watch ETH BTC corr<0.6 30d"):
        await scene.answer(first, "the creator")
    await scene.at.idle()
    database = scene.at.inbox.database
    before = await agreed(database)
    assert len(before["digests"]) == len(before["alerts"]) == 1
    for question in changes():
        for guise in REFUSED:
            shown = await scene.answer(question, guise)
            assert shown.words == ADMINS_ONLY, (question, guise, shown.words)
        await scene.at.idle()
        assert await agreed(database) == before, question


@pytest.mark.slow
@pytest.mark.parametrize("guise", ACCEPTED[1:])
async def test_every_admin_may_change_a_group(scene: Scene, guise: str) -> None:
    for question in changes():
        shown = await scene.answer(question, guise)
        assert ADMINS_ONLY not in shown.words, question
    await scene.at.idle()


@pytest.mark.slow
async def test_a_button_of_a_member_changes_nothing_and_one_from_another_chat_is_none(
    scene: Scene,
) -> None:
    at, member, stranger = scene.at, scene.guises["a member"], scene.guises["an admin"]
    shown = await scene.answer("/help", "a member")
    questions = list(changes())
    here = [StoredButton(scene.group.id, member.id, question) for question in questions]
    there = [StoredButton(scene.elsewhere.id, member.id, question) for question in questions]
    before = await agreed(at.inbox.database)
    own = await at.conversation.buttons.tokens(here)
    forwarded = await at.conversation.buttons.tokens(there)
    taps = [
        *((member.presses_stale(shown, token), ADMINS_ONLY) for token in own),
        *((member.presses_stale(shown, token), EXPIRED) for token in forwarded),
        *((stranger.presses_stale(shown, token), FOREIGN) for token in own),
        *((stranger.presses_stale(shown, token), EXPIRED) for token in forwarded),
    ]
    await at.telegram.until(lambda: all(tap.answer for tap, _ in taps), timeout=120)
    await at.idle()
    for tap, sentence in taps:
        assert tap.answer == {"text": sentence, "show_alert": True}
    assert await agreed(at.inbox.database) == before
    assert shown.revision == 0
