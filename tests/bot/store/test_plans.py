"""What is asked often, or about one chat, reads no large table as a whole; on both databases."""

import re
from collections.abc import Awaitable, Callable
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest
from sqlalchemy import event, select, text

from bot.store.alerts import SqlAlerts
from bot.store.computations import Computations
from bot.store.contents import forget_unneeded, prune_contents
from bot.store.database import Database
from bot.store.doubts import doubts_of, resend
from bot.store.executors import Executors
from bot.store.forgetting import forget
from bot.store.ledger import Ledger
from bot.store.memory import SqlMemory
from bot.store.tables import alerts
from bot.store.watching import Watching
from handlers import Room
from handlers._watch.alert import NewAlert
from handlers._watch.grammar import rule_of
from handlers._watch.states import State
from tests.bot.store.test_alerts import NOON, new
from tests.handlers.asking import somebody

LARGE = ("ledger", "buttons", "inbox")
"""Tables of millions of rows where there are 100,000 subscriptions."""
WHOLE = re.compile(rf"(?:SCAN|Seq Scan on) (?:{'|'.join(LARGE)})\b(?! USING INDEX ix_inbox_)")
"""The indexes of ``inbox`` hold what is not finished only."""


@dataclass(frozen=True, slots=True)
class Said:
    """A statement as the driver got it."""

    words: str
    values: Any


@contextmanager
def listening(database: Database) -> Any:
    said: list[Said] = []

    def hear(_c: Any, _cursor: Any, words: str, values: Any, _x: Any, is_many: bool) -> None:
        if not is_many and words.split(maxsplit=1)[0] in ("SELECT", "UPDATE", "DELETE"):
            said.append(Said(words, values))

    event.listen(database.engine.sync_engine, "before_cursor_execute", hear)
    yield said
    event.remove(database.engine.sync_engine, "before_cursor_execute", hear)


async def plan(database: Database, said: Said) -> str:
    async with database.reading() as connection:
        if database.turn is None:
            await connection.execute(text("SET LOCAL enable_seqscan = off"))
        how = "EXPLAIN QUERY PLAN" if database.turn else "EXPLAIN"
        rows = await connection.exec_driver_sql(f"{how} {said.words}", said.values)
        return "\n".join(str(row[-1]) for row in rows)


async def test_the_due_alerts_of_one_measure_are_found_among_all_that_are_due(
    database: Database,
) -> None:
    rules = [rule_of(f"COIN{number} BTC-PERP corr<0.6") for number in range(50)]
    wanted = NewAlert(5, Room(5), rules[0], State(), NOON, NOON, occasion="one")
    await SqlAlerts(database).add(wanted)
    async with database.writing() as connection:
        [one] = (await connection.execute(select(alerts))).mappings()
        rows = [
            {**one, "id": number + 2, "chat_id": number + 6, "occasion": str(number)}
            | {"rule": str(rules[number % 50]), "measure": str(rules[number % 50].measure)}
            for number in range(2_000)
        ]
        await connection.execute(alerts.insert(), rows)
        await connection.execute(text("ANALYZE"))
    watching = Watching(database, "one")
    with listening(database) as said:
        assert await watching.suspicion(NOON) == 0
        claim = await watching.claimed(NOON)
    assert claim is not None
    assert len(claim.alerts) == 41
    of_measure = [one for one in said if str(rules[0].measure) in str(one.values)]
    assert len(of_measure) >= 2
    for one in of_measure:
        assert "ix_alerts_measure" in await plan(database, one), one.words


async def _forgotten(database: Database) -> None:
    async with database.writing() as connection:
        await forget(database, connection, 5)


async def _stopped(database: Database) -> None:
    alert = await SqlAlerts(database).add(new())
    await SqlAlerts(database).delete(alert.id)


async def _unneeded(database: Database) -> None:
    async with database.writing() as connection:
        await forget_unneeded(connection)


WORK: dict[str, Callable[[Database], Awaitable[object]]] = {
    "/status": lambda database: doubts_of(database, 5),
    "/resend": lambda database: resend(database, replace(somebody(5), occasion="update:9")),
    "an alert is stopped": _stopped,
    "/watch dm": lambda database: SqlAlerts(database).reaches(5),
    "/privacy": lambda database: SqlMemory(database).kept(5),
    "/forget": _forgotten,
    "the words of who was forgotten": _unneeded,
    "each minute": lambda database: Executors(database, "one").tidy(),
    "old messages": lambda database: Ledger(database).prune(),
    "old words": prune_contents,
    "old answers": lambda database: Computations(database, "one").prune(),
}


@pytest.mark.parametrize("what", WORK)
async def test_no_large_table_is_read_as_a_whole(database: Database, what: str) -> None:
    with listening(database) as said:
        await WORK[what](database)
    assert said
    for one in said:
        found = await plan(database, one)
        assert not WHOLE.search(found), f"{one.words}\n{found}"
