"""What an alert's picture shows: the measure over its whole baseline, and where it left it."""

from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np

from analytics.charts import MarkedBreak, PairPicture, Words, price_change
from analytics.language import tr
from analytics.market.histories import History
from analytics.market.windows import DAY, LONGEST, spelled
from analytics.statistics.rolling import rolling_correlation
from analytics.studies.pairs import NARROWEST
from analytics.studies.readings import Reading
from handlers import _format as text
from handlers._markets import labels
from handlers._pictured import words_around
from handlers._reply import Fact, Reply
from handlers._watch.headline import since
from handlers._watch.measure import Measure, Metric
from handlers._watch.names import PAIRS
from handlers._watch.rule import Rule

WITHOUT_BASELINE = 2
"""Windows before the newest one that are shown where nothing says what is normal."""
CORRELATIONS = frozenset({Metric.CORRELATION, Metric.BREAK})


def looked_back(measure: Measure, reading: Reading) -> timedelta:
    """How much of the past before the window belongs to the picture."""
    if reading.normal is not None:
        return min(reading.normal.length, LONGEST)
    return min(WITHOUT_BASELINE * measure.window.length, LONGEST)


def picture(rule: Rule, reading: Reading, history: History, reply: Reply) -> PairPicture | None:
    """The rolling correlation as the alert sees it; None where that is not what it looks at."""
    if rule.measure.metric not in PAIRS:
        return None
    width = max(NARROWEST, rule.measure.window.length // history.bar)
    x, y = history.log_returns[:, :2].T
    if len(x) < width + 1:
        return None
    rolling = rolling_correlation(x, y, width)
    first, second = labels(history.markets)[:2]
    pair = PairPicture(
        words=_words(reading, reply),
        labels=(first, second),
        close_time=history.close_time,
        closes=history.closes[:, :2],
        rolling_time=history.return_time[width - 1 :],
        rolling=rolling,
        rolling_now=text.ratio(float(rolling[-1])) if np.isfinite(rolling[-1]) else "",
        roll=spelled(rule.measure.window.length),
        tested_break=_event(reading),
    )
    return _with_normal(_with_limit(pair, rule), rule, reading)


def in_words(rule: Rule, shown: PairPicture) -> tuple[Fact, ...]:
    """What the picture stresses beyond the alert: how both prices went, and how alike they move."""
    first, last = shown.closes[0], shown.closes[-1]
    one, other = (
        f"{label} {price_change(float(end / start - 1))}"
        for label, start, end in zip(shown.labels, first, last, strict=True)
    )
    length = timedelta(milliseconds=int(shown.close_time[-1] - shown.close_time[0]))
    days = max(1, round(length / DAY)) * DAY
    prices = Fact(tr("Prices"), one, (other, tr("in {length}", length=spelled(days))))
    if rule.measure.metric in CORRELATIONS or not shown.rolling_now:
        return (prices,)
    return Fact(tr("Now ({roll})", roll=shown.roll), f"ρ {shown.rolling_now}"), prices


def _with_limit(pair: PairPicture, rule: Rule) -> PairPicture:
    if rule.condition is None or rule.measure.metric not in CORRELATIONS:
        return pair
    return replace(pair, limit=rule.condition.threshold, limit_words=rule.test)


def _with_normal(pair: PairPicture, rule: Rule, reading: Reading) -> PairPicture:
    normal = reading.normal
    if normal is None or rule.measure.metric not in CORRELATIONS:
        return pair
    before = text.ratio(normal.value.value)
    return replace(
        pair,
        band=normal.band,
        band_words=tr("usual"),
        baseline=normal.value.value,
        baseline_words=tr("{length} before: {value}", length=spelled(normal.length), value=before),
    )


def _event(reading: Reading) -> MarkedBreak | None:
    if reading.moved is None:
        return None
    return MarkedBreak(_milliseconds(reading.moved.since), since(reading))


def _words(reading: Reading, reply: Reply) -> Words:
    title = reply.title.partition(" ")[2].rstrip(":")
    return words_around(reply, reading.origin, title=title, subtitle=reply.answer, n_lines=1)


def _milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
