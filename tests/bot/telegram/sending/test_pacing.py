"""The pace on both databases: limits hold in every window, whoever asks."""

import asyncio
import heapq
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

import pytest

from bot.store.database import Database
from bot.store.gates import ChatFull, Crowded, Gates, Limit, Rate, Reserved
from bot.telegram.sending.pacing import (
    BOT,
    CHAT,
    REPLY,
    UNHURRIED,
    URGENT,
    Haste,
    Pacing,
    _own,
)
from tests.bot.telegram.paces import Clock, paced_by
from tests.emulators.telegram.calls import peak


async def sent(
    database: Database, arrivals: Sequence[tuple[float, int]], haste: Haste = REPLY
) -> list[tuple[float, int]]:
    """When messages to chats pass that are handed in at these times."""
    clock = Clock()
    start, gates = clock.now, clock.gates(database)
    waiting = [(start + at, number, chat) for number, (at, chat) in enumerate(arrivals)]
    heapq.heapify(waiting)
    passed = []
    while waiting:
        at, number, chat = heapq.heappop(waiting)
        clock.now = max(clock.now, at)
        found = await gates.reserve(BOT, _own(chat), ahead=haste.ahead)
        if isinstance(found, Reserved):
            passed.append((found.at - start, chat))
        else:
            heapq.heappush(waiting, (clock.now + max(found.wait, 1e-6), number, chat))
    return passed


def by_chat(passed: Sequence[tuple[float, int]]) -> dict[int, list[float]]:
    moments = defaultdict(list)
    for at, chat in passed:
        moments[chat].append(at)
    return moments


@pytest.mark.parametrize("haste", [REPLY, UNHURRIED])
async def test_no_arrival_breaks_a_limit_in_any_window(database: Database, haste: Haste) -> None:
    # A little of everything: one loud chat, three groups, many quiet ones, two bursts.
    arrivals = [(0.0, chat) for chat in range(1, 41)] + [(0.3, 1)] * 5 + [(0.5, -1)] * 24
    arrivals += [(0.7, -2), (0.7, -3)] * 3 + [(2.0 + 0.01 * n, 100 + n) for n in range(30)]
    passed = await sent(database, arrivals, haste)
    assert len(passed) == len(arrivals)
    # Each may come as late as is allowed, and no later.
    assert peak([at for at, _ in passed], 1.1) <= 27
    for chat, moments in by_chat(passed).items():
        assert peak(moments, 1.0) <= 1
        if chat < 0:
            assert peak(moments, 60.1) <= 20


async def test_many_at_once_go_out_at_24_or_25_a_second(database: Database) -> None:
    moments = [at for at, _ in await sent(database, [(0.0, chat) for chat in range(1, 126)])]
    assert peak(moments, 1.0 - 1e-5) == 25
    assert max(moments) == pytest.approx(124 / 24.5, abs=0.01)


async def test_others_do_not_wait_for_a_full_chat(database: Database) -> None:
    passed = await sent(database, [(0.0, -1)] * 6 + [(0.0, chat) for chat in range(1, 26)])
    assert max(at for at, chat in passed if chat > 0) < 1.5


async def test_a_first_message_does_not_wait(database: Database) -> None:
    assert await sent(database, [(0.0, 5)]) == [(0.0, 5)]


async def test_the_pace_survives_a_restart_and_is_shared(database: Database) -> None:
    clock = Clock()
    for _ in range(10):
        await clock.gates(database).reserve(BOT, _own(clock.now and 1 + len(clock.slept)))
        clock.slept.append(0.0)
    found = await clock.gates(database).reserve(BOT, _own(99))
    assert isinstance(found, Reserved)
    assert found.at - clock.now == pytest.approx(10 / 24.5, abs=1e-4)


async def test_a_letter_does_not_queue_before_a_reply(database: Database) -> None:
    clock = Clock()
    gates = clock.gates(database)
    taken = 0
    while isinstance(await gates.reserve(BOT, _own(1 + taken), ahead=UNHURRIED.ahead), Reserved):
        taken += 1
    assert taken == 1 + int(UNHURRIED.ahead / BOT.rate.interval)
    reply = await gates.reserve(BOT, _own(1000))
    assert isinstance(reply, Reserved)
    assert reply.at - clock.now <= UNHURRIED.ahead + 2 * BOT.rate.interval
    assert isinstance(await gates.reserve(BOT, _own(1001), ahead=UNHURRIED.ahead), Crowded)
    alert = await gates.reserve(BOT, _own(1002), ahead=URGENT.ahead)
    assert isinstance(alert, Reserved), "an alert is not held up by digests"


