"""What the chart of a studied hedge shows."""

from analytics.charts import HedgePicture
from analytics.language import tr
from analytics.statistics.hedge_ratio import HedgeRatio
from analytics.studies.hedges import CONTRACT, HedgeStudy
from analytics.studies.portfolios import PortfolioStudy
from handlers import _format as text
from handlers._hedge.course import by_day, gains, paths
from handlers._hedge.effect_words import removes
from handlers._hedge.words import held, order
from handlers._markets import labels
from handlers._pictured import words_around
from handlers._reply import Reply


def picture(study: HedgeStudy, reply: Reply) -> HedgePicture:
    """What the chart of one holding with one contract shows."""
    target, contract = labels(study.history.markets)[: CONTRACT + 1]
    return hedge_picture(
        study,
        reply,
        title=tr(
            "Hedge {held} with {contract}: {order}",
            held=held(study),
            contract=contract,
            order=order(study),
        ),
        names=(target, contract),
        fit=study.estimate,
        fit_words=f"h {text.ratio_estimate(study.estimate)}",
    )


def hedge_picture(
    study: HedgeStudy | PortfolioStudy,
    reply: Reply,
    *,
    title: str,
    names: tuple[str, str],
    fit: HedgeRatio,
    fit_words: str,
) -> HedgePicture:
    """The course and the days of any hedge, and the line through its returns."""
    time, unhedged, hedged = paths(study)
    unhedged_end, hedged_end = gains(study)
    day, removed = by_day(study)
    sample = tr("tested on unseen days") if study.tested else tr("the sample it was fitted on")
    return HedgePicture(
        words=words_around(
            reply, study.history.origin, title=title, subtitle=f"{removes(study)} · {sample}"
        ),
        time=time,
        unhedged=unhedged,
        hedged=hedged,
        unhedged_end=text.usd(unhedged_end, signed=True),
        hedged_end=text.usd(hedged_end, signed=True),
        target=names[0],
        hedge=names[1],
        target_returns=study.held_returns,
        hedge_returns=study.hedge_returns,
        ratio=fit,
        ratio_words=fit_words,
        intercept=fit.intercept,
        day=day,
        effectiveness=removed,
    )
