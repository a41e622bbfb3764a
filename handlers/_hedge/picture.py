"""What the chart of a studied hedge shows."""

from analytics.charts import HedgePicture
from analytics.charts import Words as Texts
from analytics.language import tr
from analytics.studies.hedges import CONTRACT, HedgeStudy
from handlers import _format as text
from handlers._hedge.course import by_day, gains, paths
from handlers._hedge.effect_words import removes
from handlers._hedge.words import held, order
from handlers._markets import labels
from handlers._reply import Reply


def picture(study: HedgeStudy, reply: Reply) -> HedgePicture:
    """What the chart of a study shows."""
    time, unhedged, hedged = paths(study)
    day, removed = by_day(study)
    target, contract = labels(study.history.markets)[: CONTRACT + 1]
    unhedged_end, hedged_end = gains(study)
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
        unhedged_end=text.usd(unhedged_end, signed=True),
        hedged_end=text.usd(hedged_end, signed=True),
        target=target,
        hedge=contract,
        target_returns=study.held_returns,
        hedge_returns=study.hedge_returns,
        ratio=study.estimate,
        ratio_words=f"h {text.ratio_estimate(study.estimate)}",
        intercept=study.estimate.intercept,
        day=day,
        effectiveness=removed,
    )
