"""What the chart of a studied hedge shows."""

from typing import Protocol

import numpy as np

from analytics.charts import HedgePicture
from analytics.charts import Words as Texts
from analytics.language import tr
from analytics.market.candles import FloatArray, TimeArray
from analytics.market.histories import History
from analytics.market.windows import DAY
from analytics.statistics.estimate import Estimate
from analytics.statistics.out_of_sample import OutOfSampleEffectiveness
from analytics.studies.hedges import CONTRACT, HedgeStudy
from handlers import _format as text
from handlers._hedge.words import held, order, removes
from handlers._markets import labels
from handlers._reply import Reply


class Drawn(Protocol):
    """What the value and the days of any hedge are drawn from."""

    @property
    def history(self) -> History: ...
    @property
    def value_usd(self) -> float: ...
    @property
    def direction(self) -> int: ...
    @property
    def held_returns(self) -> FloatArray: ...
    @property
    def hedged_returns(self) -> FloatArray: ...
    @property
    def tested(self) -> OutOfSampleEffectiveness | None: ...
    @property
    def test_time(self) -> TimeArray: ...


def picture(study: HedgeStudy, reply: Reply) -> HedgePicture:
    """What the chart of a study shows."""
    time, unhedged, hedged = paths(study)
    ratio = Estimate(study.estimate.value, study.estimate.interval)
    day, removed = by_day(study)
    target, contract = labels(study.history.markets)[: CONTRACT + 1]
    base = unhedged[0]
    return HedgePicture(
        words=Texts(
            title=tr(
                "Hedge {held} with {contract}: {order}",
                held=held(study),
                contract=contract,
                order=order(study),
            ),
            subtitle=f"{removes(study)} · "
            + (tr("tested on unseen days") if study.tested else tr("the sample it was fitted on")),
            footnote=" · ".join(reply.provenance[-2:]) or tr("not advice"),
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


def paths(study: Drawn) -> tuple[TimeArray, FloatArray, FloatArray]:
    """Value of the holding over the test, in dollars: alone, and with the hedge's profit."""
    time, unhedged, hedged = _returns(study)
    value = study.value_usd
    return time, value * (1 + np.cumsum(unhedged)), value * (1 + np.cumsum(hedged))


def by_day(study: Drawn) -> tuple[TimeArray, FloatArray]:
    """Share of each day's squared moves that the hedge removed."""
    time, unhedged, hedged = _returns(study)
    if study.tested is None:
        per_day = max(1, DAY // study.history.bar)
        n_days = len(unhedged) // per_day
        kept = slice(len(unhedged) - n_days * per_day, None)
        time, unhedged, hedged = time[kept], unhedged[kept], hedged[kept]
    else:
        n_days = study.tested.n_days
    u, e = (bars.reshape(n_days, -1) for bars in (unhedged, hedged))
    moved, left = (u**2).sum(axis=1), (e**2).sum(axis=1)
    removed = np.full(n_days, np.nan)
    np.divide(left, moved, out=removed, where=moved > 0)
    return time[:: u.shape[1]], 1 - removed


def _returns(study: Drawn) -> tuple[TimeArray, FloatArray, FloatArray]:
    """Of the tested days; without any, of the window that the ratio was fitted on."""
    if study.tested is None:
        time = study.history.return_time[-len(study.held_returns) :]
        return time, study.direction * study.held_returns, study.direction * study.hedged_returns
    return study.test_time, study.tested.unhedged, study.tested.hedged
