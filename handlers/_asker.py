"""Who asks, and what that person may do there."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from handlers._room import Room


async def _anybody() -> bool:
    """Allow changes, as a person's own chat does."""
    return True


async def _for_nothing(_cost: int) -> None:
    """Ask nothing for an answer."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, and where; ``is_private`` where nobody else reads the answer.

    ``occasion`` names this one request for ever: whatever is created on it is created once, however
    often a crash makes the request be repeated. ``may_change`` tells whether this person decides
    about what belongs to the chat: in a group only its admins do, and finding out takes a request.
    ``pays`` waits until this person may ask something that costs so much.
    ``is_operator`` where one who runs the bot asks, and nobody else reads the answer.
    """

    id: int
    is_private: bool
    room: Room
    occasion: str
    may_change: Callable[[], Awaitable[bool]] = field(default=_anybody, compare=False, repr=False)
    pays: Callable[[int], Awaitable[None]] = field(default=_for_nothing, compare=False, repr=False)
    is_operator: bool = False
