"""The lines below the first one of an alert."""

from datetime import datetime

from analytics.language import counted, tr
from analytics.market.windows import spelled
from analytics.statistics.estimate import Interval
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
        facts.append(_fact(tr("New target"), target.wanted_words))
    elif hedge is not None:
        facts.append(Fact(tr("Hedge ratio"), _against(hedge.ratio, hedge.ratio_before)))
    if hedge is not None:
        was = hedge.removes_before
        now = text.percent(hedge.removes)
        words = now if was is None else tr("{now} (was {was})", now=now, was=text.percent(was))
        facts.append(Fact(tr("Removes now"), words))
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


def _against(value: float, before: float | None) -> str:
    if before is None:
        return text.ratio(value)
    return tr("{now} (was {was})", now=text.ratio(value), was=text.ratio(before))


def _span(metric: Metric, band: Interval) -> str:
    if metric in RATIOS:
        return text.ratio_span(band.low, band.high)
    if metric is Metric.SPREAD:
        low, high = (text.significant(1e4 * end, 2) for end in (band.low, band.high))
        return tr("{low} to {high} bp", low=low.replace("-", text.MINUS), high=high)
    return text.percent_range(band)


def _fact(label: str, value: str) -> Fact:
    """A fact whose bracket goes below where a phone has no room beside."""
    if len(value) <= WIDEST_VALUE or " (" not in value:
        return Fact(label, value)
    head, _, rest = value.partition(" (")
    return Fact(label, head, (f"({rest}",))
