"""Several hundred letters at the real pace, with floods, lost answers and lost connections."""

import asyncio
import random
from typing import Any

import pytest
from telegram import Bot

from bot.store.clock import now_ms
from bot.store.database import Database
from bot.store.gates import Gates
from bot.store.ledger import Ledger
from bot.store.letters import Kind
from bot.telegram.posting.letters import MAY_REPEAT
from bot.telegram.sending.pacing import Pacing
from handlers import Reply
from tests.bot.telegram.posting.office import Office, real_pace
from tests.emulators.telegram.calls import SENDS, Call
from tests.emulators.telegram.emulator import TelegramEmulator
from tests.emulators.telegram.throttle import Throttle

LETTERS = 200
FLOODS = 3


def postmen(office: Office) -> list[Any]:
    return [office.postman(name, pace=real_pace(office.database)) for name in ("one", "two")]


async def posted(office: Office, count: int, **more: Any) -> list[Any]:
    people = [office.telegram.person(f"P{number}") for number in range(count)]
    reply = Reply("Daily", "the same for all")
    for who in people:
        await office.letter(f"digest:{who.id}", who, reply, **more)
    return people


def some(share: float, seed: int) -> Any:
    chance = random.Random(seed)
    return lambda call: call.method in SENDS and chance.random() < share


@pytest.mark.slow
async def test_two_postmen_keep_every_limit_together(office: Office) -> None:
    office.telegram.throttle = Throttle()
    people = await posted(office, LETTERS)
    group = office.telegram.group("Desk", people[:2])
    for number in range(5):
        await office.letter(f"group:{number}", group, due_ms=now_ms() - 10)
    office.telegram.fault("sendMessage", answer_delay=0.2, times=None)
    await office.emptied(*postmen(office), seconds=180)
    rates = office.telegram.rates()
    assert rates.per_second <= 30
    assert rates.worst_chat_per_second <= 1
    assert rates.worst_group_per_minute <= 20
    assert [call for call in office.telegram.calls if call.code == 429] == []
    assert [len(office.texts(who)) for who in people] == [1] * LETTERS
    assert rates.per_second >= 10, "not one after another, however busy the machine is"


@pytest.mark.slow
async def test_a_storm_of_floods_loses_and_doubles_nothing(office: Office) -> None:
    people = await posted(office, 40)
    flood = {"code": 429, "description": "Too Many Requests: retry after 1"}
    office.telegram.fault(
        "sendMessage",
        parameters={"retry_after": 1},
        when=some(0.2, 1),
        times=FLOODS,
        **flood,
    )
    await office.emptied(*postmen(office), seconds=60)
    assert [len(office.texts(who)) for who in people] == [1] * 40
    assert max(during_pauses(office.telegram.calls)) <= 1


async def test_a_flood_is_heeded_before_the_database_has_written_it_down(
    emulator: TelegramEmulator, bot: Bot, sqlite: Database
) -> None:
    assert sqlite.turn
    office, pacing = Office(emulator, bot, sqlite), Pacing(Gates(sqlite))
    await posted(office, 1)
    flood = {"code": 429, "description": "Too Many Requests: retry after 60"}
    emulator.fault("sendMessage", parameters={"retry_after": 60}, delay=0.3, **flood)
    async with office.open(office.postman(pace=pacing)):
        await emulator.until(lambda: emulator.calls_of("sendMessage"), timeout=30)
        async with sqlite.turn, asyncio.timeout(30):
            while not await pacing.silent_for():  # noqa: ASYNC110 - no bell rings for this
                await asyncio.sleep(0.01)


ON_ITS_WAY_S = 0.3
"""So long another process may take to read what the first has written."""


def during_pauses(calls: list[Call]) -> list[int]:
    """How many calls came while each flood's answer asked for silence."""
    floods = [call.monotonic for call in calls if call.code == 429]
    sends = [call.monotonic for call in calls if call.method in SENDS]
    # Those that were on their way when the flood was answered could not know.
    return [sum(at + ON_ITS_WAY_S < one < at + 1.0 for one in sends) for at in floods]


@pytest.mark.parametrize("kind", [Kind.DIGEST, Kind.ALERT])
async def test_answers_that_get_lost_double_no_digest_and_mark_each_repeated_alert(
    office: Office, kind: Kind
) -> None:
    people = await posted(office, 40, kind=kind)
    office.telegram.fault("sendMessage", drop="after", when=some(0.1, 2), times=6)
    await office.emptied(office.postman("one"), office.postman("two"))
    dropped = [call for call in office.telegram.calls if call.fault]
    assert dropped
    doubts = await Ledger(office.database).in_doubt()
    assert {doubt.chat_id for doubt in doubts} == {call.chat_id for call in dropped}
    told = {who.id: office.texts(who) for who in people}
    repeated = {chat_id for chat_id, texts in told.items() if len(texts) > 1}
    assert repeated == ({call.chat_id for call in dropped} if kind is Kind.ALERT else set())
    for first, *repeats in told.values():
        assert MAY_REPEAT not in first
        assert all(MAY_REPEAT in text for text in repeats)


async def test_connections_that_fail_double_and_lose_nothing(office: Office) -> None:
    people = await posted(office, 20)
    office.telegram.fault(
        "sendMessage", code=502, description="Bad Gateway", when=some(0.1, 3), times=3
    )
    await office.emptied(office.postman("one"), office.postman("two"))
    assert [len(office.texts(who)) for who in people] == [1] * 20
    assert await Ledger(office.database).in_doubt() == []
