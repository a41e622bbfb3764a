"""Real workers that go over their limits, crash, or are left, while others are answered."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from functools import partial

import pytest
import pytest_asyncio

from analytics.charts import LIGHT
from analytics.errors import RequestError
from analytics.language import speaking
from bot.computing.allowance import allowance
from bot.computing.limits import Limits
from bot.computing.workroom import CrashedError, Workroom
from handlers import TooExpensiveError
from tests.bot.computing import laborious as labour
from tests.bot.computing.processes import parent_of, wait_for_the_end_of

LIMITS = Limits(cpu_s=1, memory=400_000_000, wall_s=30.0, keeps=100_000_000)


@dataclass
class Counted:
    reasons: list[str] = field(default_factory=list)

    def gave_up(self, reason: str) -> None:
        self.reasons.append(reason)


pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared() -> AsyncIterator[Workroom]:
    room = Workroom(LIGHT, LIMITS, tally=Counted(), loads=False)
    yield room
    await room.close()


@pytest.fixture
def counted(shared: Workroom) -> Counted:
    assert isinstance(shared.tally, Counted)
    shared.tally.reasons.clear()
    return shared.tally


@pytest.fixture
def room(shared: Workroom, counted: Counted) -> Workroom:
    """A room whose nursery has been through everything that the tests before did to it."""
    del counted
    return shared


async def test_work_is_done_in_another_process_in_the_askers_language(room: Workroom) -> None:
    first = await room.compute(labour.number)
    assert first != os.getpid()
    assert await room.compute(labour.number) == first, "a worker does one job after the other"
    assert await room.compute(labour.language) == "en"
    with speaking("de"):
        spoken = labour.language()
        assert await room.compute(labour.language) == spoken
    assert await room.compute(labour.threads) == 1, "so forking it is safe"


async def test_what_is_wrong_is_raised_here_as_it_was_there(room: Workroom) -> None:
    with pytest.raises(RequestError, match=r"^Which two\?$"):
        await room.compute(labour.mistaken)
    with pytest.raises(ZeroDivisionError) as broken:
        await room.compute(labour.broken)
    assert "laborious.py" in str(broken.value.__cause__), "the log says where"
    with pytest.raises(RuntimeError, match="StrangeError: 1 and 2"):
        await room.compute(labour.strange)


OVER: list[tuple[Callable[[], object], str]] = [
    (labour.endless, "cpu"),
    (labour.endless_in_a_library, "cpu"),
    (labour.huge, "memory"),
    (labour.huge_by_and_by, "memory"),
]


@pytest.mark.parametrize(("work", "limit"), OVER)
async def test_what_goes_over_a_limit_is_ended_and_others_are_answered(
    room: Workroom, counted: Counted, work: Callable[[], object], limit: str
) -> None:
    before = await room.compute(labour.number)
    heavy = asyncio.ensure_future(room.compute(work))
    await asyncio.sleep(0)
    others = [await room.compute(labour.number) for _ in range(5)]
    with pytest.raises(TooExpensiveError, match=r"too much computing\. Ask for fewer markets"):
        await heavy
    assert counted.reasons == [limit]
    fresh = await room.compute(labour.number)
    assert len(others) == 5
    assert before not in {fresh, *others}
    wait_for_the_end_of(before)


async def test_all_pieces_of_an_answer_share_what_it_may_use_up(
    room: Workroom, counted: Counted
) -> None:
    piece = partial(labour.busy, 0.4)
    with allowance(1.6) as given:
        await room.compute(piece)
        with pytest.raises(ZeroDivisionError):
            await room.compute(labour.broken)
        with allowance() as another:
            await room.compute(piece)
        assert 8.0 < another.left_s < 9.0
        await room.compute(piece)
        assert 0.0 < given.left_s < 1.0
        with pytest.raises(TooExpensiveError):
            await room.compute(piece)
    assert counted.reasons == ["cpu"]
    await room.compute(piece)


async def test_the_last_piece_gets_what_is_left(counted: Counted) -> None:
    patient = Workroom(LIGHT, Limits(cpu_s=60), tally=counted, loads=False)
    with allowance(1.5), pytest.raises(TooExpensiveError):
        await patient.compute(labour.endless)
    await patient.close()
    assert counted.reasons == ["cpu"]


@pytest.mark.parametrize("work", [labour.crashed, labour.aborted, labour.left])
async def test_a_crash_is_our_bug_and_the_next_one_is_answered(
    room: Workroom, counted: Counted, work: Callable[[], None]
) -> None:
    with pytest.raises(CrashedError, match=r"SIGSEGV|SIGABRT|status 3"):
        await room.compute(work)
    assert counted.reasons == ["crash"]
    assert await room.compute(labour.number)


async def test_slow_work_lets_quick_work_past(room: Workroom) -> None:
    slow = [asyncio.ensure_future(room.compute(labour.waiting)) for _ in range(2)]
    quick = [room.compute(partial(labour.after, 0.0, str(n))) for n in range(10)]
    async with asyncio.timeout(20):
        assert await asyncio.gather(*quick) == [str(n) for n in range(10)]
    assert not any(task.done() for task in slow)
    for task in slow:
        task.cancel()
    await asyncio.wait(slow)


async def test_work_that_nobody_waits_for_any_more_is_ended(
    room: Workroom, counted: Counted
) -> None:
    worker = await room.compute(labour.number)
    left = asyncio.ensure_future(room.compute(labour.waiting))
    await asyncio.sleep(0.05)
    left.cancel()
    await asyncio.wait([left])
    assert counted.reasons == ["left"]
    assert await room.compute(labour.number) != worker
    wait_for_the_end_of(worker)


async def test_work_that_does_not_come_back_is_ended(counted: Counted) -> None:
    room = Workroom(LIGHT, Limits(wall_s=0.1), tally=counted, loads=False)
    await room.staff.take()
    with pytest.raises(TooExpensiveError):
        await room.compute(labour.waiting)
    assert counted.reasons == ["time"]
    await room.close()


async def test_a_worker_that_has_grown_is_replaced(room: Workroom) -> None:
    first = await room.compute(partial(labour.grown, 20))
    assert await room.compute(partial(labour.grown, 120)) == first
    assert await room.compute(labour.number) != first


async def test_a_lost_nursery_is_started_again(room: Workroom) -> None:
    worker = await room.compute(labour.number)
    os.kill(parent_of(worker), signal.SIGKILL)
    wait_for_the_end_of(worker)
    await asyncio.sleep(0.05)
    assert await room.compute(labour.number) != worker


async def test_workers_know_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HEDGEBOT_TOKEN", "HEDGEBOT_DATABASE_URL", "PGPASSWORD"):
        monkeypatch.setenv(name, "secret")
    room = Workroom(LIGHT, LIMITS, loads=False)
    assert await room.compute(labour.secrets) == []
    await room.close()


async def test_closing_ends_everybody(counted: Counted) -> None:
    room = Workroom(LIGHT, LIMITS, tally=counted, loads=False)
    worker = await room.compute(labour.number)
    nursery = parent_of(worker)
    assert room.staff.memory > 10_000_000
    await room.close()
    wait_for_the_end_of(worker, nursery)
