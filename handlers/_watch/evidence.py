"""The past behind a reading: what an alert's picture and its target size are made of."""

import logging
from dataclasses import dataclass, replace
from functools import partial

from analytics.errors import RequestError, SourceError
from analytics.market.histories import History
from analytics.market.instruments import Instrument
from analytics.studies.hedges import CONTRACT, needs_margin_price
from analytics.studies.readings import Reading
from handlers._command import Services
from handlers._reply import Reply
from handlers._watch.alert import Alert
from handlers._watch.measure import Measure
from handlers._watch.names import instruments_of
from handlers._watch.picture import in_words, looked_back, picture
from handlers._watch.position import Target, target

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """The past behind a reading, and what it means for a position."""

    history: History | None = None
    target: Target | None = None


async def evidence_of(alert: Alert, reading: Reading, services: Services) -> Evidence:
    """What else can be shown; an alert goes out without it where prices fail to come again."""
    measure = alert.rule.measure
    try:
        history = await _past(measure, reading, services)
    except (RequestError, SourceError) as error:
        log.warning("alert %d goes out without its past: %s", alert.id, error)
        return Evidence()
    if not measure.holdings or reading.hedge is None:
        return Evidence(history)
    return Evidence(history, target(measure, reading.hedge, history))


async def _past(measure: Measure, reading: Reading, services: Services) -> History:
    """Baseline and window, with the price of the margin where a size rests on it."""
    legs, context = instruments_of(measure), looked_back(measure, reading)
    now, fetch = services.now(), services.histories.history
    history = await fetch(legs, measure.window, now=now, context=context)
    if not measure.margin or not needs_margin_price(*history.markets[:2]):
        return history
    contract = history.markets[CONTRACT]
    margin = Instrument(contract.base, venue=contract.venue)
    return await fetch((*legs, margin), measure.window, now=now, context=context)


async def with_picture(
    reply: Reply, alert: Alert, reading: Reading, evidence: Evidence, services: Services
) -> Reply:
    """The reply with what the alert looks at, where that makes a picture."""
    history = evidence.history
    if history is None:
        return reply
    shown = await services.workshop.compute(partial(picture, alert.rule, reading, history, reply))
    if shown is None:
        return reply
    facts = (*reply.facts, in_words(alert.rule, shown))
    return replace(reply, facts=facts, chart=await services.workshop.draw(shown))