async def test_replies_go_before_hundreds_of_letters(database: Database) -> None:
    clock = Clock()
    pacing = Pacing(clock.gates(database), clock.sleep)
    waits = []
    for number in range(60):
        await pacing.turn(1 + number, UNHURRIED)
        if number % 10 == 0:
            asked = clock.now
            await pacing.turn(1000 + number)
            waits.append(clock.now - asked)
    assert max(waits) <= UNHURRIED.ahead + 0.1


async def test_a_letter_to_a_full_chat_is_put_off_and_a_reply_waits(database: Database) -> None:
    clock = Clock()
    pacing = Pacing(clock.gates(database), clock.sleep)
    for _ in range(3):
        await pacing.turn(-5, REPLY)
    put_off = await pacing.turn(-5, UNHURRIED)
    assert isinstance(put_off, ChatFull)
    assert put_off.wait > UNHURRIED.patience
    before = clock.now
    assert isinstance(await pacing.turn(-5), Reserved)
    assert clock.now - before >= put_off.wait - 0.1


async def test_silence_holds_everybody_in_every_process(database: Database) -> None:
    clock = Clock()
    one, two = (paced_by(database, clock.time, clock.sleep) for _ in range(2))
    held = await one.turn(1)
    assert isinstance(held, Reserved)
    assert await one.arrives(held, 1)
    await two.pause(30)
    await two.pause(5)
    assert not await one.arrives(held, 1), "a moment from before the silence is lost"
    assert await one.silent_for() == pytest.approx(30)
    before = clock.now
    turn = await one.turn(2)
    assert isinstance(turn, Reserved)
    assert await one.arrives(turn, 2)
    assert clock.now - before >= 30
    assert isinstance(await two.turn(3, UNHURRIED), Reserved)


async def test_whoever_comes_a_little_late_still_has_its_moment(database: Database) -> None:
    clock = Clock()
    pacing = paced_by(database, clock.time, clock.sleep)
    turn = await pacing.turn(1)
    assert isinstance(turn, Reserved)
    clock.now = turn.at + 0.1
    assert await pacing.arrives(turn, 1)
    assert clock.now == turn.at + 0.1, "there is nothing to wait for"


@pytest.mark.parametrize("chat", [1, -1])
async def test_whoever_comes_too_late_takes_another_moment_for_its_own(
    database: Database, chat: int
) -> None:
    clock = Clock()
    pacing = paced_by(database, clock.time, clock.sleep)
    turn = await pacing.turn(chat)
    assert isinstance(turn, Reserved)
    clock.now = turn.at + 0.2
    assert isinstance(await pacing.turn(2), Reserved), "somebody else has taken this one"
    late = clock.now
    assert await pacing.arrives(turn, chat)
    assert clock.now - late == pytest.approx(BOT.rate.interval, abs=0.001), "not one moment for two"
    following = await pacing.gates.reserve(BOT, _own(chat))
    assert isinstance(following, ChatFull)
    rest = CHAT.interval - BOT.rate.interval
    assert following.wait == pytest.approx(rest, abs=0.001), "counted from the later one"


async def test_a_moment_that_others_of_the_chat_came_after_is_not_given_back(
    database: Database,
) -> None:
    clock = Clock()
    pacing = paced_by(database, clock.time, clock.sleep)
    turn = await pacing.turn(1)
    assert isinstance(turn, Reserved)
    clock.now = turn.at + CHAT.interval
    assert isinstance(await pacing.gates.reserve(BOT, _own(1)), Reserved)
    assert not await pacing.arrives(turn, 1), "the other one may be sent at this very instant"


async def test_a_clock_that_was_set_back_stops_nothing(database: Database) -> None:
    clock = Clock()
    gates = clock.gates(database)
    await gates.reserve(BOT, _own(1))
    await gates.silence(10)
    clock.now -= 2 * 86_400
    found = await gates.reserve(BOT, _own(1))
    assert isinstance(found, Reserved)
    assert found.at == pytest.approx(clock.now)
    assert await gates.silent_for() == 0


async def test_many_at_once_never_take_the_same_moment(database: Database) -> None:
    gates = Gates(database)
    limit = Limit("x", Rate(0.05))
    found = await asyncio.gather(
        *(gates.reserve(limit, (Limit(f"c{n}", Rate(1)),)) for n in range(40))
    )
    # A limit of its own opens a second after the moment: that tells it as the shared clock has it.
    opens = sorted(
        after for slot in found if isinstance(slot, Reserved) for _, after in slot.changes.values()
    )
    assert len(opens) == 40
    assert all(later - sooner >= 50_000 for sooner, later in pairwise(opens))


async def test_idle_chats_are_forgotten(database: Database) -> None:
    clock = Clock()
    gates = clock.gates(database)
    for chat in range(1, 20):
        await gates.reserve(BOT, _own(chat))
    clock.now += 7200
    await gates.prune()
    async with database.reading() as connection:
        left = await connection.exec_driver_sql("SELECT count(*) FROM gates")
        assert left.scalar() == 0
