"""What an alert, its markets and its values are called."""

from datetime import timedelta

from analytics.language import tr
from analytics.language.numbers import localised
from analytics.market.instruments import Instrument
from analytics.market.windows import DAY, HOUR, MINUTE
from analytics.statistics.estimate import Estimate, Interval
from handlers import _format as text
from handlers._watch.condition import spelled_figure
from handlers._watch.measure import Measure, Metric

MOST_NAMES = 3
EXACT = 1e-6
"""Intervals that are no wider say nothing: the value follows from the position alone."""
SHARES = frozenset({Metric.EFFECTIVENESS, Metric.DRIFT, Metric.FUNDING, Metric.BASIS})
RATIOS = frozenset({Metric.CORRELATION, Metric.BETA, Metric.BREAK, Metric.LOCKSTEP})
PAIRS = frozenset({Metric.CORRELATION, Metric.BETA, Metric.EFFECTIVENESS, Metric.BREAK})
"""Metrics of how one market moves with another."""


def instruments_of(measure: Measure) -> tuple[Instrument, ...]:
    """The markets of a measure: what is held, then the hedge, where it is a position."""
    return tuple(holding.instrument for holding in measure.holdings) or measure.instruments


def subject(measure: Measure, names: tuple[str, ...] = ()) -> str:
    """What an alert is about, short: ``ETH × BTC-PERP``, ``BTC-INV``, ``7 markets``."""
    if measure.metric is Metric.DRIFT:
        return " · ".join(str(holding).replace("-", text.MINUS, 1) for holding in measure.holdings)
    names = names or tuple(map(str, instruments_of(measure)))
    if len(names) > MOST_NAMES:
        return tr("{n} markets", n=len(names))
    return " × ".join(names)


def symbol(metric: Metric) -> str:
    """What stands before a value of a metric."""
    match metric:
        case Metric.CORRELATION | Metric.BREAK:
            return "ρ"
        case Metric.LOCKSTEP:
            return tr("mean ρ")
        case Metric.BETA:
            return tr("hedge ratio")
        case Metric.EFFECTIVENESS:
            return tr("removes")
        case Metric.DRIFT:
            return tr("off target")
        case Metric.FUNDING:
            return tr("funding")
        case Metric.BASIS:
            return tr("basis")
        case Metric.SPREAD:
            return tr("spread")


def figure(metric: Metric, value: float) -> str:
    """A value as people read it: ``0.58``, ``34 %``, ``+3.1 %/yr``, ``25 bp``."""
    match metric:
        case Metric.EFFECTIVENESS | Metric.DRIFT:
            return text.percent(value)
        case Metric.FUNDING:
            return text.yearly(text.percent(value, signed=True))
        case Metric.BASIS:
            return text.percent(value, signed=True)
        case Metric.SPREAD:
            return f"{text.significant(abs(1e4 * value), 3)} bp"
        case _:
            return text.ratio(value)


def beyond(metric: Metric, value: float, limit: float) -> str:
    """A value that has crossed a limit, with as many digits as show that it has: ``0.597``."""
    shown = figure(metric, value)
    if metric not in RATIOS or shown != figure(metric, limit):
        return shown
    digits = next((n for n in (3, 4) if round(value, n) != round(limit, n)), 4)
    return localised(f"{value:.{digits}f}").replace("-", text.MINUS)


def threshold(metric: Metric, value: float) -> str:
    """A value that somebody chose, in the digits in which it was typed: ``0.6``, ``10 %/yr``."""
    shown = spelled_figure(value, metric).replace("-", text.MINUS, 1)
    number, unit = shown.rstrip("%bp"), shown[len(shown.rstrip("%bp")) :]
    with_unit = f"{localised(number)} {unit}".rstrip()
    return text.yearly(with_unit) if metric is Metric.FUNDING else with_unit


def estimated(metric: Metric, value: float, interval: Interval | None) -> str:
    """A value with its interval, where it has one."""
    is_exact = interval is None or interval.high - interval.low < EXACT
    if interval is None or is_exact or metric is Metric.SPREAD:
        return figure(metric, value)
    estimate = Estimate(value, interval)
    if metric in SHARES:
        return text.percent_estimate(estimate)
    return text.ratio_estimate(estimate)


def lasting(length: timedelta) -> str:
    """How long something went on, in its two largest units: ``3 d 4 h``, ``40 min``."""
    if length < HOUR:
        return f"{max(1, round(length / MINUTE))} min"
    hours = round(length / HOUR)
    if length < 2 * DAY:
        return f"{hours} h"
    days, rest = divmod(hours, 24)
    return f"{days} d {rest} h" if rest else f"{days} d"
