"""How the bot itself is: its venues, its queues, and what waits for a chat."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from analytics.market.prices import Origin


@dataclass(frozen=True, slots=True)
class VenueHealth:
    """What a venue last said to this process.

    ``newest`` is the close of the newest bar that it gave; ``rests_until`` is set while it is left
    alone after failures.
    """

    venue: str
    answered: datetime | None = None
    newest: datetime | None = None
    failed: datetime | None = None
    why: str | None = None
    rests_until: datetime | None = None

    @property
    def is_well(self) -> bool:
        """Whether the last word of the venue was an answer."""
        if self.rests_until is not None:
            return False
        return self.failed is None or (self.answered is not None and self.answered >= self.failed)


@dataclass(frozen=True, slots=True)
class Standing:
    """How many digests or alerts go on, and how many are paused."""

    running: int = 0
    paused: int = 0


@dataclass(frozen=True, slots=True)
class ChatHealth:
    """What is agreed with a chat; ``on_the_way`` are messages that wait to be sent to it."""

    digests: Standing
    alerts: Standing
    on_the_way: int


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything at once, for those who run the bot; nobody is named.

    ``answers`` are by outcome, of this process since it started; ``alerts`` are by state.
    """

    chats: int
    digests: Standing
    alerts: Mapping[str, int]
    answers: Mapping[str, int]
    executors: Sequence[str]
    in_doubt: Sequence[str]


class Health(Protocol):
    """Looks at the bot and at its database."""

    @property
    def version(self) -> str:
        """Which hedgebot this is."""

    @property
    def started(self) -> datetime:
        """When the process began that answers."""

    @property
    def origin(self) -> Origin:
        """Where prices come from."""

    def venues(self) -> Sequence[VenueHealth]:
        """Every venue in the order of preference; none where prices are not live."""

    async def waiting(self) -> Mapping[str, int]:
        """Work that is due and not done, by queue."""

    async def chat(self, chat_id: int) -> ChatHealth:
        """What waits in one chat."""

    async def overview(self) -> Overview:
        """What only operators see."""
