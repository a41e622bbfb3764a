"""How often an alert will cry wolf, to be said when it is set."""

from analytics.market.windows import bars_per_year
from analytics.statistics.false_alarms import false_alarms_a_year
from analytics.studies.looks import baseline_length
from handlers._watch.measure import Measure, Metric


def expected_false_alarms(measure: Measure) -> float | None:
    """Alarms a year though nothing changed, of an alert that watches a band; None for thresholds.

    A threshold is the owner's own: how often it is crossed by chance depends on how near to the
    value it was put.
    """
    if measure.metric not in (Metric.BREAK, Metric.LOCKSTEP):
        return None
    window, bar = measure.window, measure.window.chosen_bar
    baseline = baseline_length(window) // bar
    if baseline < window.n_bars:
        return None
    return false_alarms_a_year(
        window=window.n_bars,
        baseline=baseline,
        bars_a_year=bars_per_year(bar),
        one_sided=measure.metric is Metric.LOCKSTEP,
        tested=measure.metric is Metric.BREAK,
    )
