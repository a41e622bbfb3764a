"""People who wait for an alert, a digest or an answer, and what each of them got.

Everybody waits for one message in a private chat: so whatever a chat shows can be counted.
"""

import asyncio
import itertools
import random
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Table, func, select

from bot.store.alerts import SqlAlerts
from bot.store.clock import ms_of
from bot.store.database import Database, DatabaseError
from bot.store.digests import SqlDigests
from bot.store.ledger import State
from bot.store.tables import alerts, digests, inbox, ledger, outbox
from bot.telegram.posting.letters import MAY_REPEAT
from handlers import Room
from handlers._daily.digest import NewDigest
from handlers._daily.schedule import DailyTime
from handlers._watch.alert import NewAlert
from handlers._watch.grammar import rule_of
from handlers._watch.states import State as AlertState
from tests.emulators.telegram.calls import SENDS
from tests.emulators.telegram.emulator import TelegramEmulator

PAIRS = ("ETH BTC-PERP", "SOL ETH-PERP", "DOGE BTC-PERP", "LINK ETH-PERP")
DAYS = range(14, 39)
QUESTIONS = ("/start", "/help", "/help corr", "/corr BTC ETH 7d nochart brief")
DIGEST_QUESTIONS = tuple(f"/digest {pair} {days}d" for pair in PAIRS for days in (20, 30))
REPLY, DIGEST, ALERT = "replies", "digests", "alerts"


