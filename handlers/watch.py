"""/watch: sets an alert, a standing question that speaks when something has changed."""

from dataclasses import replace
from datetime import datetime, timedelta

from analytics.errors import Correction, RequestError, SourceError
from analytics.language import later, tr
from analytics.positions.refusals import CollateralNeededError
from analytics.studies.readings import Reading
from handlers._asker import Asker
from handlers._book import BookForm
from handlers._command import Command, Services
from handlers._errors import NotAllowedError
from handlers._reply import Reply
from handlers._room import Room
from handlers._watch.alert import Alert, Alerts, NewAlert
from handlers._watch.confirming import confirmed
from handlers._watch.ending import MONTH, ending
from handlers._watch.grammar import Asked, asked_of
from handlers._watch.reading import reading
from handlers._watch.rule import Rule
from handlers._watch.schedule import next_bar
from handlers._watch.sense import refuse_past
from handlers._watch.states import Phase
from handlers._watch.stepping import begun

FIRST_RETRY = timedelta(seconds=30)


def parse(text: str) -> Asked:
    """Read markets, what to wait for, a window and terms."""
    return asked_of(text)


async def answer(asked: Asked, services: Services) -> Reply:
    """Look once, keep the alert, and say what was understood."""
    alerts, asker = _opened(services)
    now = services.now()
    asked = replace(asked, rule=await ending(asked, services))
    refuse_past(asked.rule, now, right=replace(asked.rule, until=MONTH).question)
    room = await _room(asked.rule, asker, alerts)
    seen = await _seen(asked.rule, services)
    known = await _known(alerts, room, asked.rule)
    if known is None:
        alert = await alerts.add(_new(asked, seen, asker, room, now))
    else:
        alert = await _armed(alerts, known, asked, seen, now)
    is_known = known is not None and known.occasion != asker.occasion and not asked.now
    return confirmed(alert, seen, notes=asked.notes, now=now, is_known=is_known)


def _opened(services: Services) -> tuple[Alerts, Asker]:
    if services.alerts is None or services.asker is None:
        raise RequestError(tr("Nothing is kept here: alerts live in the bot's database."))
    return services.alerts, services.asker


async def _room(rule: Rule, asker: Asker, alerts: Alerts) -> Room:
    if not rule.to_private or asker.is_private:
        return asker.room
    if not await alerts.reaches(asker.id):
        raise NotAllowedError(
            tr("Press Start in a private chat first, then I can write to you."),
            in_private=rule.question,
        )
    return Room(asker.id)


async def _seen(rule: Rule, services: Services) -> Reading | None:
    """What is there now; None where nobody can tell, which is no reason to refuse an alert."""
    try:
        found = await reading(rule.measure, services)
    except SourceError:
        return None
    except CollateralNeededError as error:
        margins = ("lev=3", "lev=5", f"coll=0.5{error.coin}")
        error.corrections = tuple(Correction(one, f"{rule.question} {one}") for one in margins)
        raise
    return None if found.is_stale(services.now()) else found


async def _known(alerts: Alerts, room: Room, rule: Rule) -> Alert | None:
    return next(
        (
            alert
            for alert in await alerts.of_chat(room.chat_id)
            if alert.rule == rule and alert.room == room and alert.paused_why is None
        ),
        None,
    )


def _new(asked: Asked, seen: Reading | None, asker: Asker, room: Room, now: datetime) -> NewAlert:
    state = begun(asked.rule, seen, now_anyway=asked.now)
    waits = next_bar(asked.rule, now) if seen is not None else now + FIRST_RETRY
    return NewAlert(
        owner_id=asker.id,
        room=room,
        rule=asked.rule,
        state=state,
        check=now if state.phase is Phase.PENDING else min(waits, asked.rule.expires(now)),
        created=now,
        occasion=asker.occasion,
    )


async def _armed(
    alerts: Alerts, known: Alert, asked: Asked, seen: Reading | None, now: datetime
) -> Alert:
    """The known alert; told now anyway where that is wanted and it has only been waiting."""
    if not asked.now or known.state.phase is not Phase.UNARMED:
        return known
    state = begun(asked.rule, seen, now_anyway=True)
    return await alerts.arm(known.id, state=state, check=now) or known


def _is_for_admins(asked: Asked) -> bool:
    # What is told to its owner alone is nobody else's business.
    return not asked.rule.to_private


COMMAND = Command(
    name="watch",
    summary=later("an alert when something changes"),
    usage="/watch ETH BTC-PERP corr<0.6 [30d] [for=2] [clear=0.66] [cool=12h] [until=90d] [lev=3] [once|every]",
    examples=(
        "/watch ETH BTC-PERP corr<0.6 30d",
        "/watch ETH BTC-PERP break 30d",
        "/watch 40 ETH -2.48 BTC-PERP drift>10%",
        "/watch BTC-INV funding<0",
        "/watch BTC ETH SOL lockstep 30d",
        "/watch BTC binance,bybit spread>20bp",
        "/watch ETH BTC-PERP he<60% once until=90d",
    ),
    parse=parse,
    answer=answer,
    menu_place=56,
    placeholder="ETH BTC-PERP corr<0.6 30d",
    is_personal=True,
    changes=_is_for_admins,
    book_form=BookForm.WHOLE,
)
