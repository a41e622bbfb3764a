"""A daily digest that a process works on: what was promised, and what becomes of it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row

from bot.store.clock import datetime_of
from handlers import Room
from handlers._daily.schedule import DailyTime


@dataclass(frozen=True, slots=True)
class Promise:
    """When a digest comes, for which moment the next one is promised, and when one came last."""

    at: DailyTime
    promised: datetime
    last: date | None


@dataclass(frozen=True, slots=True)
class Claimed:
    """A digest that is due and that nobody else works on."""

    id: int
    number: int
    room: Room
    owner_id: int
    question: str
    promise: Promise

    @property
    def at(self) -> DailyTime:
        """When it comes."""
        return self.promise.at

    @property
    def last(self) -> date | None:
        """When one came last."""
        return self.promise.last


@dataclass(frozen=True, slots=True)
class Settled:
    """What becomes of a claimed digest: when it is due next, and what else its letter says."""

    claimed: Claimed
    last: date | None
    due: datetime
    remark: str | None = None

    @property
    def key(self) -> str:
        """The letter's name for ever: one a local date."""
        return f"digest:{self.claimed.id}:{self.last}"


def claimed_of(row: Row[Any]) -> Claimed:
    """A row of ``digests`` as one that is claimed."""
    return Claimed(
        id=row.id,
        number=row.number,
        room=Room(row.chat_id, row.thread_id),
        owner_id=row.owner_id,
        question=row.question,
        promise=Promise(
            at=DailyTime(row.minute, row.zone),
            promised=datetime_of(row.due_ms),
            last=date.fromisoformat(row.last_date) if row.last_date else None,
        ),
    )
