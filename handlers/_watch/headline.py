"""The first line of an alert: all that a notification shows."""

from analytics.language import tr
from analytics.studies.readings import Reading
from handlers import _format as text
from handlers._watch.measure import Metric
from handlers._watch.names import beyond, estimated, figure, subject, symbol, threshold
from handlers._watch.rule import BAND_SIGMAS, Rule

SIGNED = frozenset({Metric.CORRELATION, Metric.BREAK, Metric.LOCKSTEP, Metric.EFFECTIVENESS})
"""Metrics that the title does not name."""


def fired_title(rule: Rule, reading: Reading) -> str:
    """What is there now: ``ETH × BTC-PERP decoupled``, ``BTC-INV: funding fell below 0 %``."""
    what = subject(rule.measure, reading.names)
    if rule.condition is None:
        return tr("{markets} {word}", markets=what, word=coupling(rule, reading))
    words = tr("fell below") if rule.condition.comparison.is_downward else tr("rose above")
    return _crossed(rule, what, words)


def still_title(rule: Rule, reading: Reading) -> str:
    """That it goes on."""
    what = subject(rule.measure, reading.names)
    if rule.condition is None:
        return tr("{markets} still {word}", markets=what, word=coupling(rule, reading))
    below = rule.condition.comparison.is_downward
    return _crossed(rule, what, tr("still below") if below else tr("still above"))


def changed(rule: Rule, reading: Reading, calm: float | None) -> str:
    """From what to what, and since when: ``ρ 0.86 → 0.58 since ~12 Mar (p 0.004)``."""
    metric = rule.measure.metric
    before = usual(reading, calm)
    limit = None if rule.condition is None else rule.condition.threshold
    now = figure(metric, reading.value) if limit is None else beyond(metric, reading.value, limit)
    if before is None:
        values = beside(metric, estimated(metric, reading.value, reading.interval))
    else:
        values = beside(metric, f"{figure(metric, before)} → {now}")
    word = _word_beside(rule, reading)
    parts = f"{values} · {word}" if word else values
    return f"{parts} {since(reading)}".rstrip()


def beside(metric: Metric, values: str) -> str:
    """Values behind a title, with what they are where it does not say so: ``ρ 0.58``, ``1.13``."""
    return f"{symbol(metric)} {values}" if metric in SIGNED else values


def meaning(rule: Rule, reading: Reading) -> tuple[str, ...]:
    """What it means where the numbers do not say it."""
    match rule.measure.metric:
        case Metric.LOCKSTEP:
            return (tr("They move as one: spreading over them protects less than before."),)
        case Metric.BREAK if reading.value < 0 and coupling(rule, reading) == tr("opposed"):
            return (tr("They now move against each other: a short hedge adds risk."),)
        case Metric.FUNDING if reading.value < 0:
            return (tr("Whoever is short pays now."),)
    return ()


def since(reading: Reading) -> str:
    """The tested moment of the change: ``since ~12 Mar (p 0.004)``; empty where there is none."""
    if reading.moved is None:
        return ""
    day = text.day(reading.moved.since, seen_from=reading.as_of)
    return tr("since ~{day} ({p})", day=day, p=text.p_value(reading.moved.p))


def usual(reading: Reading, calm: float | None) -> float | None:
    """What the value was: of the baseline, else the last before the condition was met."""
    return calm if reading.normal is None else reading.normal.value.value


def coupling(rule: Rule, reading: Reading) -> str:
    """Which way markets went that have left their band."""
    if rule.measure.metric is Metric.LOCKSTEP:
        return tr("in lockstep")
    before = usual(reading, None)
    if before is None:
        return tr("changed")
    if abs(reading.value) < abs(before):
        return tr("decoupled")
    return tr("in lockstep") if reading.value > 0 else tr("opposed")


def _word_beside(rule: Rule, reading: Reading) -> str:
    """Decoupled or in lockstep, where the condition alone does not say it and the band does."""
    normal = reading.normal
    is_correlation = rule.measure.metric in (Metric.CORRELATION, Metric.EFFECTIVENESS)
    if rule.condition is None or normal is None or not is_correlation:
        return ""
    return coupling(rule, reading) if abs(normal.sigmas) > BAND_SIGMAS else ""


def _crossed(rule: Rule, what: str, words: str) -> str:
    assert rule.condition is not None  # noqa: S101 - the caller knows
    metric = rule.measure.metric
    limit = threshold(metric, rule.condition.threshold)
    named = "" if metric is Metric.CORRELATION else f"{_noun(metric)} "
    return f"{what} {named}{words} {limit}"


def _noun(metric: Metric) -> str:
    return tr("effectiveness") if metric is Metric.EFFECTIVENESS else symbol(metric)
