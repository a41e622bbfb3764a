import asyncio
import heapq
import itertools
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.telegram.pacing import Pacing
from tests.emulators.telegram.calls import peak


@dataclass
class FakeClock:
    """Time that passes only when everybody sleeps."""

    now: float = 1000.0
    _sleepers: list[tuple[float, int, asyncio.Event]] = field(default_factory=list)
    _numbers: "itertools.count[int]" = field(default_factory=itertools.count)

    def time(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        wakes = asyncio.Event()
        # Never less than a microsecond, or rounding would let time stand still.
        until = self.now + max(seconds, 1e-6)
        heapq.heappush(self._sleepers, (until, next(self._numbers), wakes))
        await wakes.wait()

    async def run(self, *tasks: asyncio.Task[None]) -> None:
        while not all(task.done() for task in tasks):
            for _ in range(5):
                await asyncio.sleep(0)
            if self._sleepers:
                self.now, _, wakes = heapq.heappop(self._sleepers)
                wakes.set()


def sent(
    arrivals: list[tuple[float, int]], pauses: Sequence[tuple[float, float]] = ()
) -> list[tuple[float, int]]:
    """When messages to chats pass that are handed in at these times."""
    clock = FakeClock()
    start = clock.now
    pacing = Pacing(clock.time, clock.sleep)
    passed: list[tuple[float, int]] = []

    async def deliver(at: float, chat: int) -> None:
        await clock.sleep(at)
        await pacing.turn(chat)
        passed.append((clock.now - start, chat))

    async def pause(at: float, seconds: float) -> None:
        await clock.sleep(at)
        pacing.pause(seconds)

    async def all_of_it() -> None:
        tasks = [asyncio.create_task(pause(*item)) for item in pauses]
        tasks += [asyncio.create_task(deliver(*item)) for item in arrivals]
        await clock.run(*tasks)

    asyncio.run(all_of_it())
    assert sorted(chat for _, chat in passed) == sorted(chat for _, chat in arrivals)
    return passed


CHATS = st.integers(1, 30) | st.integers(-4, -1)
BURSTS = st.lists(st.tuples(st.floats(0, 5, allow_subnormal=False), CHATS), min_size=1, max_size=90)


@given(BURSTS)
@settings(max_examples=60, deadline=None)
def test_no_arrival_breaks_a_limit_in_any_window(arrivals: list[tuple[float, int]]) -> None:
    passed = sent(arrivals)
    by_chat = defaultdict(list)
    for at, chat in passed:
        by_chat[chat].append(at)
    # A hair shorter, since the sum of many intervals is not exact.
    assert peak([at for at, _ in passed], 1.0 - 1e-5) <= 25
    for chat, moments in by_chat.items():
        assert peak(moments, 1.0 - 1e-5) <= 1
        if chat < 0:
            assert peak(moments, 60.0 - 1e-3) <= 20


def test_many_at_once_go_out_near_the_limit_and_never_above_it() -> None:
    moments = [at for at, _ in sent([(0.0, chat) for chat in range(1, 251)])]
    assert peak(moments, 1.0 - 1e-5) <= 25
    assert max(moments) < 250 / 20


def test_a_group_gets_its_twenty_a_minute_and_others_do_not_wait_for_it() -> None:
    passed = sent([(0.0, -1)] * 45 + [(0.0, 5)])
    group = [at for at, chat in passed if chat == -1]
    assert peak(group, 60.0 - 1e-3) in {19, 20}
    assert next(at for at, chat in passed if chat == 5) < 1


def test_a_first_message_does_not_wait() -> None:
    assert sent([(0.0, 5)]) == [(1e-6, 5)] or sent([(0.0, 5)])[0][0] < 1e-5


def test_silence_holds_everybody() -> None:
    arrivals = [(at, chat) for at in (0.0, 1.5, 3.0) for chat in (1, 2, -3)]
    passed = sent(arrivals, pauses=[(1.0, 30.0), (2.0, 5.0)])
    assert [at for at, _ in passed if 1.001 < at < 31.0] == [], "a shorter pause ends no longer one"
    assert len([at for at, _ in passed if at >= 31.0]) == 6


async def test_a_turn_that_is_cancelled_costs_nothing() -> None:
    clock = FakeClock()
    pacing = Pacing(clock.time, clock.sleep)
    await pacing.turn(1)
    waiting = asyncio.create_task(pacing.turn(1))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    clock.now += 1.0
    await asyncio.wait_for(pacing.turn(1), 1)


async def test_idle_chats_are_forgotten() -> None:
    clock = FakeClock()
    pacing = Pacing(clock.time, clock.sleep)
    for chat in range(1, 3000):
        clock.now += 1.0
        await pacing.turn(chat)
    assert len(pacing._chats) <= 1001
