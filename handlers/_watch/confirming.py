"""What is said of an alert when it is set."""

from datetime import datetime

from analytics.language import counted, later, tr
from analytics.market.windows import spelled
from analytics.studies.readings import Reading
from handlers import _format as text
from handlers._reply import Button, Json, Reply
from handlers._watch import buttons
from handlers._watch.alert import Alert
from handlers._watch.honesty import expected_false_alarms
from handlers._watch.lines import measured, source
from handlers._watch.measure import Metric
from handlers._watch.names import estimated, figure, subject, symbol
from handlers._watch.rule import PRICE_FACTS, Repeat, Rule
from handlers._watch.states import Phase

ALREADY_BELOW = later(
    "It is {value} now, already below {threshold}. I will tell you when it has risen above {clear} "
    "and falls again."
)
ALREADY_ABOVE = later(
    "It is {value} now, already above {threshold}. I will tell you when it has fallen below {clear} "
    "and rises again."
)
ALREADY_OUTSIDE = later(
    "It is outside of what is usual already. I will tell you when it has come back and leaves again."
)


def confirmed(
    alert: Alert, reading: Reading | None, *, notes: tuple[str, ...], now: datetime, is_known: bool
) -> Reply:
    """Which alert there is now, what it sees, when it fires and when it looks again."""
    rule, metric = alert.rule, alert.rule.measure.metric
    names = reading.names if reading is not None else ()
    title = tr(
        "Alert {number} · {markets}:", number=alert.number, markets=subject(rule.measure, names)
    )
    if is_known:
        title = tr("You have this already: {title}", title=title)
    value = tr("no prices now")
    if reading is not None:
        value = f"{symbol(metric)} {estimated(metric, reading.value, reading.interval)}"
    return Reply(
        title=title,
        answer=f"{value} · {rule.test}",
        text=tuple(filter(None, (_meaning(rule), _honesty(rule), _patience(alert, now)))),
        facts=(measured(rule, reading),) if reading is not None else (),
        notes=(*_warnings(alert, reading), *notes),
        provenance=(source(reading, now),) if reading is not None else (),
        buttons=_buttons(alert),
        numbers=_numbers(alert, reading),
    )


def _meaning(rule: Rule) -> str:
    checks = counted("at one check", "at {n} checks in a row", rule.checks)
    pace = spelled(rule.pace)
    if rule.measure.metric is Metric.FUNDING:
        when = tr("{checks}, one a payment", checks=checks)
    elif rule.measure.metric in PRICE_FACTS:
        when = tr("{checks}, one every {pace}", checks=checks, pace=pace)
    else:
        when = tr("{checks}, one a {pace} bar", checks=checks, pace=pace)
    return f"{_fires(rule, when)} {_again(rule)}"


def _fires(rule: Rule, when: str) -> str:
    metric, clear = rule.measure.metric, rule.cleared_at
    if rule.condition is None or clear is None:
        if metric is Metric.LOCKSTEP:
            return tr(
                "Fires when the markets move together more than chance and their past explain: {when}. "
                "Over at half the way back.",
                when=when,
            )
        return tr(
            "Fires when the correlation leaves what chance and its past explain: {when}. Over at half "
            "the way back.",
            when=when,
        )
    threshold, over = figure(metric, rule.condition.threshold), figure(metric, clear)
    if rule.condition.comparison.is_downward:
        return tr(
            "Fires below {threshold}: {when}. Over above {over}.",
            threshold=threshold,
            when=when,
            over=over,
        )
    return tr(
        "Fires above {threshold}: {when}. Over below {over}.",
        threshold=threshold,
        when=when,
        over=over,
    )


def _again(rule: Rule) -> str:
    gap = spelled(rule.cool_down)
    match rule.repeat:
        case Repeat.ONCE:
            return tr("Told once.")
        case Repeat.EVERY:
            return tr("Told again every {gap} while it goes on.", gap=gap)
        case Repeat.EPISODES:
            return tr("At most once in {gap}.", gap=gap)


def _honesty(rule: Rule) -> str:
    """How often it would be wrong, where that does not depend on the owner's own number."""
    rate = expected_false_alarms(rule.measure)
    if rate is None:
        return ""
    if rate >= 1:
        return tr(
            "Though nothing changed it would fire about {n} times a year.",
            n=text.significant(rate, 2),
        )
    return tr(
        "Though nothing changed it would fire once in about {n} years.",
        n=text.significant(1 / rate, 2),
    )


def _patience(alert: Alert, now: datetime) -> str:
    return tr(
        "Next check {check}. Ends on {day}.",
        check=text.as_of(alert.check, now),
        day=text.day(alert.expires, seen_from=now),
    )


def _warnings(alert: Alert, reading: Reading | None) -> tuple[str, ...]:
    if reading is None:
        return (tr("No prices at this moment. I look again as soon as they come."),)
    is_met = alert.state.phase is Phase.UNARMED
    found = (already_true(alert.rule, reading),) if is_met else ()
    return (*reading.origin.notes, *found, *reading.notes)


def already_true(rule: Rule, reading: Reading) -> str:
    """The warning of an alert whose condition is met when it is set."""
    clear, metric = rule.cleared_at, rule.measure.metric
    if rule.condition is None or clear is None:
        return tr(ALREADY_OUTSIDE)
    return tr(
        ALREADY_BELOW if rule.condition.comparison.is_downward else ALREADY_ABOVE,
        value=figure(metric, reading.value),
        threshold=figure(metric, rule.condition.threshold),
        clear=figure(metric, clear),
    )


def _buttons(alert: Alert) -> tuple[tuple[Button, ...], ...]:
    rows: tuple[tuple[Button, ...], ...] = (
        (*buttons.looks(alert), Button(tr("Alerts"), "/alerts"), buttons.off(alert)),
    )
    if alert.state.phase is not Phase.UNARMED:
        return rows
    return ((Button(tr("Alert me now anyway"), f"{alert.rule.question} now"),), *rows)


def _numbers(alert: Alert, reading: Reading | None) -> dict[str, Json]:
    return {
        "command": "watch",
        "alert": alert.number,
        "rule": str(alert.rule),
        "phase": alert.state.phase.value,
        "value": None if reading is None else reading.value,
        "as_of": None if reading is None else reading.as_of.isoformat(),
        "clears_at": alert.rule.cleared_at,
        "false_alarms_a_year": expected_false_alarms(alert.rule.measure),
        "next_check": alert.check.isoformat(),
        "expires": alert.expires.isoformat(),
    }
