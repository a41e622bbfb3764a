"""What the chart of a hedge with several holdings or legs shows."""

from analytics.charts import HedgePicture
from analytics.language import tr
from analytics.studies.portfolios import PortfolioStudy
from handlers import _format as text
from handlers._hedge.picture import hedge_picture
from handlers._hedge.portfolio_words import fitted_together, held, order, sold_names
from handlers._reply import Reply


def picture(study: PortfolioStudy, reply: Reply) -> HedgePicture:
    """All legs drawn as one: the holdings' returns against those of the whole lots together."""
    together = fitted_together(study)
    return hedge_picture(
        study,
        reply,
        title=tr("Hedge {held} · {order}", held=held(study), order=order(study)),
        names=(
            tr("holdings") if len(study.basket.coins) > 1 else held(study),
            sold_names(study) if len(study.legs) == 1 else tr("legs together"),
        ),
        fit=together,
        fit_words=tr("slope {slope}", slope=text.ratio_estimate(together)),
    )
