"""Looks at every alert when its next price is due, and says what has changed."""

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from analytics.errors import RequestError, SourceError
from analytics.language import ENGLISH, speaking, tr
from analytics.market.outages import NobodyAnswersError, VenueBusyError, VenueDownError
from analytics.market.venues import venue_name
from analytics.studies.readings import Reading
from bot.living.quarantine import Quarantine
from bot.standing.steady import Course, SteadyClock
from bot.standing.telling import ENDED, POISON, TOLD_ONCE, Telling, is_of_venue
from bot.store.database import OUR_MISTAKES, DatabaseError
from bot.store.newest_prices import NewestPrices
from bot.store.rooms import preferences_of
from bot.store.watching import MOST_ATTEMPTS, Claim, Settled, Watching, Word
from handlers import Preferences, Services
from handlers._watch.alert import Alert
from handlers._watch.measure import Measure
from handlers._watch.reading import reading
from handlers._watch.rule import Repeat, Rule
from handlers._watch.schedule import check_after
from handlers._watch.states import Blind, Broken, Event, Expired, Fired, Looked, NoData, Step
from handlers._watch.stepping import ageing, ages_at, step, too_old

log = logging.getLogger(__name__)

SWEEP_EVERY_S = 5.0
AFTER_TROUBLE_S = 5.0
AFTER_MISTAKE = timedelta(minutes=1)
AT_ONCE = 20
"""Settled together, of those that look at one measure: each that fires takes a computation and a
picture, and the first of a thousand must not wait for the last."""
VENUE_WIDE = (VenueDownError, VenueBusyError, NobodyAnswersError)

Look = Callable[[Measure, Services], Awaitable[Reading]]


@dataclass(frozen=True, slots=True)
class Seen:
    """What a look gave, and when a silent venue wants to be asked again."""

    looked: Looked
    retry_after: timedelta | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Watch:
    """The loop over due alerts: one look for all alerts of one measure, one transaction after it.

    Chats that prefer another venue or language have a look of their own.

    Measures are looked at one after another, so that one that ends the process takes no other with
    it, and so that a process never asks its venues more than one question at a time for alerts.

    ``now`` is the database's clock where nothing else is given: what is due, and since when, is the
    same for all processes.
    """

    watching: Watching
    services: Services
    telling: Telling
    look: Look = reading
    now: Callable[[], Awaitable[datetime]] | None = None
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    monotonic: Callable[[], float] = time.monotonic
    quarantine: Quarantine = field(default_factory=Quarantine)
    _clock: SteadyClock = field(default_factory=SteadyClock)
    _newest: NewestPrices = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_newest", NewestPrices(self.watching.database))

    async def run(self) -> None:
        """Sweep for ever; neither a silent database nor one bad alert ends it."""
        let_go: Callable[[], Awaitable[None]] | None = None
        while True:
            try:
                if let_go is not None:
                    await let_go()
                    let_go = None
                await self.turn()
            except Exception as error:
                if isinstance(error, DatabaseError) and not isinstance(error, OUR_MISTAKES):
                    log.warning("alerts wait for the database: %s", error)
                    # What was being looked at is ours, or may be: nobody else would look at it.
                    let_go = let_go or self.watching.let_go
                else:
                    log.exception("a sweep of alerts failed")
                    let_go = self._let_go_for_a_while
                await self.sleep(AFTER_TROUBLE_S)
            await self.sleep(SWEEP_EVERY_S)

    async def turn(self) -> None:
        """Sweep, unless the clock has jumped ahead: the newest prices would seem old.

        Where it went back, what was put off by a clock that was ahead is looked at now.
        """
        now = await self._now()
        course = self._clock.course(now, self.monotonic())
        if course is Course.BACK:
            await self.watching.hasten(now)
        if course is not Course.AHEAD:
            await self.sweep()

    async def sweep(self) -> int:
        """Look at all that is due; how many alerts that were."""
        n = 0
        while (attempts := await self.watching.suspicion(await self._now())) is not None:
            async with self.quarantine.admitted(attempts):
                n += await self._looked_at()
        return n

    async def _now(self) -> datetime:
        return await (self.now or self.watching.now)()

    async def _let_go_for_a_while(self) -> None:
        await self.watching.let_go(await self._now() + AFTER_MISTAKE)

    async def _looked_at(self) -> int:
        """Look at all alerts of one measure; how many alerts that were."""
        claim = await self.watching.claimed(await self._now())
        if claim is None:
            return 0
        try:
            await self._settled(claim)
        except asyncio.CancelledError:
            # An orderly end is no sign of a look that kills; without a database to say so it is
            # free with all else that we hold, and counted.
            with suppress(DatabaseError):
                await self.watching.put_back(claim, claim.alerts[0].check)
            raise
        return len(claim.alerts)

    async def _settled(self, claim: Claim) -> None:
        is_poison = claim.attempts > MOST_ATTEMPTS
        for wanted, alerts in (await self._by_preferences(claim.alerts)).items():
            preferred = self.services.preferred(wanted)
            telling = replace(self.telling, services=preferred)
            with speaking(wanted.language or ENGLISH):
                seen = Seen(NoData("")) if is_poison else await self._seen(alerts, preferred)
                for start in range(0, len(alerts), AT_ONCE):
                    now, some = await self._now(), alerts[start : start + AT_ONCE]
                    found = [
                        await _buried(alert, telling, now)
                        if is_poison
                        else await _outcome(alert, seen, telling, now)
                        for alert in some
                    ]
                    await self.watching.settle(found, await self._now())

    async def _by_preferences(
        self, alerts: Sequence[Alert]
    ) -> Mapping[Preferences, Sequence[Alert]]:
        """Alerts by what decides how they look and speak."""
        chats = {alert.room.chat_id for alert in alerts}
        known = await preferences_of(self.watching.database, chats)
        groups = defaultdict[Preferences, list[Alert]](list)
        for alert in alerts:
            wanted = known[alert.room.chat_id]
            groups[replace(wanted, zone=None, window=None, is_brief=False)].append(alert)
        return groups

    async def _seen(self, alerts: Sequence[Alert], preferred: Services) -> Seen:
        now, measure = await self._now(), alerts[0].rule.measure
        if all(alert.expires <= now for alert in alerts):
            return Seen(NoData(""))
        try:
            looked = await self.look(measure, preferred)
        except SourceError as error:
            return _silence(error)
        except RequestError as error:
            return Seen(Broken(error.sentence, is_final=True))
        except Exception:
            log.exception("alerts cannot be looked at: %s", measure)
            return Seen(Broken(tr("Something broke on my side.")))
        return Seen(await self._unless_alone(looked, now))

    async def _unless_alone(self, looked: Reading, now: datetime) -> Looked:
        """The look; old prices of a venue that has new ones elsewhere are those markets' own."""
        if not looked.is_stale(now):
            # A price from the future would make all that come after it seem old.
            await self._newest.note(looked.venue, min(looked.as_of, now))
            return looked
        newest = await self._newest.of(looked.venue)
        is_alone = newest is not None and newest >= looked.as_of + 2 * looked.step
        return too_old(looked, now, venue=None) if is_alone else looked


