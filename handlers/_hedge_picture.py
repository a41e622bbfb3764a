"""What the chart of a studied hedge shows."""

import numpy as np

from analytics.charts import HedgePicture
from analytics.charts import Words as Texts
from analytics.hedges import CONTRACT, HedgeStudy
from analytics.market.candles import FloatArray, TimeArray
from analytics.market.windows import DAY
from analytics.statistics.estimate import Estimate
from handlers import _format as text
from handlers._hedge_words import held, order, removes
from handlers._markets import labels
from handlers._reply import Reply


def picture(study: HedgeStudy, reply: Reply) -> HedgePicture:
    """What the chart of a study shows."""
    time, unhedged, hedged = _paths(study)
    ratio = Estimate(study.estimate.value, study.estimate.interval)
    day, removed = _by_day(study, time)
    target, contract = labels(study.history.markets)[: CONTRACT + 1]
    base = unhedged[0]
    return HedgePicture(
        words=Texts(
            title=f"Hedge {held(study)} with {contract}: {order(study)}",
            subtitle=f"{removes(study)} · "
            + ("tested on unseen days" if study.tested else "the sample it was fitted on"),
            footnote=" · ".join(reply.provenance[-2:]) or "not advice",
            warning=study.history.origin.warning or "",
        ),
        time=time,
        unhedged=unhedged,
        hedged=hedged,
        unhedged_end=text.usd(float(unhedged[-1] - base), signed=True),
        hedged_end=text.usd(float(hedged[-1] - base), signed=True),
        target=target,
        hedge=contract,
        target_returns=study.held_returns,
        hedge_returns=study.hedge_returns,
        ratio=ratio,
        ratio_words=f"h {text.ratio_estimate(ratio)}",
        intercept=study.estimate.intercept,
        day=day,
        effectiveness=removed,
    )


def _paths(study: HedgeStudy) -> tuple[TimeArray, FloatArray, FloatArray]:
    """Value of the holding over the test, in dollars: alone, and with the hedge's profit."""
    if study.tested is None:
        time = study.history.return_time[-len(study.held_returns) :]
        unhedged = study.held_returns
        hedged = unhedged - study.sizing.effective_ratio * study.hedge_returns
        if study.holding.coins < 0:
            unhedged, hedged = -unhedged, -hedged
    else:
        time, unhedged, hedged = study.test_time, study.tested.unhedged, study.tested.hedged
    value = study.value_usd
    return time, value * (1 + np.cumsum(unhedged)), value * (1 + np.cumsum(hedged))


def _by_day(study: HedgeStudy, time: TimeArray) -> tuple[TimeArray, FloatArray]:
    """Share of each day's squared moves that the hedge removed."""
    if study.tested is None:
        per_day = max(1, DAY // study.history.bar)
        n_days = len(study.held_returns) // per_day
        kept = slice(len(study.held_returns) - n_days * per_day, None)
        u = study.held_returns[kept].reshape(n_days, per_day)
        e = u - study.sizing.effective_ratio * study.hedge_returns[kept].reshape(n_days, per_day)
        starts = time[kept][::per_day]
    else:
        n_days = study.tested.n_days
        u, e = (bars.reshape(n_days, -1) for bars in (study.tested.unhedged, study.tested.hedged))
        starts = time[:: u.shape[1]]
    moved, left = (u**2).sum(axis=1), (e**2).sum(axis=1)
    removed = np.full(n_days, np.nan)
    np.divide(left, moved, out=removed, where=moved > 0)
    return starts, 1 - removed
