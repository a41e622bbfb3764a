"""What the chart of a hedge with several holdings or legs shows."""

from analytics.charts import HedgePicture
from analytics.charts import Words as Texts
from analytics.language import tr
from analytics.studies.portfolios import PortfolioStudy
from handlers import _format as text
from handlers._hedge.course import by_day, gains, paths
from handlers._hedge.effect_words import removes
from handlers._hedge.portfolio_words import fitted_together, held, order, sold_names
from handlers._reply import Reply


def picture(study: PortfolioStudy, reply: Reply) -> HedgePicture:
    """All legs drawn as one: the holdings' returns against those of the whole lots together."""
    time, unhedged, hedged = paths(study)
    unhedged_end, hedged_end = gains(study)
    day, removed = by_day(study)
    together = fitted_together(study)
    return HedgePicture(
        words=Texts(
            title=tr("Hedge {held} · {order}", held=held(study), order=order(study)),
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
        target=tr("holdings") if len(study.basket.coins) > 1 else held(study),
        hedge=sold_names(study) if len(study.legs) == 1 else tr("legs together"),
        target_returns=study.held_returns,
        hedge_returns=study.hedge_returns,
        ratio=together,
        ratio_words=tr("slope {slope}", slope=text.ratio_estimate(together)),
        intercept=together.intercept,
        day=day,
        effectiveness=removed,
    )
