"""What the first of many hedges is likely to remove in the coming window."""

from dataclasses import replace
from functools import partial

import numpy as np

from analytics.errors import RequestError, SourceError
from analytics.language import tr
from analytics.market.histories import History
from analytics.market.instruments import Instrument
from analytics.market.windows import Window, spelled
from analytics.statistics.prediction import PredictionRange
from analytics.studies.best_hedges import RankedHedge
from analytics.studies.predictions import background, likely_effectiveness
from handlers import _format as text
from handlers import _numbers as plain
from handlers._command import Services
from handlers._reply import Fact, Reply


async def likely_of_first(
    held: Instrument, window: Window, first: RankedHedge, services: Services, *, level: float
) -> PredictionRange | None:
    """The range, from a longer past of this one pair; None where that is too short or unlike."""
    market, context = first.market, background(window.length)
    if not context:
        return None
    contract = Instrument(market.base, market.kind, market.quote, market.settle, venue=market.venue)
    try:
        history = await services.histories.history(
            (held, contract), window, now=services.now(), context=context
        )
    except (RequestError, SourceError):
        return None
    return await services.workshop.compute(partial(_likely, history, first, level))


def with_likely(reply: Reply, likely: PredictionRange, window: Window) -> Reply:
    """The reply with the range as a line of its own."""
    span = text.percent_range(likely.interval)
    fact = Fact(
        tr("Next {length}", length=spelled(window.length)), span, (tr("likely, the first"),)
    )
    return replace(
        reply,
        facts=(*reply.facts, (fact,)),
        numbers={**reply.numbers, "next_window": plain.interval(likely.interval)},
    )


def _likely(history: History, first: RankedHedge, level: float) -> PredictionRange | None:
    returns = history.log_returns
    if first.market.inverse:
        returns = np.expm1(returns)
    hedged = returns[:, 0] - first.ratio.value * returns[:, 1]
    return likely_effectiveness(history, returns[:, 0], hedged, level=level)
