"""What is said of an alert's events, under names that are the same for ever."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeGuard

from analytics.language import later, tr
from bot.store.contents import name_of
from bot.store.letters import EXPIRED, EXPIRING, Kind
from bot.store.watching import Word
from handlers import Reply, Services
from handlers._watch.alert import Alert
from handlers._watch.outages import OUTAGE, venue_back, venue_silent
from handlers._watch.states import (
    Blind,
    Event,
    Expired,
    Expiring,
    Fired,
    Recovered,
    Sighted,
    State,
    Step,
    StillFiring,
    Trouble,
)
from handlers._watch.words import told

log = logging.getLogger(__name__)

ENDED = later("It has ended.")
TOLD_ONCE = later("It has told you, once as you wanted.")
POISON = later("Looking at it broke me again and again. I leave it alone.")
URGENT = (Fired, StillFiring, Recovered)

Tell = Callable[[Event, Alert, Services], Awaitable[Reply]]


@dataclass(frozen=True, slots=True, eq=False)
class Telling:
    """Words, keys and kinds of the messages about alerts, in the language that is spoken."""

    services: Services
    tell: Tell = told

    async def word(
        self, event: Event, alert: Alert, state: State, *, name: str | None = None
    ) -> Word:
        """What is said of an event; should the words fail, the alert is told all the same."""
        try:
            reply = await self.tell(event, replace(alert, state=state), self.services)
        except Exception:
            log.exception("no words for alert %d", alert.id)
            reply = _plainly(event, alert)
        key = f"alert:{alert.id}:{alert.version}:{name or _name(event, alert, state)}"
        if not isinstance(event, URGENT):
            return Word(key, reply, Kind.NOTICE)
        return Word(key, reply, Kind.ALERT, is_silent=alert.rule.is_quiet)

    def outage(self, alert: Alert, stepped: Step, now: datetime) -> Word | None:
        """What a chat is told, once, of the venue that has fallen silent under this alert."""
        trouble = stepped.state.trouble
        if not isinstance(stepped.event, Blind) or trouble is None or trouble.venue is None:
            return None
        reply = venue_silent(trouble.venue, trouble.sentence, since=trouble.since, now=now)
        began = f"{trouble.since.timestamp():.0f}"
        name = name_of(alert.room.chat_id, trouble.venue, began)
        return Word(f"{OUTAGE}{name}", reply, Kind.NOTICE)

    def outage_over(self, alert: Alert, state: State, now: datetime) -> Word | None:
        """What a chat is told, once, when the venue is back."""
        trouble = alert.state.trouble
        if not _is_told_of_venue(trouble) or trouble.venue is None or state.trouble:
            return None
        reply = venue_back(trouble.venue, now - trouble.since)
        return Word(f"{trouble.notice}:over", reply, Kind.NOTICE)


def is_of_venue(event: Event, before: State, after: State) -> bool:
    """Whether an event is one of a whole venue, of which each chat is told once."""
    match event:
        case Blind():
            return after.trouble is not None and after.trouble.venue is not None
        case Sighted():
            return _is_told_of_venue(before.trouble)
        case _:
            return False


def _is_told_of_venue(trouble: Trouble | None) -> TypeGuard[Trouble]:
    """Whether a chat was told of a silent venue, and not of this alert's own trouble before."""
    if trouble is None or trouble.venue is None or trouble.notice is None:
        return False
    return trouble.notice.startswith(OUTAGE)


def _name(event: Event, alert: Alert, state: State) -> str:
    """The event's name among all of this version of the alert."""
    match event:
        case Fired():
            return f"{state.episode}:fired"
        case StillFiring():
            assert state.told_at is not None  # noqa: S101 - told just now
            return f"{state.episode}:still:{state.told_at.timestamp():.0f}"
        case Recovered():
            return f"{state.episode}:recovered"
        case Blind():
            return state.trouble.notice if state.trouble and state.trouble.notice else "unseen"
        case Sighted():
            before = alert.state.trouble
            return f"{before.notice if before else 'unseen'}:over"
        case Expiring(expires):
            return f"{EXPIRING}:{expires.timestamp():.0f}"
        case Expired():
            return f"{EXPIRED}:{alert.expires.timestamp():.0f}"


def _plainly(event: Event, alert: Alert) -> Reply:
    what = {Fired: tr("it fires"), StillFiring: tr("it still fires"), Recovered: tr("it is over")}
    return Reply(
        title=tr("Alert {number}:", number=alert.number),
        answer=what.get(type(event), tr("something changed")),
        text=(f"`{alert.rule.question}`",),
        numbers={"alert": alert.number, "event": type(event).__name__},
    )
