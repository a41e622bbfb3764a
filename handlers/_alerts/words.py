"""What /alerts says of alerts that exist."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from analytics.language import counted, tr
from analytics.market.windows import spelled
from handlers import _format as text
from handlers._alerts.looks import Stand
from handlers._reply import Button, Fact, Json, Reply
from handlers._watch import buttons
from handlers._watch.alert import Alert
from handlers._watch.headline import usual
from handlers._watch.lines import hedged, measured, parted, source, terms
from handlers._watch.names import estimated, figure, lasting, subject, symbol
from handlers._watch.position import Target
from handlers._watch.rule import Repeat
from handlers._watch.states import Phase

A_ROW = 5
RED, YELLOW, GREEN, GREY = "🔴", "🟡", "🟢", "⚪"
"""Beside words that say the same."""


def listed(stands: Sequence[Stand], *, now: datetime, muted: str | None, others: int = 0) -> Reply:
    """Alerts, one line each, with what there is to see now; ``others`` are not among them."""
    if not stands:
        return _empty()
    firing = sum(stand.is_firing for stand in stands)
    count = counted("1 alert", "{n} alerts", len(stands))
    answer = counted("1 firing", "{n} firing", firing) if firing else tr("none fires")
    if len(stands) > 1:
        answer = f"{answer} · {tr('nearest to firing first')}"
    lines = tuple(line(stand, now) for stand in stands)
    if others:
        rest = counted(
            "1 other does not fire: `/alerts`", "{n} others do not fire: `/alerts`", others
        )
        lines = (*lines, rest)
    return Reply(
        title=f"{count}:",
        answer=answer,
        text=(*((muted,) if muted else ()), *lines),
        notes=_warnings(stands),
        buttons=_numbered(stands),
        numbers={"command": "alerts", "alerts": [numbers(stand) for stand in stands]},
    )


def line(stand: Stand, now: datetime) -> str:
    """One alert: its number, question, value now and state."""
    alert = stand.alert
    what = f"{subject(alert.rule.measure)} {alert.rule.test}"
    return f"{_sign(stand)} {alert.number} · {what} · {_value(stand, now)} · {status(stand, now)}"


def status(stand: Stand, now: datetime) -> str:
    """Where an alert stands, and what holds it back."""
    alert, state = stand.alert, stand.alert.state
    if alert.paused_why is not None:
        return _at_rest(alert, now)
    parts = [_phase(alert, now)]
    if alert.is_snoozed(now) and alert.snoozed_until is not None:
        parts.append(tr("snoozed until {when}", when=text.as_of(alert.snoozed_until, now)))
    if state.trouble is not None:
        parts.append(tr("no data"))
    if alert.rule.is_quiet:
        parts.append(tr("without sound"))
    return " · ".join(parts)


def shown(stand: Stand, *, now: datetime, target: Target | None, muted: str | None) -> Reply:
    """One alert in full, without its picture."""
    alert, seen = stand.alert, stand.seen
    what = f"{subject(alert.rule.measure, seen.names if seen else ())} {alert.rule.test}"
    title = tr("Alert {number} · {what}:", number=alert.number, what=what)
    reply = Reply(
        title=title,
        answer=f"{_value(stand, now)} · {status(stand, now)}",
        text=tuple(part for part in (stand.why_not, muted) if part),
        facts=(_life(alert, now),),
        provenance=terms(alert),
        buttons=_what_next(alert, now),
        numbers=numbers(stand) | {"command": "alerts"},
    )
    if seen is None:
        return reply
    measured_now = ((*measured(alert.rule, seen), *parted(seen)), hedged(seen.hedge, target))
    return replace(
        reply,
        facts=(*(group for group in measured_now if group), *reply.facts),
        notes=_warnings([stand]),
        provenance=(*reply.provenance, source(seen, now)),
    )


def numbers(stand: Stand) -> dict[str, Json]:
    """An alert for machines."""
    alert, seen = stand.alert, stand.seen
    return {
        "alert": alert.number,
        "rule": str(alert.rule),
        "phase": str(alert.state.phase),
        "value": alert.state.value if seen is None else seen.value,
        "as_of": _iso(alert.state.as_of if seen is None else seen.as_of),
        "is_current": seen is not None,
        "usual": None if seen is None else usual(seen, None),
        "snoozed_until": _iso(alert.snoozed_until),
        "paused": alert.paused_why,
        "expires": _iso(alert.expires),
        "version": alert.version,
    }


def _empty() -> Reply:
    example = "/watch ETH BTC-PERP break 180d"
    return Reply(
        title=tr("No alerts here."),
        answer=tr("The 🔔 Watch button under an answer sets one, or:"),
        text=(f"`{example}`",),
        buttons=((Button(tr("🔔 Watch {what}", what="ETH × BTC-PERP"), example),),),
        numbers={"command": "alerts", "alerts": []},
    )


def _sign(stand: Stand) -> str:
    if stand.is_firing:
        return RED
    if stand.alert.paused_why is not None or stand.seen is None:
        return GREY
    is_near = stand.alert.state.phase in (Phase.PENDING, Phase.UNARMED)
    return YELLOW if is_near else GREEN


def _value(stand: Stand, now: datetime) -> str:
    metric, state = stand.alert.rule.measure.metric, stand.alert.state
    if stand.seen is not None:
        value = estimated(metric, stand.seen.value, stand.seen.interval)
        return f"{symbol(metric)} {value}"
    if state.value is None:
        return tr("never seen")
    value = f"{symbol(metric)} {figure(metric, state.value)}"
    if state.as_of is None:
        return value
    return tr("{value} {age} ago", value=value, age=lasting(now - state.as_of))


def _phase(alert: Alert, now: datetime) -> str:
    state = alert.state
    match state.phase:
        case Phase.UNARMED:
            return tr("waits until it has cleared")
        case Phase.NORMAL:
            return tr("quiet")
        case Phase.PENDING:
            return tr("met {n} of {checks} checks", n=state.streak, checks=alert.rule.checks)
        case Phase.FIRING if state.since is None:
            return tr("firing")
        case Phase.FIRING:
            return tr("firing for {length}", length=lasting(now - (state.since or now)))
        case Phase.RECOVERING:
            return tr("recovering")


def _at_rest(alert: Alert, now: datetime) -> str:
    """Why nobody looks at an alert: it is over, by its own terms, or sleeps."""
    if alert.rule.repeat is Repeat.ONCE and alert.state.is_told:
        return tr("has told once")
    return tr("has ended") if alert.expires <= now else tr("paused")


def _life(alert: Alert, now: datetime) -> tuple[Fact, ...]:
    facts = [
        Fact(tr("Set"), text.day(alert.created, seen_from=now)),
        Fact(tr("Ends"), text.day(alert.expires, seen_from=now)),
        Fact(tr("Repeats after"), spelled(alert.rule.cool_down)),
    ]
    if alert.state.episode:
        facts.append(Fact(tr("Fired"), counted("once", "{n} times", alert.state.episode)))
    return tuple(facts)


def _what_next(alert: Alert, now: datetime) -> tuple[tuple[Button, ...], ...]:
    number = alert.number
    if alert.paused_why is not None:
        return ((buttons.keep(alert), buttons.off(alert)), (Button(tr("All alerts"), "/alerts"),))
    naps = buttons.snoozes(alert)
    if alert.is_snoozed(now):
        naps = (Button(tr("Wake"), f"/alerts wake {number}"),)
    more = (Button(tr("Test"), f"/alerts test {number}"), Button(tr("All alerts"), "/alerts"))
    return naps, (*buttons.looks(alert), buttons.off(alert)), more


def _numbered(stands: Sequence[Stand]) -> tuple[tuple[Button, ...], ...]:
    single = [Button(str(stand.alert.number), f"/alerts {stand.alert.number}") for stand in stands]
    rows = tuple(tuple(single[at : at + A_ROW]) for at in range(0, len(single), A_ROW))
    return (*rows, (Button(tr("Mute 8h"), "/mute 8h"), Button("↻", "/alerts")))


def _warnings(stands: Sequence[Stand]) -> tuple[str, ...]:
    seen = [stand.seen for stand in stands if stand.seen is not None]
    warnings = [note for one in seen for note in one.origin.notes]
    notes = seen[0].notes if len(stands) == 1 and seen else ()
    return tuple(dict.fromkeys((*warnings, *notes)))


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
