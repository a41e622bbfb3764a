"""The door: of what somebody asks far too fast little comes in, and nothing else is left outside."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from sqlalchemy import func, select

from bot.store.database import Database
from bot.store.inbox import Inbox, StoredUpdate
from bot.store.tables import inbox
from bot.telegram.incoming import stored_update
from bot.telegram.lanes import Lanes
from bot.telegram.receiving.reception import HEARD_AGAIN_S, MOST_WAITING, Reception

ANN, BOB, GROUP = 5, 6, -7


def said(number: int, by: int = ANN, chat: int | None = None) -> StoredUpdate:
    message = {"text": "/help", "from": {"id": by}, "chat": {"id": chat or by}}
    return stored_update({"update_id": number, "message": message})


def tapped(number: int, by: int = ANN) -> StoredUpdate:
    tap = {"id": "1", "from": {"id": by}, "message": {"chat": {"id": by}}}
    return stored_update({"update_id": number, "callback_query": tap})


@dataclass
class Door:
    """A reception with everybody behind it busy for good, and a clock that the test moves."""

    database: Database
    now: float = 100.0
    refused: list[int] = field(default_factory=list)
    reception: Reception = field(init=False)

    def __post_init__(self) -> None:
        self.reception = Reception(
            Inbox(self.database), Lanes(self._hold), Lanes(self._refuse), monotonic=lambda: self.now
        )

    async def written_down(self) -> int:
        async with self.database.reading() as connection:
            return (await connection.execute(select(func.count()).select_from(inbox))).scalar() or 0

    async def one_has_begun(self) -> None:
        """Return when somebody's first question makes room for one more."""
        while self.reception.lanes.waiting((ANN, ANN)) == MOST_WAITING:  # noqa: ASYNC110 - no bell
            await asyncio.sleep(0)

    async def _hold(self, _: StoredUpdate) -> None:
        await asyncio.Event().wait()

    async def _refuse(self, item: StoredUpdate) -> None:
        self.refused.append(item.update_id)
        await self.reception.inbox.finish(item.update_id)


@pytest.fixture
async def door(database: Database) -> AsyncIterator[Door]:
    opened = Door(database)
    yield opened
    await opened.reception.drain(within=0.01)


async def test_of_a_flood_one_in_a_while_is_written_down_and_refused(door: Door) -> None:
    flood = [said(number) for number in range(1, 201)]
    first, rest = flood[:100], flood[100:]
    assert await door.reception.receive(first) == 100 - MOST_WAITING - 1
    await door.one_has_begun()
    for item in rest:
        await door.reception.receive([item])
    assert await door.written_down() == MOST_WAITING + 2
    door.now += HEARD_AGAIN_S
    assert await door.reception.receive([tapped(201), said(202)]) == 1
    async with asyncio.timeout(10):
        while len(door.refused) < 2:  # noqa: ASYNC110 - no bell
            await asyncio.sleep(0.01)
    assert door.refused == [MOST_WAITING + 1, 201]


async def test_others_come_in_meanwhile(door: Door) -> None:
    await door.reception.receive([said(number) for number in range(1, 101)])
    assert await door.reception.receive([said(101, BOB), said(102, BOB, GROUP)]) == 0
    assert await door.reception.receive([said(103, ANN, GROUP)]) == 0, "elsewhere nothing waits"


async def test_what_happens_to_a_chat_always_comes_in(door: Door) -> None:
    await door.reception.receive([said(number) for number in range(1, 101)])
    blocked = {"chat": {"id": ANN}, "from": {"id": ANN}, "new_chat_member": {"status": "kicked"}}
    moved = {"chat": {"id": ANN}, "from": {"id": ANN}, "migrate_to_chat_id": -8}
    news = [
        stored_update({"update_id": 101, "my_chat_member": blocked}),
        stored_update({"update_id": 102, "message": moved}),
    ]
    assert await door.reception.receive(news) == 0


async def test_what_was_written_down_elsewhere_is_struck_off_at_once(door: Door) -> None:
    await Inbox(door.database).store([said(number) for number in range(1, 101)])
    await door.reception.look()
    left = {item.update_id for item in await door.reception.inbox.waiting()}
    assert left >= set(range(1, MOST_WAITING + 1))
    assert len(left) <= MOST_WAITING + 1


async def test_where_nobody_is_refused_all_come_in(database: Database) -> None:
    patient = Reception(Inbox(database), Door(database).reception.lanes)
    assert await patient.receive([said(number) for number in range(1, 101)]) == 0
    assert len(await patient.inbox.waiting()) == 100
    await patient.drain(within=0.01)
