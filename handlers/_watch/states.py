"""Where an alert stands between two looks, and what there is to tell."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from analytics.studies.readings import Reading


class Phase(StrEnum):
    """How far an alert is from firing.

    ``UNARMED`` is an alert whose condition was already met when somebody set it: nothing is told
    before it has cleared once. Being without data is not a phase: see ``Trouble``.
    """

    UNARMED = "unarmed"
    NORMAL = "normal"
    PENDING = "pending"
    FIRING = "firing"
    RECOVERING = "recovering"


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why an alert sees nothing; its phase and streak wait until it sees again.

    Attributes
    ----------
    sentence
        For people.
    since
        The first look that failed.
    is_error
        The question itself cannot be answered any more; otherwise data are missing.
    venue
        Who is silent, where that is the reason; such trouble is told once for all alerts of a chat.
    notice
        The key of the message that told of it; None where nobody has been told.
    """

    sentence: str
    since: datetime
    is_error: bool = False
    venue: str | None = None
    notice: str | None = None


@dataclass(frozen=True, slots=True)
class State:
    """What an alert remembers from one look to the next.

    Attributes
    ----------
    phase
        See there.
    streak
        Checks in a row that lead out of the phase.
    episode
        How many times it has fired; names its messages.
    since
        When the phases of this episode began: the first check that met the condition.
    told_at
        When its owner was last told that it fires.
    is_told
        Whether this episode has been told: while it is snoozed nothing is.
    value, as_of
        Of the last reading.
    calm
        The last value before the condition was met.
    trouble
        None where it sees.
    expiry_told
        The expiry that its owner has been warned of.
    """

    phase: Phase = Phase.NORMAL
    streak: int = 0
    episode: int = 0
    since: datetime | None = None
    told_at: datetime | None = None
    is_told: bool = False
    value: float | None = None
    as_of: datetime | None = None
    calm: float | None = None
    trouble: Trouble | None = None
    expiry_told: datetime | None = None

    def as_text(self) -> str:
        """As JSON, which ``state_of`` reads back to an equal value."""
        kept = {name: getattr(self, name) for name in self.__slots__}
        kept["trouble"] = None
        if self.trouble is not None:
            kept["trouble"] = {n: getattr(self.trouble, n) for n in self.trouble.__slots__}
        given = {name: value for name, value in kept.items() if value is not None}
        return json.dumps(given, default=datetime.isoformat, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class NoData:
    """A look that saw nothing: the venue is silent, or its prices are old.

    ``venue`` is given, as people write it, where the venue as a whole may be the reason. ``since``
    is given where it is known when the last data came; else it is the first look without any.
    """

    sentence: str
    venue: str | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Broken:
    """A look that cannot succeed as the question stands; told when it fails twice in a row.

    ``is_final`` where there is no hope: the market has gone. Otherwise it is our own bug.
    """

    sentence: str
    is_final: bool = False


Looked = Reading | NoData | Broken


@dataclass(frozen=True, slots=True)
class Fired:
    """The condition has been met for as many checks as the rule wants.

    ``since`` is the first of them; ``calm`` is the last value before, None where there was none.
    """

    reading: Reading
    since: datetime
    calm: float | None = None


@dataclass(frozen=True, slots=True)
class StillFiring:
    """It goes on, and its owner wants to hear so every time."""

    reading: Reading
    since: datetime


@dataclass(frozen=True, slots=True)
class Recovered:
    """The value has come back far enough."""

    reading: Reading
    lasted: timedelta


@dataclass(frozen=True, slots=True)
class Blind:
    """It cannot see; told once. ``is_error`` where it never will: it is paused."""

    sentence: str
    is_error: bool


@dataclass(frozen=True, slots=True)
class Sighted:
    """It sees again, after its owner was told that it could not."""

    reading: Reading
    lasted: timedelta


@dataclass(frozen=True, slots=True)
class Expiring:
    """It ends soon; its owner may keep it."""

    expires: datetime


@dataclass(frozen=True, slots=True)
class Expired:
    """It has ended."""


Event = Fired | StillFiring | Recovered | Blind | Sighted | Expiring | Expired


@dataclass(frozen=True, slots=True)
class Step:
    """What a look makes of a state, and what there is to tell."""

    state: State
    event: Event | None = None


def state_of(text: str) -> State:
    """The state that was kept."""
    kept: dict[str, Any] = json.loads(text)
    kept["phase"] = Phase(kept["phase"])
    if kept.get("trouble") is not None:
        kept["trouble"] = Trouble(**_timed(kept["trouble"], "since"))
    return State(**_timed(kept, "since", "told_at", "as_of", "expiry_told"))


def _timed(kept: dict[str, Any], *names: str) -> dict[str, Any]:
    return kept | {name: datetime.fromisoformat(kept[name]) for name in names if kept.get(name)}
