"""Messages that were not seen to arrive, and work that was given up."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from handlers._asker import Asker


@dataclass(frozen=True, slots=True)
class Doubts:
    """What may not have reached a chat.

    Of ``digests``, ``alerts`` and ``notices`` the words are kept, so that they can be sent again;
    ``answers`` have to be asked for again.
    """

    digests: int = 0
    alerts: int = 0
    notices: int = 0
    answers: int = 0

    @property
    def letters(self) -> int:
        """How many can be sent again."""
        return self.digests + self.alerts + self.notices


@dataclass(frozen=True, slots=True)
class Dead:
    """Work that was given up; ``name`` is what ``/requeue`` takes."""

    name: str
    kind: Literal["letter", "digest", "alert"]
    why: str
    attempts: int = 0


class Mail(Protocol):
    """The way out, looked at afterwards."""

    async def doubts(self, chat_id: int) -> Doubts:
        """What a chat may not have got."""

    async def resend(self, asker: Asker) -> int:
        """Send a chat again what it may not have got; returns how many messages.

        Asked twice on the same occasion it sends once.
        """

    async def dead(self) -> Sequence[Dead]:
        """All that was given up in all chats, the newest first."""

    async def requeue(self, name: str | None = None) -> int:
        """Take up again what was given up, one or all; returns how many."""
