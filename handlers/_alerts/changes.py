"""What is said after an alert was changed, silenced or forgotten."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from analytics.language import tr
from analytics.studies.readings import Reading
from handlers import _format as text
from handlers._reply import Button, Json, Reply
from handlers._watch import buttons
from handlers._watch.alert import Alert
from handlers._watch.names import estimated, subject, symbol
from handlers._watch.states import Phase

MOST_UNDONE = 5
ALL = "/alerts"


def forgotten(alerts: Sequence[Alert]) -> Reply:
    """They are gone; each can be set again."""
    if not alerts:
        return Reply(
            title=tr("There was nothing to forget."),
            answer="",
            numbers={"command": "alerts", "forgotten": []},
        )
    named = ", ".join(str(alert.number) for alert in alerts)
    title = tr("Forgot alert {numbers}.", numbers=named)
    if len(alerts) > 1:
        title = tr("Forgot {n} alerts.", n=len(alerts))
    again = tuple(
        (Button(tr("Set {number} again", number=alert.number), alert.rule.question),)
        for alert in alerts[:MOST_UNDONE]
    )
    return Reply(
        title=title,
        answer="",
        text=tuple(f"`{alert.rule.question}`" for alert in alerts),
        buttons=(*again, (Button(tr("All alerts"), ALL),)),
        numbers={"command": "alerts", "forgotten": [alert.number for alert in alerts]},
    )


def asked_of_all(alerts: Sequence[Alert]) -> Reply:
    """Whether all of them are meant: only few of so many could be set again by a tap."""
    numbers = " ".join(str(alert.number) for alert in alerts)
    return Reply(
        title=tr("Delete all {n} alerts?", n=len(alerts)),
        answer=tr("Nothing is deleted yet."),
        text=tuple(f"{alert.number} · `{alert.rule.question}`" for alert in alerts),
        buttons=(
            # Those that were named, and none that somebody sets meanwhile.
            (
                Button(tr("Delete all {n}", n=len(alerts)), f"{ALL} off {numbers}"),
                Button(tr("Keep"), ALL),
            ),
        ),
        numbers={"command": "alerts", "asked_of": [alert.number for alert in alerts]},
    )


def snoozed(alert: Alert, *, now: datetime) -> Reply:
    """Nothing is told for a while, or all is again."""
    number, until = alert.number, alert.snoozed_until
    what = f"{subject(alert.rule.measure)} {alert.rule.test}"
    numbers: dict[str, Json] = {"command": "alerts", "alert": number}
    if until is None:
        return Reply(
            title=tr("Alert {number} is awake:", number=number),
            answer=what,
            buttons=(buttons.snoozes(alert), (Button(tr("All alerts"), ALL),)),
            numbers=numbers | {"snoozed_until": None},
        )
    when = text.as_of(until, now)
    return Reply(
        title=tr("Alert {number} is quiet until {when}:", number=number, when=when),
        answer=what,
        text=(tr("If it still fires then, I will say so."),),
        buttons=(
            (Button(tr("Wake"), f"/alerts wake {number}"), buttons.off(alert)),
            (Button(tr("All alerts"), ALL),),
        ),
        numbers=numbers | {"snoozed_until": until.isoformat()},
    )


def kept(alert: Alert, *, now: datetime) -> Reply:
    """It lives on."""
    day = text.day(alert.expires, seen_from=now)
    return Reply(
        title=tr("Alert {number} goes on until {day}:", number=alert.number, day=day),
        answer=f"{subject(alert.rule.measure)} {alert.rule.test}",
        buttons=((buttons.whole(alert), buttons.off(alert)),),
        numbers={
            "command": "alerts",
            "alert": alert.number,
            "expires": alert.expires.isoformat(),
        },
    )


def changed(before: Alert, after: Alert, seen: Reading | None, *, now: datetime) -> Reply:
    """It waits for something else now."""
    metric = after.rule.measure.metric
    lines = [tr("Before: `{question}`", question=before.rule.question)]
    if after.state.phase is Phase.UNARMED:
        lines.append(tr("That is true already. I tell you when it has cleared and comes again."))
    if seen is None:
        lines.append(tr("No venue answers now; I look as soon as one does."))
    value = ""
    if seen is not None:
        value = f" · {symbol(metric)} {estimated(metric, seen.value, seen.interval)}"
    return Reply(
        title=tr("Alert {number} changed:", number=after.number),
        answer=f"{subject(after.rule.measure)} {after.rule.test}{value}",
        text=(f"`{after.rule.question}`", *lines),
        notes=() if seen is None else seen.origin.notes,
        buttons=(
            (buttons.whole(after), buttons.off(after)),
            (Button(tr("Undo"), f"/alerts edit {after.number} {before.rule}"),),
        ),
        numbers={
            "command": "alerts",
            "alert": after.number,
            "rule": str(after.rule),
            "version": after.version,
            "as_of": now.isoformat(),
        },
    )


def unchanged(alert: Alert) -> Reply:
    """It is what it was."""
    return Reply(
        title=tr("Alert {number} is that already:", number=alert.number),
        answer=f"{subject(alert.rule.measure)} {alert.rule.test}",
        text=(f"`{alert.rule.question}`",),
        buttons=((buttons.whole(alert), buttons.off(alert)),),
        numbers={"command": "alerts", "alert": alert.number, "version": alert.version},
    )


def marked_as_test(reply: Reply, alert: Alert, seen: Reading) -> Reply:
    """The message of an alert as a rehearsal of it."""
    met = tr("It would fire now.") if alert.rule.is_met(seen) else tr("It would not fire now.")
    return replace(
        reply,
        title=f"{tr('TEST')} {reply.title}",
        text=(f"{met} {tr('This is how it will look; nothing was changed.')}", *reply.text),
        numbers=dict(reply.numbers) | {"command": "alerts", "is_test": True},
    )
