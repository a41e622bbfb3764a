"""Computes what is due today, once for all who ask and prefer the same, and posts it."""

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from analytics.language import ENGLISH, speaking, tr
from bot.answering.answers import Answer, Answers
from bot.living.quarantine import Quarantine
from bot.standing.steady import Course, SteadyClock
from bot.store.claimed_digests import Claimed, Promise, Settled
from bot.store.database import OUR_MISTAKES, DatabaseError
from bot.store.digest_recovery import recover_digests
from bot.store.digest_runs import DigestRuns
from bot.store.muted import muted_alerts
from bot.store.rooms import preferences_of
from bot.store.watching import UNREADABLE_FOR
from handlers import Button, Preferences, Reply
from handlers._daily.remarks import remark
from handlers._daily.schedule import Owed, owed
from handlers._room import is_known

log = logging.getLogger(__name__)

LOOK_EVERY_S = 2.0
MOST_AT_ONCE = 4
MOST_CLAIMED = 32
FEWEST_CLAIMED = 16
"""Looking at all that is due costs as much for one question as for many."""
VENUE_RETRIES_S = (60.0, 120.0, 240.0, 480.0, 900.0)
"""Half an hour in all; then the day's digest says what was wrong."""
UNREADABLE_FOR_S = UNREADABLE_FOR.total_seconds()
LEFT_TO_OTHERS = timedelta(hours=1)
"""A question whose words we do not know is left for so long to a newer version; then its chat is told."""
DATABASE_RETRY_S = 2.0
DRAIN_S = 5.0


