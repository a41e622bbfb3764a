"""One look for a standing question: fetched, checked, and with what is normal for it."""

from datetime import timedelta
from functools import partial

from analytics.errors import RequestError, SourceError
from analytics.language import tr
from analytics.market.histories import History
from analytics.market.instruments import Instrument, Kind
from analytics.market.shortfalls import FlatHistoryError, PatchyHistoryError
from analytics.market.windows import DAY
from analytics.positions.drift import ResizeRule
from analytics.statistics.correlation import correlation
from analytics.statistics.estimate import Estimate, Interval
from analytics.studies.drifts import drift_study, position_returns
from analytics.studies.hedges import CONTRACT, needs_margin_price
from analytics.studies.looks import Look, Quantity, baseline_length, group_look, pair_look
from analytics.studies.readings import HedgeNow, Reading
from handlers._command import Services
from handlers._costs import cost_terms
from handlers._grammar import Holding, Unit
from handlers._markets import labels, venues
from handlers._position import held_position
from handlers._watch.facts import (
    UnfitPricesError,
    basis_reading,
    funding_reading,
    spread_reading,
)
from handlers._watch.measure import Measure, Metric

_QUANTITIES = {
    Metric.CORRELATION: Quantity.CORRELATION,
    Metric.BREAK: Quantity.CORRELATION,
    Metric.BETA: Quantity.HEDGE_RATIO,
    Metric.EFFECTIVENESS: Quantity.EFFECTIVENESS,
}
_USUAL_HOLD = 30 * DAY
_LEVEL = 0.95


async def reading(measure: Measure, services: Services) -> Reading:
    """Look at a measure now.

    Raises
    ------
    SourceError
        Nothing can be concluded: a venue fails, or its prices are too patchy, still or wild.
    RequestError
        The question itself has no answer: an unknown market, one that ended, too short a past.

    """
    match measure.metric:
        case Metric.FUNDING:
            return await funding_reading(measure, services)
        case Metric.BASIS:
            return await basis_reading(measure, services)
        case Metric.SPREAD:
            return await spread_reading(measure, services)
        case Metric.DRIFT:
            return await _drift(measure, services)
        case Metric.LOCKSTEP:
            history = await _history(measure, services, with_baseline=True)
            look = await services.workshop.compute(partial(group_look, history))
        case metric:
            history = await _history(measure, services, with_baseline=True)
            quantity = _QUANTITIES[metric]
            look = await services.workshop.compute(partial(pair_look, history, quantity))
    return _reading(look, history, len(_legs(measure)))


async def _drift(measure: Measure, services: Services) -> Reading:
    """How far off its target the hedge of a position is, either way; a fraction of the target."""
    holding, hedge = _sides(measure)
    history = await _history(measure, services, with_baseline=False)
    position = held_position(
        holding, hedge, history, collateral=measure.collateral, leverage=measure.leverage
    )
    cost = cost_terms(None, history.markets[CONTRACT])
    rule = ResizeRule(bars=_USUAL_HOLD / history.bar, cost=cost.total)
    study = await services.workshop.compute(
        partial(drift_study, history, position, rule, level=_LEVEL)
    )
    wanted = Estimate.of(study.estimate)
    if study.neutralises:
        wanted = Estimate(1.0, Interval(1.0, 1.0, _LEVEL))
    removes = Estimate.of(correlation(*position_returns(study.history), level=_LEVEL)).squared
    look = Look(
        value=_either_way(study.share),
        normal=None,
        hedge=HedgeNow(wanted, removes, None, None),
    )
    return _reading(look, history, len(_legs(measure)))


def _sides(measure: Measure) -> tuple[Holding, Holding]:
    """What is held and the hedge, in units that mean the same tomorrow."""
    holding, hedge = measure.holdings
    inverse = hedge.instrument.kind is Kind.INVERSE
    if holding.unit is Unit.DOLLARS or (hedge.unit is Unit.DOLLARS and not inverse):
        raise RequestError(
            tr("Dollars are worth other coins tomorrow. Say how many coins you hold and are short.")
        )
    return holding, hedge


def _either_way(share: Estimate) -> Estimate:
    low, high = sorted(map(abs, (share.interval.low, share.interval.high)))
    low = 0.0 if 0 in share.interval else low
    return Estimate(abs(share.value), Interval(low, high, share.interval.level))


async def _history(measure: Measure, services: Services, *, with_baseline: bool) -> History:
    """Window and baseline in one fetch a leg; prices that prove nothing are a source's failure."""
    legs, now = _legs(measure), services.now()
    context = baseline_length(measure.window) if with_baseline else timedelta(0)
    fetch = services.histories.history
    try:
        history = await fetch(legs, measure.window, now=now, context=context)
        if measure.metric is Metric.LOCKSTEP or not needs_margin_price(*history.markets[:2]):
            return history
        contract = history.markets[CONTRACT]
        margin = Instrument(contract.base, venue=contract.venue)
        try:
            return await fetch((*legs, margin), measure.window, now=now, context=context)
        except (RequestError, SourceError):
            if measure.metric in (Metric.CORRELATION, Metric.BREAK):
                # Whether they part can be seen without the price of the margin.
                return history
            raise
    except (PatchyHistoryError, FlatHistoryError) as error:
        venue = legs[0].venue or services.histories.source.venues[0]
        raise UnfitPricesError(error.sentence, venue=venue) from error


def _legs(measure: Measure) -> tuple[Instrument, ...]:
    return measure.instruments or tuple(holding.instrument for holding in measure.holdings)


def _reading(look: Look, history: History, n_legs: int) -> Reading:
    markets = history.markets[:n_legs]
    return Reading(
        value=look.value.value,
        interval=look.value.interval,
        as_of=history.last_close,
        step=history.bar,
        names=labels(markets),
        venue=venues(markets),
        origin=history.origin,
        normal=look.normal,
        moved=look.moved,
        hedge=look.hedge,
        notes=(*history.notes, *look.notes),
    )
