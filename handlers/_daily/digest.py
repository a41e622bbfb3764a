"""A digest that comes every day, and where they are kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from handlers._daily.schedule import DailyTime
from handlers._errors import UsageError
from handlers._room import Room

MOST_DIGESTS = 20
"""Of one chat."""


class TooManyDigestsError(UsageError):
    """The chat has as many digests as it may have."""


@dataclass(frozen=True, slots=True)
class Digest:
    """A question that is answered every day.

    Attributes
    ----------
    id
        Of the row; people never see it.
    number
        What people call it in their chat; never given twice.
    question
        The whole text of what is asked, in canonical words.
    due
        The moment for which the next one is promised.
    last
        The date of the last one; None before the first.
    paused_why
        Why it does not come any more, as a sentence; None where it does.
    """

    id: int
    number: int
    owner_id: int
    room: Room
    question: str
    at: DailyTime
    due: datetime
    last: date | None = None
    paused_why: str | None = None


@dataclass(frozen=True, slots=True)
class NewDigest:
    """What is to be kept; the same ``occasion`` makes no second digest."""

    owner_id: int
    room: Room
    question: str
    at: DailyTime
    due: datetime
    occasion: str


class Digests(Protocol):
    """Keeps the digests of every chat.

    What changes a digest answers with how it stands now, or None where it has gone.
    """

    async def of_chat(self, chat_id: int) -> Sequence[Digest]:
        """All digests of a chat by number, paused ones too."""

    async def add(self, new: NewDigest) -> Digest:
        """Keep a digest; on a known occasion, the digest that was made on it.

        Raises
        ------
        TooManyDigestsError
            The chat has ``MOST_DIGESTS`` already.

        """

    async def reword(self, digest_id: int, question: str) -> Digest | None:
        """Let a digest ask something else from now on."""

    async def move(self, digest_id: int, at: DailyTime, due: datetime) -> Digest | None:
        """Let a digest come at another time from ``due`` on."""

    async def resume(self, digest_id: int, due: datetime, last: date) -> Digest | None:
        """Let a paused digest come again; what it missed before ``due`` is settled."""

    async def delete(self, digest_ids: Sequence[int]) -> None:
        """Forget digests; their numbers are not given again."""
