"""Equal questions that are asked at the same time are computed once, in all processes together."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from bot.store.computations import Computations, computation_key
from handlers import Reply

Progress = Callable[[str], Awaitable[None]]
"""Is told how far a long answer has got."""
Compute = Callable[[Progress], Awaitable[Reply]]
Pay = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Question:
    """What a command is asked, and how the answer is to look: language, venue, quote, theme."""

    command: str
    query: object
    looks: tuple[str | None, ...]


@dataclass(slots=True, eq=False)
class _Work:
    """A computation under way, how many wait for it, and who wants to know how far it has got."""

    task: asyncio.Task[Reply]
    listeners: list[Progress]
    waiting: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class SingleFlight:
    """Computes each question once for all who ask it meanwhile.

    With ``computations`` for those in other processes too, and for who asks it in the same minute.
    ``joined`` is called for each who is answered by a computation that was under way.
    """

    now: Callable[[], datetime]
    computations: Computations | None = None
    joined: Callable[[], None] | None = None
    _under_way: dict[Question, _Work] = field(default_factory=dict)

    async def reply(
        self, question: Question, compute: Compute, *, pay: Pay, progress: Progress | None = None
    ) -> Reply:
        """The reply to a question; whoever lets it be computed pays first."""
        # Whoever has to wait for their quota must hold up nobody who asks the same.
        if question not in self._under_way and not await self._is_found(question):
            await pay()
        work = self._under_way.get(question)
        if work is None:
            work = self._begun(question, compute)
        elif self.joined is not None:
            self.joined()
        if progress is not None:
            work.listeners.append(progress)
        return await self._awaited(question, work)

    async def close(self) -> None:
        """Give up what is still being computed: those who asked have left."""
        left = [work.task for work in self._under_way.values()]
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    def _begun(self, question: Question, compute: Compute) -> _Work:
        listeners: list[Progress] = []
        computing = self._computed(question, partial(compute, partial(_tell_all, listeners)))
        task = asyncio.ensure_future(computing)
        self._under_way[question] = _Work(task, listeners)
        task.add_done_callback(lambda done: self._ended(question, done))
        return self._under_way[question]

    async def _awaited(self, question: Question, work: _Work) -> Reply:
        """What the work finds. One who asks may leave (a cancelled task); the last takes it along."""
        work.waiting += 1
        try:
            return await asyncio.shield(work.task)
        except asyncio.CancelledError:
            if work.waiting == 1:
                self._ended(question, work.task)
                work.task.cancel()
            raise
        finally:
            work.waiting -= 1

    def _ended(self, question: Question, task: asyncio.Task[Reply]) -> None:
        """Let the next one who asks begin anew."""
        if question in self._under_way and self._under_way[question].task is task:
            del self._under_way[question]

    async def _computed(self, question: Question, compute: Callable[[], Awaitable[Reply]]) -> Reply:
        key = self._key(question)
        if self.computations is None or key is None:
            return await compute()
        return await self.computations.shared(key, compute)

    async def _is_found(self, question: Question) -> bool:
        key = self._key(question)
        return (
            self.computations is not None
            and key is not None
            and await self.computations.is_found(key)
        )

    def _key(self, question: Question) -> str | None:
        """What all processes call this computation in this minute."""
        if self.computations is None:
            return None
        minute = self.now().replace(second=0, microsecond=0)
        return computation_key(question.command, question.query, question.looks, minute)


async def _tell_all(listeners: Sequence[Progress], sentence: str) -> None:
    for listener in listeners:
        await listener(sentence)