async def _outcome(alert: Alert, seen: Seen, telling: Telling, now: datetime) -> Settled:
    aged = ageing(alert.state, created=alert.created, expires=alert.expires, now=now)
    if isinstance(aged.event, Expired):
        words = (await telling.word(aged.event, alert, aged.state),)
        return Settled(alert, aged.state, now, words, paused_why=ENDED)
    stepped = step(alert.rule, aged.state, seen.looked, now, snoozed_until=alert.snoozed_until)
    check = check_after(alert.rule, seen.looked, now, retry_after=seen.retry_after)
    ages = ages_at(stepped.state, created=alert.created, expires=alert.expires)
    return Settled(
        alert,
        stepped.state,
        check=min(check, max(ages, now + timedelta(seconds=1))),
        words=await _words(alert, aged, stepped, telling, now),
        outage=telling.outage(alert, stepped, now),
        paused_why=_paused(alert.rule, seen.looked, stepped.event),
    )


async def _words(
    alert: Alert, aged: Step, stepped: Step, telling: Telling, now: datetime
) -> tuple[Word, ...]:
    events = [event for event in (aged.event, stepped.event) if event is not None]
    words = [
        await telling.word(event, alert, stepped.state)
        for event in events
        if not is_of_venue(event, alert.state, stepped.state)
    ]
    over = telling.outage_over(alert, stepped.state, now)
    return (*words, over) if over is not None else tuple(words)


async def _buried(alert: Alert, telling: Telling, now: datetime) -> Settled:
    log.error(
        "alert %d is paused: looking at it ended the process %d times", alert.id, MOST_ATTEMPTS
    )
    event = Blind(tr(POISON), is_error=True)
    words = (await telling.word(event, alert, alert.state, name="poison"),)
    return Settled(alert, alert.state, now, words, paused_why=POISON)


def _silence(error: SourceError) -> Seen:
    if not isinstance(error, VENUE_WIDE):
        return Seen(NoData(error.sentence))
    retry_after = getattr(error, "retry_after", None)
    return Seen(NoData(error.sentence, venue=venue_name(error.venue)), retry_after)


def _paused(rule: Rule, looked: Looked, event: Event | None) -> str | None:
    if isinstance(event, Fired) and rule.repeat is Repeat.ONCE:
        return TOLD_ONCE
    # The owner has just been told: the market has been missing twice in a row.
    gone = isinstance(looked, Broken) and looked.is_final and isinstance(event, Blind)
    return looked.sentence if gone and isinstance(looked, Broken) else None
