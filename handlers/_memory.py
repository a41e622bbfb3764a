"""What is remembered of people and chats, shown to them and forgotten at their word."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol

from handlers._asker import Asker

FORGET_CONFIRMED = "/forget everything yes"
"""What the button asks that confirms; it outlives all other buttons until its answer is sent."""


@dataclass(frozen=True, slots=True)
class Kept:
    """So many rows of one kind; ``name`` is the table's."""

    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Retention:
    """How long what is kept stays, where nobody deletes it before."""

    update_ids: timedelta
    sent: timedelta
    buttons: timedelta
    words: timedelta
    answers: timedelta
    pace: timedelta
    closed_chats: timedelta


class Memory(Protocol):
    """All that belongs to a chat, or to a person, whose private chat has the same number."""

    @property
    def retention(self) -> Retention:
        """How long everything is kept."""

    async def kept(self, chat_id: int) -> Sequence[Kept]:
        """What there is, by kind; kinds of which there is nothing are left out."""

    async def everything(self, chat_id: int) -> Mapping[str, Any]:
        """All of it as plain values, by table."""

    async def forget(self, asker: Asker) -> None:
        """Delete all of it; what the request itself leaves behind goes when it is answered."""