@dataclass(frozen=True, slots=True, eq=False)
class Calendar:
    """The loop of daily digests in one process; ``monotonic`` is in seconds.

    ``now`` is the database's clock where nothing else is given; ``drain`` is how many seconds what
    is nearly done may take at the end.
    """

    runs: DigestRuns
    answers: Answers
    now: Callable[[], Awaitable[datetime]] | None = None
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    drain: float = DRAIN_S
    quarantine: Quarantine = field(default_factory=Quarantine)
    _clock: SteadyClock = field(default_factory=SteadyClock)
    _slots: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(MOST_AT_ONCE))
    _working: dict[asyncio.Task[None], Sequence[Claimed]] = field(default_factory=dict)
    _waiting: set[asyncio.Task[None] | None] = field(default_factory=set)
    _unread: dict[str, float] = field(default_factory=dict)
    """Questions that a newer version may know, and until which second they are left to it."""
    _troubled: asyncio.Event = field(default_factory=asyncio.Event)
    """The database fell silent: digests may be ours on which nobody works."""

    async def run(self) -> None:
        """Serve until cancelled; then settle what is computed and give back the rest."""
        try:
            while True:
                try:
                    if self._troubled.is_set():
                        self._troubled.clear()
                        ours = [one.id for some in self._working.values() for one in some]
                        await self.runs.let_go(ours)
                    await self.look()
                except DatabaseError as error:
                    log.warning("the calendar waits for the database: %s", error)
                    self._troubled.set()
                await self._pause()
        finally:
            await self._end()

    async def look(self) -> None:
        """Begin what is due, as far as there is room."""
        now = await self._now()
        seconds = self.monotonic()
        course = self._clock.course(now, seconds)
        for question in [one for one, until in self._unread.items() if until <= seconds]:
            del self._unread[question]
        if course is Course.BACK:
            log.warning(
                "%d digests are promised anew", await recover_digests(self.runs.database, now)
            )
        room = MOST_CLAIMED - len(self._busy)
        if course is Course.AHEAD or room < FEWEST_CLAIMED:
            return
        async with self.quarantine.among_others():
            begun = await self._begun(now, most=room, is_alone=False)
        if begun or self._busy or not await self.runs.is_any_due(now, beside=self._unread):
            return
        async with self.quarantine.alone():
            if begun := await self._begun(now, most=room, is_alone=True):
                await asyncio.wait(begun, timeout=self.quarantine.patience)

    async def idle(self) -> None:
        """Return when nothing is under way any more."""
        while self._working:
            await asyncio.wait(self._working)

    @property
    def _busy(self) -> Collection[asyncio.Task[None]]:
        """What is under way and does not just wait for a venue."""
        return [task for task in self._working if task not in self._waiting]

    async def _begun(
        self, now: datetime, *, most: int, is_alone: bool
    ) -> Collection[asyncio.Task[None]]:
        """Claim what is due and work on it."""
        begun = []
        claims = await self.runs.claim(now, most=most, is_alone=is_alone, beside=self._unread)
        for wanted, group in await self._by_preferences(claims):
            claimed = await self._not_left_to_others(group, wanted, now)
            if not claimed:
                continue
            task = asyncio.create_task(self._served(claimed, wanted, now))
            self._working[task] = claimed
            task.add_done_callback(self._working.pop)
            self.quarantine.joined_by(task)
            begun.append(task)
        return begun

    async def _not_left_to_others(
        self, claimed: Sequence[Claimed], wanted: Preferences, now: datetime
    ) -> Sequence[Claimed]:
        """Give back what a newer version may be able to read; a chat that waited in vain is told."""
        question = claimed[0].question
        if await self.answers.reads(question, wanted=wanted):
            return claimed
        fresh = [one for one in claimed if now - one.promise.promised < LEFT_TO_OTHERS]
        if fresh:
            log.error("a digest is left to others: its words cannot be read: %s", question)
            self._unread[question] = self.monotonic() + UNREADABLE_FOR_S
            await self.runs.free(fresh, is_forgiven=True)
        return [one for one in claimed if one not in fresh]

    async def _now(self) -> datetime:
        return await (self.now or self.runs.now)()

    async def _pause(self) -> None:
        """Wait a little, or until there is room for many more."""
        rest = asyncio.ensure_future(self.sleep(LOOK_EVERY_S))
        try:
            while not rest.done():
                busy = self._busy
                await asyncio.wait([rest, *busy], return_when=asyncio.FIRST_COMPLETED)
                if busy and len(self._busy) <= MOST_CLAIMED - FEWEST_CLAIMED:
                    return
        finally:
            rest.cancel()

    async def _end(self) -> None:
        """Settle what is nearly there; the rest is given back and made again."""
        if busy := self._busy:
            await asyncio.wait(busy, timeout=self.drain)
        left = list(self._working)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    async def _by_preferences(
        self, claims: Sequence[Sequence[Claimed]]
    ) -> Sequence[tuple[Preferences, Sequence[Claimed]]]:
        """Digests of one question, by what else decides about its answer."""
        chats = {one.room.chat_id for claimed in claims for one in claimed}
        known = await preferences_of(self.runs.database, chats)
        groups = defaultdict[tuple[str, Preferences, bool], list[Claimed]](list)
        for claimed in claims:
            for one in claimed:
                wanted = replace(known[one.room.chat_id], zone=None, window=None)
                # What has no clock fails, and must not take others with it.
                groups[one.question, wanted, is_known(one.at.zone)].append(one)
        return [(wanted, claimed) for (_, wanted, _), claimed in groups.items()]

    async def _served(self, claimed: Sequence[Claimed], wanted: Preferences, now: datetime) -> None:
        """Settle all digests of one question, or give them back."""
        try:
            with speaking(wanted.language or ENGLISH):
                left = await self._settled_silently(claimed, now)
                if left:
                    reply = await self._reply(left[0].question, wanted)
                    await self._posted(left, reply)
        except asyncio.CancelledError:
            with suppress(DatabaseError):
                await self.runs.free(claimed, is_forgiven=True)
            raise
        except Exception as error:
            if isinstance(error, DatabaseError) and not isinstance(error, OUR_MISTAKES):
                log.warning("a digest waits for the database: %s", error)
                self._troubled.set()
                return
            # The last fence: what fails again and again is paused by the count of its attempts.
            log.exception("the digest %s could not be made", claimed[0].question)
            try:
                await self.runs.free(claimed)
            except DatabaseError:
                self._troubled.set()

    async def _settled_silently(
        self, claimed: Sequence[Claimed], now: datetime
    ) -> Sequence[Claimed]:
        """Advance what has nothing to say today, and return the others."""
        speaking, silent = [], []
        debts = _debts(claimed, now)
        for one in claimed:
            debt = debts[one.promise]
            if debt is not None and debt.is_sent:
                speaking.append(one)
            else:
                last = one.last if debt is None else debt.since
                silent.append(Settled(one, last, one.at.next(now, last=last)[1]))
        if silent:
            await self.runs.settle(silent, None, now=now)
        return speaking

    async def _reply(self, question: str, wanted: Preferences) -> Reply:
        """The answer; a venue that fails is asked again for half an hour."""
        for wait in VENUE_RETRIES_S:
            async with self._slots:
                answer = await self.answers.answer(question, wanted=wanted, is_standing=True)
            if answer.reply.numbers.get("error") != "source":
                return _told(answer, question)
            task = asyncio.current_task()
            self._waiting.add(task)
            try:
                await self.sleep(wait)
            finally:
                self._waiting.discard(task)
        async with self._slots:
            return _told(
                await self.answers.answer(question, wanted=wanted, is_standing=True), question
            )

    async def _posted(self, claimed: Sequence[Claimed], reply: Reply) -> None:
        while True:
            try:
                now = await self._now()
                settled = await self._letters(claimed, now)
                await self.runs.settle(settled, reply, now=now)
                if len(settled) < len(claimed):
                    await self.runs.free(claimed)
            except DatabaseError as error:
                if isinstance(error, OUR_MISTAKES):
                    raise
                log.warning("a digest waits for the database: %s", error)
                await self.sleep(DATABASE_RETRY_S)
            else:
                return

    async def _letters(self, claimed: Sequence[Claimed], now: datetime) -> list[Settled]:
        chats = {one.room.chat_id for one in claimed}
        muted = await muted_alerts(self.runs.database, chats, now)
        debts = _debts(claimed, now)
        due = {
            promise: promise.at.next(now, last=debt.day)[1]
            for promise, debt in debts.items()
            if debt is not None
        }
        return [
            Settled(
                one,
                debt.day,
                due[one.promise],
                remark(
                    one.at, late=debt.late, skipped=debt.skipped, muted=muted.get(one.room.chat_id)
                ),
            )
            for one in claimed
            if (debt := debts[one.promise]) is not None
        ]


def _debts(claimed: Sequence[Claimed], now: datetime) -> dict[Promise, Owed | None]:
    """What is owed for each promise: thousands of digests share a few."""
    promises = {one.promise for one in claimed}
    return {p: owed(p.at, promised=p.promised, last=p.last, now=now) for p in promises}


def _told(answer: Answer, question: str) -> Reply:
    """The digest, or the one sentence that stands in its place today."""
    if not answer.is_error:
        return answer.reply
    return Reply(
        title=tr("Today's digest:"),
        answer=answer.reply.answer,
        text=(tr("It comes again tomorrow."),),
        buttons=((Button(tr("Try now"), question), Button(tr("My digests"), "/daily")),),
        numbers=answer.reply.numbers,
    )
