"""What an alert says of each thing that happens to it."""

from dataclasses import replace
from datetime import datetime

from analytics.language import tr
from analytics.studies.readings import Reading
from handlers import _format as text
from handlers import _numbers as plain
from handlers._command import Services
from handlers._reply import Button, Json, Reply
from handlers._watch import buttons
from handlers._watch.alert import Alert
from handlers._watch.evidence import Evidence, evidence_of, with_picture
from handlers._watch.headline import beside, changed, fired_title, meaning, still_title
from handlers._watch.lines import hedged, measured, parted, source, terms
from handlers._watch.measure import Metric
from handlers._watch.names import estimated, lasting, subject, symbol
from handlers._watch.position import Target, unsized
from handlers._watch.states import (
    Blind,
    Event,
    Expired,
    Expiring,
    Fired,
    Recovered,
    Sighted,
    StillFiring,
)

RED, GREEN, GREY, CLOCK = "🔴", "🟢", "⚪", "⏳"
"""Beside words that say the same."""


async def told(event: Event, alert: Alert, services: Services) -> Reply:
    """The whole message about an event, with its picture and buttons."""
    now = services.now()
    match event:
        case Fired(reading, _, calm):
            evidence = await evidence_of(alert, reading, services)
            reply = _fired(alert, reading, calm, evidence, now)
            return await with_picture(reply, alert, reading, evidence, services)
        case StillFiring(reading, since):
            evidence = await evidence_of(alert, reading, services)
            reply = _still(alert, reading, since, evidence, now)
            return await with_picture(reply, alert, reading, evidence, services)
        case Recovered(reading):
            return _recovered(alert, event, now)
        case Blind(sentence, is_error):
            return _broken(alert, sentence) if is_error else _blind(alert, sentence)
        case Sighted(reading):
            return _sighted(alert, event, now)
        case Expiring(expires):
            return _expiring(alert, expires, now)
        case Expired():
            return _expired(alert)


def _fired(
    alert: Alert, reading: Reading, calm: float | None, evidence: Evidence, now: datetime
) -> Reply:
    title = fired_title(alert.rule, reading)
    answer = changed(alert.rule, reading, calm)
    return _ringing(alert, reading, evidence, now, title=title, answer=answer)


def _still(
    alert: Alert, reading: Reading, since: datetime, evidence: Evidence, now: datetime
) -> Reply:
    metric = alert.rule.measure.metric
    value = beside(metric, estimated(metric, reading.value, reading.interval))
    answer = tr("{value} · for {length}", value=value, length=lasting(now - since))
    title = still_title(alert.rule, reading)
    reply = _ringing(alert, reading, evidence, now, title=title, answer=answer)
    return replace(reply, facts=(*reply.facts, *filter(None, [parted(reading)])))


def _ringing(
    alert: Alert, reading: Reading, evidence: Evidence, now: datetime, *, title: str, answer: str
) -> Reply:
    if evidence.target is not None and alert.rule.measure.metric is Metric.DRIFT:
        goal = evidence.target.wanted_words
        answer = tr("{answer} · new target {size}", answer=answer, size=goal)
    groups = (measured(alert.rule, reading), hedged(reading.hedge, evidence.target))
    return Reply(
        title=f"{RED} {title}:",
        answer=answer,
        facts=tuple(group for group in groups if group),
        text=meaning(alert.rule, reading),
        notes=(*_notes(reading), *unsized(alert.rule.measure)),
        provenance=(*terms(alert), source(reading, now)),
        buttons=buttons.ringing(alert),
        numbers=_numbers(alert, "fired", reading, evidence.target),
    )


def _recovered(alert: Alert, event: Recovered, now: datetime) -> Reply:
    reading, rule = event.reading, alert.rule
    metric = rule.measure.metric
    what = subject(rule.measure, reading.names)
    value = f"{symbol(metric)} {estimated(metric, reading.value, reading.interval)}"
    return Reply(
        title=f"{GREEN} {tr('{markets} recovered:', markets=what)}",
        answer=tr("{value} · after {length}", value=value, length=lasting(event.lasted)),
        notes=_notes(reading),
        provenance=(f"{_named(alert)} · {rule.test}", source(reading, now)),
        buttons=((*buttons.looks(alert), buttons.off(alert)),),
        numbers=_numbers(alert, "recovered", reading)
        | {"lasted_hours": event.lasted.total_seconds() / 3600},
    )


