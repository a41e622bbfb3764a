"""What the lines of a digest rest on; a pair that fails does not take the others along."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from analytics.errors import HedgeError, RequestError, SourceError
from analytics.market.histories import History
from analytics.market.instruments import Instrument
from analytics.market.markets import Market
from analytics.market.together import together
from analytics.market.windows import DAY
from analytics.positions.carry import FundingCarry
from analytics.positions.drift import ResizeRule
from analytics.studies.digests import PairDigest, baseline_length, pair_digest
from analytics.studies.drifts import DriftStudy, drift_study
from analytics.studies.hedges import CONTRACT, needs_margin_price
from handlers._command import Services
from handlers._costs import cost_terms
from handlers._digest.query import SYNTAX, DigestQuery, Pair
from handlers._funding import funding_of
from handlers._position import held_position
from handlers._restated import refuse_twins

DEFAULT_HOLD = 30 * DAY
"""Until the next expected resize, as in /drift."""


@dataclass(frozen=True, slots=True, eq=False)
class Drifted:
    """How far a position is off, or why that cannot be said."""

    study: DriftStudy | None = None
    sentence: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """A pair that could be looked at."""

    pair: Pair
    digest: PairDigest
    drift: Drifted | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Failed:
    """A pair that could not, and why."""

    pair: Pair
    sentence: str


Outcome = Told | Failed


@dataclass(frozen=True, slots=True, eq=False)
class Gathered:
    """Every pair in the order of the question, and what funding pays on each contract."""

    outcomes: tuple[Outcome, ...]
    funding: tuple[tuple[Market, FundingCarry], ...]

    @property
    def told(self) -> tuple[Told, ...]:
        """The pairs that could be looked at."""
        return tuple(one for one in self.outcomes if isinstance(one, Told))


async def gathered(query: DigestQuery, services: Services) -> Gathered:
    """Look at all pairs at once.

    Raises
    ------
    RequestError, SourceError
        The first pair's, where every pair failed.

    """
    found = await asyncio.gather(*(_looked(pair, query, services) for pair in query.pairs))
    outcomes = tuple(
        Failed(pair, one.sentence) if isinstance(one, RequestError | SourceError) else one
        for pair, one in zip(query.pairs, found, strict=True)
    )
    told = tuple(one for one in outcomes if isinstance(one, Told))
    if not told:
        raise next(error for error in found if isinstance(error, HedgeError))
    return Gathered(outcomes, await _funding(told, services, level=query.level))


async def _looked(
    pair: Pair, query: DigestQuery, services: Services
) -> Told | RequestError | SourceError:
    try:
        return await _told(pair, query, services)
    except (RequestError, SourceError) as error:
        return error


async def _told(pair: Pair, query: DigestQuery, services: Services) -> Told:
    history = await _history(pair, services)
    refuse_twins(SYNTAX, pair.instruments, history, pair.window)
    digest = await services.workshop.compute(partial(pair_digest, history, level=query.level))
    if pair.position is None or digest.is_stale:
        return Told(pair, digest)
    drift = await services.workshop.compute(partial(_drifted, pair, history, query))
    return Told(pair, digest, drift)


async def _history(pair: Pair, services: Services) -> History:
    now, context = services.now(), baseline_length(pair.window.length)
    history = await services.histories.history(
        pair.instruments, pair.window, now=now, context=context
    )
    if not needs_margin_price(*history.markets):
        return history
    contract = history.markets[CONTRACT]
    margin = Instrument(contract.base, venue=contract.venue)
    return await services.histories.history(
        (*pair.instruments, margin), pair.window, now=now, context=context
    )


def _drifted(pair: Pair, history: History, query: DigestQuery) -> Drifted:
    if pair.position is None:
        return Drifted()
    cost = cost_terms(None, history.markets[CONTRACT]).total
    rule = ResizeRule(bars=DEFAULT_HOLD / history.bar, cost=cost)
    try:
        position = held_position(
            *pair.position,
            history,
            collateral=query.collateral if pair.needs_margin else None,
            leverage=query.leverage if pair.needs_margin else None,
        )
        return Drifted(drift_study(history, position, rule, level=query.level))
    except RequestError as error:
        return Drifted(sentence=error.sentence)


async def _funding(
    told: Sequence[Told], services: Services, *, level: float
) -> tuple[tuple[Market, FundingCarry], ...]:
    """Each contract once, over the window of the first pair that has it."""
    histories: dict[Market, History] = {}
    for one in told:
        for market in one.digest.history.markets[:2]:
            if market.is_contract and not one.digest.is_stale:
                histories.setdefault(market, one.digest.history)
    facts = await together(
        funding_of(market, history, services, level=level) for market, history in histories.items()
    )
    return tuple(
        (market, found.carry)
        for market, found in zip(histories, facts, strict=True)
        if found.carry is not None
    )
