"""Where somebody asks, and what has been agreed there."""

from dataclasses import dataclass
from datetime import datetime, time
from typing import Literal, Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

Theme = Literal["light", "dark"]


def is_known(zone: str) -> bool:
    """Whether this machine knows the clock of a place; names are dropped from the lists at times."""
    try:
        ZoneInfo(zone)
    except ZoneInfoNotFoundError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Room:
    """A chat, or a topic in a group."""

    chat_id: int
    thread_id: int | None = None


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a chat wants where a question does not say; None leaves it to the bot.

    ``zone`` is an IANA name; ``window`` is a length as people type it (``30d``).
    """

    zone: str | None = None
    venue: str | None = None
    quote: str | None = None
    window: str | None = None
    theme: Theme | None = None
    language: str | None = None
    is_brief: bool = False

    @property
    def time_zone(self) -> ZoneInfo:
        """The chat's clock; UTC until somebody sets it, and where nobody knows it any more."""
        return ZoneInfo(self.zone if self.zone and is_known(self.zone) else "UTC")


@dataclass(frozen=True, slots=True)
class Quiet:
    """When a chat wants no alerts: until a moment, and every day between two local times.

    ``hours`` may pass midnight; they are in the chat's own zone.
    """

    until: datetime | None = None
    hours: tuple[time, time] | None = None


class Rooms(Protocol):
    """Keeps what has been agreed in each chat."""

    async def preferences(self, chat_id: int) -> Preferences:
        """What the chat has set."""

    async def set_preferences(self, chat_id: int, preferences: Preferences) -> None:
        """Keep all preferences of a chat."""

    async def quiet(self, chat_id: int) -> Quiet:
        """When the chat wants no alerts."""

    async def set_quiet(self, chat_id: int, quiet: Quiet) -> None:
        """Keep when the chat wants no alerts."""