@dataclass(frozen=True, slots=True)
class Share:
    """What became of one kind of message."""

    wanted: int
    lost: int
    doubled: int
    """How many came once more; of alerts each says so."""
    unmarked: int
    """How many came once more without saying so."""
    in_doubt: int
    arrived_in_doubt: int

    def __str__(self) -> str:
        return (
            f"{self.lost} lost, {self.doubled} doubled, "
            f"{self.in_doubt} in doubt ({self.arrived_in_doubt} of them had arrived)"
        )


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of everybody."""

    replies: Share
    digests: Share
    alerts: Share
    given_up: int

    def is_sound(self, *, deaths: int, in_flight: int) -> bool:
        """Nothing lost or given up, doubts and repeats only of what was on its way at a death."""
        most = deaths * in_flight
        at_most_once = (self.replies, self.digests)
        shares = (*at_most_once, self.alerts)
        return (
            not self.given_up
            and not any(share.lost or share.unmarked for share in shares)
            and not any(share.doubled for share in at_most_once)
            and self.alerts.doubled <= most
            and sum(share.in_doubt for share in shares) <= most
        )

    def __str__(self) -> str:
        return (
            f"{self.alerts.wanted} alerts: {self.alerts.lost} lost, {self.alerts.doubled} repeated "
            f"and marked, {self.alerts.unmarked} unmarked; "
            f"{self.digests.wanted} digests: {self.digests}; "
            f"{self.replies.wanted} replies: {self.replies}; {self.given_up} given up"
        )


@dataclass(slots=True, eq=False)
class Crowd:
    """Who waits for what, by the number of the chat."""

    telegram: TelegramEmulator
    waiting: dict[str, list[int]] = field(default_factory=dict)
    _got: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    _seen: int = 0

    def ask(self, count: int, chance: random.Random) -> None:
        """Let so many people ask something each."""
        people = [self.telegram.person(f"Asks {number}") for number in range(count)]
        for who in people:
            who.says(chance.choice(QUESTIONS))
        self.waiting.setdefault(REPLY, []).extend(who.id for who in people)

    async def subscribe(self, database: Database, *, alerts: int, digests: int) -> None:
        """Keep alerts and digests that are due now, as the bot itself keeps them."""
        now = datetime.now(UTC).replace(microsecond=0)
        at = DailyTime(now.hour * 60 + now.minute, "UTC")
        self.waiting[ALERT] = self._chats("Watches", alerts)
        self.waiting[DIGEST] = self._chats("Reads", digests)
        rules = itertools.cycle([f"{pair} corr<0.999 {days}d" for pair in PAIRS for days in DAYS])
        for chat, rule in zip(self.waiting[ALERT], rules, strict=False):
            watched = replace(rule_of(rule), checks=1)
            await SqlAlerts(database).add(
                NewAlert(chat, Room(chat), watched, AlertState(), now, now, f"alert:{chat}")
            )
        for chat, asked in zip(
            self.waiting[DIGEST], itertools.cycle(DIGEST_QUESTIONS), strict=False
        ):
            wanted = NewDigest(chat, Room(chat), asked, at, now, f"digest:{chat}")
            await SqlDigests(database).add(wanted)

    def arrived(self) -> int:
        """How many messages Telegram shows to those who wait."""
        got, chats = self.got(), itertools.chain.from_iterable(self.waiting.values())
        return sum(len(got.get(chat, ())) for chat in chats)

    @property
    def unpushed(self) -> str:
        """What Telegram has not got rid of yet."""
        waiting = self.telegram.queue_size
        return f"{waiting} at Telegram" if waiting else ""

    def got(self) -> Mapping[int, Sequence[str]]:
        """What each chat shows; looks at what is new since the last time."""
        calls = self.telegram.calls
        unfinished = None
        for number, call in enumerate(calls[self._seen :], self._seen):
            if call.method not in SENDS:
                continue
            if call.ok is None:
                unfinished = number
                break
            if call.effect:
                self._got[int(call.chat_id or 0)].append(call.words)
        self._seen = len(calls) if unfinished is None else unfinished
        return self._got

    async def outcome(self, database: Database) -> Outcome:
        """Count, when nothing is left to do."""
        async with database.reading() as connection:
            question = select(ledger.c.chat_id, ledger.c.key).where(
                ledger.c.state == State.IN_DOUBT
            )
            doubts = {row.chat_id for row in await connection.execute(question)}
            given_up = [
                (await connection.execute(select(func.count()).select_from(table).where(dead)))
                for table, dead in _DEAD.items()
            ]
            lost_work = sum(int(found.scalar_one()) for found in given_up)
        return Outcome(
            replies=self._share(REPLY, doubts),
            digests=self._share(DIGEST, doubts),
            alerts=self._share(ALERT, doubts),
            given_up=lost_work,
        )

    def _share(self, kind: str, doubts: set[int]) -> Share:
        got, chats = self.got(), self.waiting.get(kind, [])
        unsure = [chat for chat in chats if chat in doubts]
        told = {chat: got.get(chat, ()) for chat in chats}
        return Share(
            wanted=len(chats),
            # An alert is told again where nobody knows; so it has no excuse.
            lost=sum(
                not texts and (kind == ALERT or chat not in doubts) for chat, texts in told.items()
            ),
            doubled=sum(max(0, len(texts) - 1) for texts in told.values()),
            unmarked=sum(
                max(0, sum(MAY_REPEAT not in text for text in texts) - 1) for texts in told.values()
            ),
            in_doubt=len(unsure),
            arrived_in_doubt=sum(bool(told[chat]) for chat in unsure),
        )

    def _chats(self, name: str, count: int) -> list[int]:
        return [self.telegram.person(f"{name} {number}").id for number in range(count)]


async def finished(
    crowd: Crowd, database: Database, are_running: Callable[[], bool], seconds: float
) -> None:
    """Return when nobody waits for anything any more; an error where that does not come."""
    deadline = time.monotonic() + seconds
    # What Telegram could not push yet is in no table.
    while is_open := crowd.unpushed or await left(database):
        assert are_running(), "a process ended by itself"
        assert time.monotonic() < deadline, f"not finished in {seconds:.0f} s: {is_open}"
        await asyncio.sleep(0.2)


async def left(database: Database) -> str:
    """What is still to be done, or that nobody can say."""
    now = ms_of(datetime.now(UTC))
    waits: dict[Table, ColumnElement[bool]] = {
        inbox: inbox.c.finished_ms.is_(None),
        outbox: outbox.c.buried_ms.is_(None),
        digests: digests.c.paused_why.is_(None) & (digests.c.due_ms <= now),
        alerts: alerts.c.paused_why.is_(None) & (alerts.c.check_ms <= now),
    }
    found = []
    try:
        async with database.reading() as connection:
            for table, wait in waits.items():
                question = select(func.count()).select_from(table).where(wait)
                if count := (await connection.execute(question)).scalar():
                    found.append(f"{count} in {table.name}")
    except DatabaseError:
        return "the database is away"
    return ", ".join(found)


_DEAD: dict[Table, ColumnElement[bool]] = {
    outbox: outbox.c.buried_ms.is_not(None),
    digests: digests.c.paused_why.is_not(None),
    alerts: alerts.c.paused_why.is_not(None),
}
