"""Answers for people who type: shared by all who ask the same, kept until their bar closes."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from analytics.errors import RequestError
from analytics.language import tr
from analytics.market.windows import MINUTE, Window
from bot.answering.answers import Answer, Answers
from bot.store.database import DatabaseError
from bot.telegram.inline.shelf import Shelf
from handlers import Preferences
from handlers._preferred import with_preferences
from handlers._suggestions import Complete

log = logging.getLogger(__name__)

PAUSE_S = 0.4
"""Who types on within this time is not computed for."""
AT_ONCE = 6
"""Questions computed at the same time; those in chats keep the rest of the machine."""
LONGEST_S = 60.0
MOST_LEFT = 8
"""Computations that go on although Telegram waits no longer for them."""
MOST_READY = 200
TRY_AGAIN_AFTER = timedelta(seconds=10)
"""Where a picture could not be uploaded."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """An answer, Telegram's name of its picture, and until when both are the newest."""

    answer: Answer
    file_id: str | None
    until: datetime


class TooFastError(RequestError):
    """Somebody has asked too much within a minute."""

    def __init__(self, wait: float) -> None:
        seconds = max(1, round(wait))
        super().__init__(
            tr("You have asked much within a minute. Type a space in {n} s.", n=seconds)
        )


@dataclass(slots=True, eq=False)
class _Work:
    """An answer in the making; ``answer`` is there before its picture has a name."""

    task: asyncio.Task[Prepared]
    answer: asyncio.Future[Answer]
    waiting: int = 0
    is_left: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class InlineAnswers:
    """Prepares answers with pictures that Telegram knows by name.

    ``pays`` takes from a person the price of a computation, or says in how many seconds it can.
    """

    answers: Answers
    shelf: Shelf
    pays: Callable[[int, int], Awaitable[float]]
    pause: float = PAUSE_S
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    _ready: dict[object, Prepared] = field(default_factory=dict)
    _under_way: dict[object, _Work] = field(default_factory=dict)
    _places: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))

    async def prepared(
        self, asked: Complete, person: int, wanted: Preferences, *, within: float
    ) -> Prepared | None:
        """The answer; without its picture where that comes late, None where the answer does.

        What comes late goes on, and is there for the next one who asks. One who asks may leave
        (a cancelled task); the last takes the computation along. Only who has it computed pays.

        Raises
        ------
        TooFastError
            The person has asked too much within a minute.

        """
        words = with_preferences(asked.command, asked.words, wanted)
        query = asked.command.parse(words)
        looks = (wanted.language, wanted.venue, wanted.quote, wanted.theme)
        key = (asked.command.name, query, *looks)
        ready = self._ready.get(key)
        if ready is not None and ready.until > self._now:
            return ready
        if key not in self._under_way:
            await self.sleep(self.pause)
        if key not in self._under_way:
            wait = await self.pays(person, asked.command.cost(query))
            if wait > 0:
                raise TooFastError(wait)
        work = self._under_way.get(key) or self._begun(key, asked, query, wanted)
        return await self._awaited(key, work, max(0.0, within - self.pause))

    async def close(self) -> None:
        """Give up what is under way."""
        left = [work.task for work in self._under_way.values()]
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    def _begun(self, key: object, asked: Complete, query: object, wanted: Preferences) -> _Work:
        answer = asyncio.get_running_loop().create_future()
        preparing = self._prepare(key, answer, asked.question, query, wanted)
        work = self._under_way[key] = _Work(asyncio.create_task(preparing), answer)
        work.task.add_done_callback(lambda done: self._ended(key, work, done))
        return work

    async def _awaited(self, key: object, work: _Work, within: float) -> Prepared | None:
        work.waiting += 1
        try:
            await asyncio.wait([work.task], timeout=within)
        except asyncio.CancelledError:
            if work.waiting == 1 and not work.is_left:
                self._give_up(key, work)
            raise
        finally:
            work.waiting -= 1
        if work.task.done():
            is_there = not work.task.cancelled() and work.task.exception() is None
            return work.task.result() if is_there else None
        work.is_left = True
        if sum(other.is_left for other in self._under_way.values()) > MOST_LEFT:
            self._give_up(key, work)
        return Prepared(work.answer.result(), None, self._now) if work.answer.done() else None

    async def _prepare(
        self,
        key: object,
        known: asyncio.Future[Answer],
        question: str,
        query: object,
        wanted: Preferences,
    ) -> Prepared:
        async with asyncio.timeout(LONGEST_S):
            async with self._places:
                answer = await self.answers.answer(question, wanted=wanted)
            picture = answer.reply.chart
            # What waits here holds no picture: Telegram has it, or it is drawn again.
            answer = replace(answer, reply=replace(answer.reply, chart=None))
            known.set_result(answer)
            until = self._now + _newest_for(query, self._now)
            file_id = None if picture is None else await self._named(picture)
        if picture is not None and file_id is None and self.shelf.takes_pictures:
            until = min(until, self._now + TRY_AGAIN_AFTER)
        prepared = Prepared(answer, file_id, until)
        if not answer.is_error:
            self._keep(key, prepared)
        return prepared

    async def _named(self, picture: bytes) -> str | None:
        try:
            return await self.shelf.file_id(picture)
        except DatabaseError as error:
            log.warning("a picture is not uploaded: %s", error)
            return None

    def _keep(self, key: object, prepared: Prepared) -> None:
        now = self._now
        for old in [old for old, one in self._ready.items() if one.until <= now]:
            del self._ready[old]
        if len(self._ready) < MOST_READY:
            self._ready[key] = prepared

    def forget(self, file_id: str) -> None:
        """Prepare anew what has a picture that Telegram does not know any more."""
        for key in [key for key, one in self._ready.items() if one.file_id == file_id]:
            del self._ready[key]

    def _give_up(self, key: object, work: _Work) -> None:
        if self._under_way.get(key) is work:
            # One who asks now begins anew.
            del self._under_way[key]
        work.task.cancel()

    def _ended(self, key: object, work: _Work, task: asyncio.Task[Prepared]) -> None:
        if self._under_way.get(key) is work:
            del self._under_way[key]
        if not task.cancelled() and (error := task.exception()) is not None:
            log.warning("an inline answer was given up: %r", error)

    @property
    def _now(self) -> datetime:
        return self.answers.services.now()


def _newest_for(query: object, now: datetime) -> timedelta:
    """How long an answer stays the newest: until its bar closes, at most a minute."""
    window = getattr(query, "window", None)
    if not isinstance(window, Window):
        return MINUTE
    bar = window.chosen_bar
    return min(MINUTE, bar - (now - EPOCH) % bar)
