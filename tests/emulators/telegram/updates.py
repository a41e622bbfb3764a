"""Updates waiting for the bot; they outlive it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from tests.emulators.telegram.calls import Bell

MESSAGE_LIFETIME = 86_400.0
CALLBACK_LIFETIME = 150.0
INLINE_LIFETIME = 30.0

_ASKED_FOR_ONLY = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


@dataclass(frozen=True, slots=True, eq=False)
class Update:
    """One update; `lane` is the queue in which a webhook keeps order."""

    id: int
    kind: str
    payload: dict[str, Any]
    lane: int
    expires: float

    def as_json(self) -> dict[str, Any]:
        return {"update_id": self.id, self.kind: self.payload}


@dataclass(slots=True, eq=False)
class UpdateQueue:
    """Kept until acknowledged or expired."""

    clock: Callable[[], float]
    bell: Bell
    allowed: tuple[str, ...] = ()
    _next_id: int = 700_000_001
    _waiting: dict[int, Update] = field(default_factory=dict)

    def add(self, kind: str, payload: dict[str, Any], lane: int, lifetime: float) -> int | None:
        """Queue an update unless the bot did not ask for its kind; give its id."""
        wanted = kind in self.allowed if self.allowed else kind not in _ASKED_FOR_ONLY
        if not wanted:
            return None
        update = Update(self._next_id, kind, payload, lane, self.clock() + lifetime)
        self._next_id += 1
        self._waiting[update.id] = update
        self.bell.ring()
        return update.id

    def waiting(self) -> list[Update]:
        """Give what has not expired, oldest first."""
        now = self.clock()
        for update in [update for update in self._waiting.values() if update.expires <= now]:
            del self._waiting[update.id]
        return list(self._waiting.values())

    def acknowledge(self, offset: int) -> None:
        """Forget what lies before the offset; a negative one keeps that many of the newest."""
        ids = list(self._waiting)
        gone = ids[:offset] if offset < 0 else [known for known in ids if known < offset]
        self.forget(gone)

    def forget(self, ids: Iterable[int]) -> None:
        for known in list(ids):
            self._waiting.pop(known, None)
        self.bell.ring()

    def clear(self) -> None:
        self.forget(self._waiting)

    def __contains__(self, update_id: object) -> bool:
        return update_id in self._waiting

    def __len__(self) -> int:
        return len(self.waiting())
