"""The lines below the first one of an alert."""

from datetime import datetime

from analytics.language import counted, tr
from analytics.market.windows import spelled
from analytics.statistics.estimate import Estimate, Interval
from analytics.studies.readings import HedgeNow, Reading
from handlers import _format as text
from handlers._reply import Fact
from handlers._watch.alert import Alert
from handlers._watch.measure import Metric
from handlers._watch.names import RATIOS, estimated, figure, lasting, threshold
from handlers._watch.position import Target
from handlers._watch.rule import Repeat, Rule

PRICE_FACTS = frozenset({Metric.FUNDING, Metric.BASIS, Metric.SPREAD})
WIDEST_VALUE = 20


def measured(rule: Rule, reading: Reading) -> tuple[Fact, ...]:
    """The value with its interval beside what is normal."""
    metric, length = rule.measure.metric, spelled(rule.measure.window.length)
    label = tr("Now") if metric in PRICE_FACTS else tr("{window} now", window=length)
    facts = [_fact(label, estimated(metric, reading.value, reading.interval))]
    if reading.usual is not None:
        mean, span = reading.usual.value, reading.usual.interval
        facts.append(Fact(tr("{window} mean", window=length), figure(metric, mean)))
        facts.append(_fact(tr("Usual"), _span(metric, span)))
    if reading.normal is not None:
        normal = reading.normal
        before = estimated(metric, normal.value.value, normal.value.interval)
        facts.append(_fact(tr("{length} before", length=spelled(normal.length)), before))
        facts.append(_fact(tr("Usual"), _span(metric, normal.band)))
    return tuple(facts)


def hedged(hedge: HedgeNow | None, target: Target | None) -> tuple[Fact, ...]:
    """What the position needs, or one unit of it where there is none."""
    facts = []
    if target is not None:
        facts.append(Fact(tr("Your hedge"), target.now_words))
        span = target.span_words
        below = "" if span is None else f"({span})"
        facts.append(_stacked(tr("New target"), target.wanted_words, below))
    elif hedge is not None:
        ratios = hedge.ratio, hedge.ratio_before
        facts.append(_stacked(tr("Hedge ratio"), *_then(Metric.BETA, *ratios)))
    if hedge is not None:
        shares = hedge.removes, hedge.removes_before
        facts.append(_stacked(tr("Removes now"), *_then(Metric.EFFECTIVENESS, *shares)))
    return tuple(facts)


def parted(reading: Reading) -> tuple[Fact, ...]:
    """The tested moment of the change, where there is one."""
    if reading.moved is None:
        return ()
    day = text.day(reading.moved.since, seen_from=reading.as_of)
    return (Fact(tr("Break test"), f"~{day} ({text.p_value(reading.moved.p)})"),)


def terms(alert: Alert) -> tuple[str, ...]:
    """Which alert it is, how sure, when it speaks again and where it is over."""
    rule = alert.rule
    checks = counted("1 check", "{n} checks in a row", rule.checks)
    named = tr("Alert {number}", number=alert.number)
    return (f"{named} · {rule.test} · {checks}", f"{_clearing(rule)} · {_repeat(rule)}")


def source(reading: Reading, now: datetime) -> str:
    """Where the numbers are from: the last line."""
    moment = text.as_of(reading.as_of, now)
    return f"{reading.venue} · {moment} · {tr('not advice')}"


def _clearing(rule: Rule) -> str:
    limit = rule.cleared_at
    if limit is None or rule.condition is None:
        return tr("clears half way back")
    shown = threshold(rule.measure.metric, limit)
    if rule.condition.comparison.is_downward:
        return tr("clears above {limit}", limit=shown)
    return tr("clears below {limit}", limit=shown)


def _repeat(rule: Rule) -> str:
    if rule.repeat is Repeat.ONCE:
        return tr("told once")
    return tr("next not before {length}", length=lasting(rule.cool_down))


def _then(metric: Metric, now: Estimate, before: Estimate | None) -> tuple[str, ...]:
    """What it is, and below it what it was before."""
    shown = estimated(metric, now.value, now.interval)
    if before is None:
        return (shown,)
    return shown, tr("was {was}", was=estimated(metric, before.value, before.interval))


def _span(metric: Metric, band: Interval) -> str:
    if metric in RATIOS:
        return text.ratio_span(band.low, band.high)
    if metric is Metric.SPREAD:
        low, high = (text.significant(1e4 * end, 2) for end in (band.low, band.high))
        return tr("{low} to {high} bp", low=low.replace("-", text.MINUS), high=high)
    return text.percent_range(band)


def _stacked(label: str, *values: str) -> Fact:
    """A fact of several lines, one below the other."""
    first, *below = (line for value in values if value for line in _lines(value))
    return Fact(label, first, tuple(below))


def _fact(label: str, value: str) -> Fact:
    """A fact whose bracket goes below where a phone has no room beside."""
    return _stacked(label, value)


def _lines(value: str) -> tuple[str, ...]:
    """A value, its bracket below it where both are too wide, and so the bracket's second half."""
    if len(value) <= WIDEST_VALUE:
        return (value,)
    head, bracket, rest = value.partition(" (")
    if bracket:
        return head, *_lines(f"({rest}")
    head, blank, rest = value.rpartition(" ")
    return (head, rest) if blank and value.startswith("(") else (value,)