def _blind(alert: Alert, sentence: str) -> Reply:
    trouble = alert.state.trouble
    waits = tr(
        "Alert {number} waits: nothing is concluded from missing or old prices.",
        number=alert.number,
    )
    if trouble is not None and trouble.venue is not None:
        waits = tr("All alerts on it wait: nothing is concluded from missing or old prices.")
    return Reply(
        title=f"{GREY} {tr('No data for {markets}:', markets=subject(alert.rule.measure))}",
        answer=sentence,
        text=(waits, tr("I will say so when the prices are back.")),
        buttons=((buttons.whole(alert), buttons.off(alert)),),
        numbers=_numbers(alert, "blind") | {"sentence": sentence},
    )


def _broken(alert: Alert, sentence: str) -> Reply:
    return Reply(
        title=f"{GREY} {tr('Alert {number} cannot go on:', number=alert.number)}",
        answer=sentence,
        text=(f"`{alert.rule.question}`", tr("It fires no more. Delete it, or set another one.")),
        buttons=((buttons.whole(alert), buttons.off(alert)),),
        numbers=_numbers(alert, "broken") | {"sentence": sentence},
    )


def _sighted(alert: Alert, event: Sighted, now: datetime) -> Reply:
    reading, metric = event.reading, alert.rule.measure.metric
    what = subject(alert.rule.measure, reading.names)
    value = f"{symbol(metric)} {estimated(metric, reading.value, reading.interval)}"
    return Reply(
        title=f"{GREEN} {tr('Data for {markets} are back:', markets=what)}",
        answer=tr("{value} · after {length}", value=value, length=lasting(event.lasted)),
        text=(tr("Alert {number} looks again.", number=alert.number),),
        notes=_notes(reading),
        provenance=(source(reading, now),),
        buttons=((buttons.whole(alert), buttons.off(alert)),),
        numbers=_numbers(alert, "sighted", reading),
    )


def _expiring(alert: Alert, expires: datetime, now: datetime) -> Reply:
    day = text.day(expires, seen_from=now)
    return Reply(
        title=f"{CLOCK} {tr('Alert {number} ends on {day}:', number=alert.number, day=day)}",
        answer=f"{subject(alert.rule.measure)} · {alert.rule.test}",
        text=(tr("Shall it go on? Without an answer it ends then."),),
        buttons=((buttons.keep(alert), buttons.off(alert)),),
        numbers=_numbers(alert, "expiring") | {"expires": expires.isoformat()},
    )


def _expired(alert: Alert) -> Reply:
    return Reply(
        title=f"{CLOCK} {tr('Alert {number} has ended:', number=alert.number)}",
        answer=f"{subject(alert.rule.measure)} · {alert.rule.test}",
        text=(f"`{alert.rule.question}`",),
        buttons=((Button(tr("Set it again"), f"/alerts keep {alert.number}"), buttons.off(alert)),),
        numbers=_numbers(alert, "expired"),
    )


def _named(alert: Alert) -> str:
    return tr("Alert {number}", number=alert.number)


def _notes(reading: Reading) -> tuple[str, ...]:
    return (*reading.origin.notes, *reading.notes)


def _numbers(
    alert: Alert, event: str, reading: Reading | None = None, goal: Target | None = None
) -> dict[str, Json]:
    found: dict[str, Json] = {
        "command": "watch",
        "event": event,
        "alert": alert.number,
        "rule": str(alert.rule),
    }
    if reading is not None:
        found |= {
            "value": reading.value,
            "as_of": reading.as_of.isoformat(),
            "prices": reading.origin.name,
            "since": None if reading.moved is None else reading.moved.since.isoformat(),
            "p": None if reading.moved is None else reading.moved.p,
        }
        if reading.hedge is not None:
            found["removes"] = plain.estimate(reading.hedge.removes)
    if goal is not None:
        span = None if goal.span is None else plain.interval(goal.span)
        found |= {
            "hedge_coins": goal.now,
            "target_coins": goal.wanted,
            "target_coins_interval": span,
        }
    return found
