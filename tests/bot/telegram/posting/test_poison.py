"""A letter that ends the process whenever its words are read."""

import asyncio
from dataclasses import dataclass, field
from typing import Any, cast

from sqlalchemy import Connection, event, update

from bot.store.database import Database
from bot.store.dead_letters import DeadLetters
from bot.store.executors import Executors
from bot.store.ledger import Ledger
from bot.store.outbox import Outbox
from bot.store.tables import executors
from bot.telegram.posting.postman import ENDED_TOO_OFTEN, MOST_ATTEMPTS, Postman
from bot.telegram.sending.delivery import Delivery
from tests.bot.standing.mortal import Life, MortalDatabase, mortal_bot, watch_lives
from tests.bot.telegram.paces import unpaced
from tests.bot.telegram.posting.office import Office

INNOCENT = 6


@dataclass(slots=True, eq=False)
class Poison:
    """Ends the life in which the words of one letter are read."""

    content_id: str
    life: Life = field(default_factory=Life)

    def watch(self, database: Database) -> None:
        watch_lives(database.engine)

        @event.listens_for(database.engine.sync_engine, "before_cursor_execute")
        def read(
            _connection: Connection,
            _cursor: Any,
            words: str,
            given: Any,
            _context: Any,
            _many: bool,
        ) -> None:
            values = given.values() if isinstance(given, dict) else given or ()
            if "contents" in words and self.content_id in values:
                self.life.over.set()


async def test_it_is_given_up_while_all_others_arrive_and_comes_when_it_is_put_back(
    office: Office,
) -> None:
    ann = office.telegram.person("Ann")
    poison = Poison((await office.letter("poison", ann)).content_id)
    others = [office.telegram.person(f"P{number}") for number in range(INNOCENT)]
    for who in others:
        await office.letter(f"d:{who.id}", who)
    poison.watch(office.database)
    deaths = 0
    while await office.left():
        poison.life = Life()
        await _lived(office, f"life {deaths}", poison.life)
        deaths += poison.life.over.is_set()
        assert deaths <= MOST_ATTEMPTS
    [dead] = await DeadLetters(office.database).all()
    assert (dead.key, dead.why) == ("poison", ENDED_TOO_OFTEN)
    assert deaths == MOST_ATTEMPTS
    assert [len(office.texts(who)) for who in others] == [1] * INNOCENT
    assert office.texts(ann) == []
    assert await Ledger(office.database).in_doubt() == []
    poison.content_id = "none"
    assert await DeadLetters(office.database).requeue() == 1
    await office.emptied()
    assert len(office.texts(ann)) == 1


async def _lived(office: Office, name: str, life: Life) -> None:
    """Let a process send letters until it dies or nothing is left."""
    database = cast("Database", MortalDatabase(office.database, life))
    alive = Executors(office.database, name)
    await alive.register()
    delivery = Delivery(
        mortal_bot(office.telegram, life, office.bot.request),
        Ledger(database, name),
        unpaced(database),
    )
    async with office.open(Postman(Outbox(database, name), delivery)):
        async with asyncio.timeout(30):
            while not life.over.is_set() and await office.left():  # noqa: ASYNC110 - no bell
                await asyncio.sleep(0.01)
    async with office.database.writing() as connection:
        await connection.execute(update(executors).values(beat_ms=0))
    await Executors(office.database, "rescuer").rescue()
