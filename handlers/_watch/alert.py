"""A standing question that waits for something, and where they are kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from handlers._errors import UsageError
from handlers._room import Room
from handlers._watch.rule import Rule
from handlers._watch.states import State

MOST_ALERTS = 20
"""Of one chat; those that have ended do not count."""


class TooManyAlertsError(UsageError):
    """The chat has as many alerts as it may have."""


@dataclass(frozen=True, slots=True)
class Alert:
    """A rule at work.

    Attributes
    ----------
    id
        Of the row; people never see it.
    number
        What people call it in their chat; never given twice.
    room
        Where it speaks.
    version
        Raised by whatever lets it begin anew: an edited alert, or one that woke, is told anew.
    check
        When it is looked at next.
    snoozed_until
        Nothing is told before; None where nothing is held back.
    paused_why
        Why nobody looks at it any more, as a sentence; None where somebody does.
    occasion
        The request that made it.
    """

    id: int
    number: int
    owner_id: int
    room: Room
    rule: Rule
    version: int
    state: State
    check: datetime
    expires: datetime
    created: datetime
    snoozed_until: datetime | None = None
    paused_why: str | None = None
    occasion: str = ""

    def is_snoozed(self, now: datetime) -> bool:
        """Whether its owner wants to hear nothing for a while."""
        return self.snoozed_until is not None and now < self.snoozed_until


@dataclass(frozen=True, slots=True)
class NewAlert:
    """What is to be kept.

    ``occasion`` names the request; the same occasion makes no second alert.
    """

    owner_id: int
    room: Room
    rule: Rule
    state: State
    check: datetime
    created: datetime
    occasion: str


class Alerts(Protocol):
    """Keeps the alerts of every chat.

    What changes an alert answers with how it stands now, or None where it has gone.
    """

    async def reaches(self, chat_id: int) -> bool:
        """Whether a message can be expected to arrive in a chat: one has, and none was refused."""

    async def of_chat(self, chat_id: int) -> Sequence[Alert]:
        """All alerts of a chat by number, paused ones too."""

    async def numbered(self, chat_id: int, number: int) -> Alert | None:
        """The alert that a chat calls by this number."""

    async def add(self, new: NewAlert) -> Alert:
        """Keep an alert; on a known occasion, the alert that was made on it.

        Raises
        ------
        TooManyAlertsError
            The chat has ``MOST_ALERTS`` already.

        """

    async def change(
        self, alert_id: int, rule: Rule, *, state: State, check: datetime, expires: datetime
    ) -> Alert | None:
        """Give an alert another rule and begin anew; raises its version."""

    async def arm(self, alert_id: int, *, state: State, check: datetime) -> Alert | None:
        """Let an alert begin anew from a state, under the same rule, and wake it if it slept."""

    async def snooze(self, alert_id: int, until: datetime | None) -> Alert | None:
        """Tell nothing before a moment; None ends that."""

    async def keep(self, alert_id: int, expires: datetime) -> Alert | None:
        """Let an alert live until a moment; one that has ended wakes and begins anew."""

    async def delete(self, alert_id: int) -> bool:
        """Forget an alert; False where it has gone already. Its number is not given again."""
