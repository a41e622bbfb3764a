"""What may have ended the process is worked on while nothing else is under way."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from bot.living.quarantine import Quarantine
from bot.store.outbox import SUSPECT_AFTER

INNOCENT, SUSPECT = SUSPECT_AFTER - 1, SUSPECT_AFTER
A_FEW_TURNS = 20


@dataclass(slots=True, eq=False)
class Ward:
    """Pieces of work that begin, and end when they are told to."""

    quarantine: Quarantine = field(default_factory=Quarantine)
    inside: list[str] = field(default_factory=list)
    _ends: dict[str, asyncio.Event] = field(default_factory=dict)
    _tasks: dict[str, asyncio.Task[None]] = field(default_factory=dict)

    async def come(self, name: str, attempts: int) -> None:
        """Begin something, as far as it may."""
        self._ends[name] = asyncio.Event()
        self._tasks[name] = asyncio.create_task(self._work(name, attempts))
        await self.settle()

    async def end(self, name: str) -> None:
        self._ends[name].set()
        await self.settle()

    async def cancel(self, name: str) -> None:
        self._tasks[name].cancel()
        await asyncio.wait([self._tasks[name]])
        await self.settle()

    @staticmethod
    async def settle() -> None:
        for _ in range(A_FEW_TURNS):
            await asyncio.sleep(0)

    async def _work(self, name: str, attempts: int) -> None:
        async with self.quarantine.admitted(attempts):
            self.inside.append(name)
            try:
                await self._ends[name].wait()
            finally:
                self.inside.remove(name)


async def test_a_suspect_waits_for_all_others_and_all_others_for_it() -> None:
    ward = Ward()
    for name in ("one", "two"):
        await ward.come(name, INNOCENT)
    await ward.come("suspect", SUSPECT)
    await ward.come("late", 0)
    assert ward.inside == ["one", "two"]
    await ward.end("one")
    assert ward.inside == ["two"]
    await ward.end("two")
    assert ward.inside == ["suspect"]
    await ward.end("suspect")
    assert ward.inside == ["late"]


async def test_suspects_take_turns_and_between_two_of_them_others_get_in() -> None:
    ward = Ward()
    await ward.come("first", SUSPECT)
    await ward.come("second", SUSPECT)
    await ward.come("other", 0)
    assert ward.inside == ["first"]
    await ward.end("first")
    assert ward.inside == ["other"]
    await ward.end("other")
    assert ward.inside == ["second"]


async def test_a_suspect_that_is_called_off_lets_others_in() -> None:
    ward = Ward()
    await ward.come("one", 0)
    await ward.come("suspect", SUSPECT)
    await ward.come("late", 0)
    assert ward.inside == ["one"]
    await ward.cancel("suspect")
    assert ward.inside == ["one", "late"]
    await ward.come("next", SUSPECT)
    await ward.cancel("one")
    await ward.end("late")
    assert ward.inside == ["next"]


async def test_what_was_begun_among_others_counts_until_it_ends() -> None:
    ward, end = Ward(), asyncio.Event()
    async with ward.quarantine.among_others():
        task = asyncio.create_task(_until(end))
        ward.quarantine.joined_by(task)
    await ward.come("suspect", SUSPECT)
    assert ward.inside == []
    end.set()
    await ward.settle()
    assert ward.inside == ["suspect"]


async def test_nothing_stands_still_for_what_never_ends() -> None:
    ward = Ward(Quarantine(patience=0.05))
    async with AsyncExitStack() as endless:
        await endless.enter_async_context(ward.quarantine.among_others())
        async with asyncio.timeout(30):
            await ward.come("suspect", SUSPECT)
            await ward.come("late", 0)
            while "late" not in ward.inside:  # noqa: ASYNC110 - the wait itself is looked at
                await asyncio.sleep(0.01)
    assert ward.inside == ["suspect", "late"]


async def _until(end: asyncio.Event) -> None:
    await end.wait()
