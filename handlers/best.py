"""/best: what hedges a market best, or what to hold beside it."""

import asyncio
from dataclasses import replace
from functools import partial

from analytics.charts import RankingPicture
from analytics.errors import Correction
from analytics.language import later, tr
from analytics.market.histories import History
from analytics.market.instruments import Instrument, Kind
from analytics.market.markets import Market
from analytics.market.windows import DAY, ShortHistoryError, spelled
from analytics.studies.best_hedges import TEST_DAYS, after_carry, hedge_ranking
from analytics.studies.companions import companions
from handlers._best.query import SYNTAX, BestQuery, best_query
from handlers._best.sizes import size_of, units_held
from handlers._best.tables import companion_table, hedge_table
from handlers._best.words import companions_summary, hedges_summary
from handlers._command import Command, Services, price_of
from handlers._evidence import Evidence, with_evidence
from handlers._funding import funding_facts
from handlers._grammar import (
    PICTURELESS,
    Holding,
    Side,
    Unit,
    typed,
)
from handlers._likely import likely_of_first, with_likely
from handlers._markets import provenance, with_caveats
from handlers._questions import again, same_stretch, standing, window_buttons
from handlers._ranking_picture import companions_picture, hedges_picture
from handlers._reply import Button, Reply
from handlers._universe import (
    LONG_KINDS,
    SHORT_KINDS,
    busiest,
    fetched,
    instrument_of,
    past_of,
)

SPARE_FINALISTS = 5
"""Contracts beyond those shown whose carry may lift them into the list."""


async def answer(query: BestQuery, services: Services) -> Reply:
    """Fetch what is held and the busiest markets, rank them, ask for carry, draw."""
    is_short = query.side is Side.SHORT
    history = await services.histories.history(
        (query.held,),
        query.window,
        now=services.now(),
        context=TEST_DAYS * DAY if is_short else 0 * DAY,
    )
    held = history.markets[0]
    found = await busiest(
        services,
        _venues(query, held, services),
        SHORT_KINDS if is_short else LONG_KINDS,
        n=query.of,
        without=lambda market: market == held or (not is_short and market.base == held.base),
    )
    # Where a venue is slow, the coin's own contracts must not be those that come too late.
    markets = tuple(sorted(found.markets, key=lambda market: market.base != held.base))
    history = with_caveats(history, (*query.notes, *found.notes))
    ranked = _hedges if is_short else _companions
    return await ranked(query, history, markets, services)


async def _hedges(
    query: BestQuery, history: History, markets: tuple[Market, ...], services: Services
) -> Reply:
    contracts = await fetched(services, markets, history)
    try:
        ranking = await services.workshop.compute(
            partial(hedge_ranking, history, contracts, level=query.level)
        )
    except ShortHistoryError as error:
        error.corrections = _shorter(query)
        raise
    places = ranking.finalists(query.top + SPARE_FINALISTS)
    facts = await asyncio.gather(
        *(
            funding_facts(
                replace(history, markets=(history.markets[0], contracts.markets[place])),
                services,
                level=query.level,
            )
            for place in places
        )
    )
    carries = dict(zip(places, (fact.carry for fact in facts), strict=True))
    coins = units_held(query.holding, history)
    shown = await services.workshop.compute(
        partial(after_carry, ranking, carries, n=query.top, is_short=(coins or 0) < 0)
    )
    sizes = [size_of(hedge, history, coins) for hedge in shown]
    likely = await likely_of_first(query.held, query.window, shown[0], services, level=query.level)
    reply = hedges_summary(
        query.switches, ranking, shown, sizes, asked=str(query.holding or query.held)
    )
    if likely is not None and "brief" not in query.switches:
        reply = with_likely(reply, likely, query.window)
    reply = _with_sources(query, reply, history, services)
    first = instrument_of(shown[0].market)
    buttons = (*_hedging(query, shown[0].market, first), _other_side(query))
    paid = tuple(payments for fact in facts for payments in fact.paid)
    ranked, beside = hedge_table(ranking), past_of(contracts, history)
    evidence = Evidence(history, tables=(ranked,), paid=paid, beside=beside)
    reply = await with_evidence(reply, query, services, evidence)
    told = _standing(query, str(first))
    pictured = hedges_picture(ranking, shown, reply)
    return await _finished(query, reply, (buttons, told), pictured, services)


async def _companions(
    query: BestQuery, history: History, markets: tuple[Market, ...], services: Services
) -> Reply:
    others = await fetched(services, markets, history)
    study = await services.workshop.compute(partial(companions, history, others, level=query.level))
    reply = companions_summary(query.switches, study, n=query.top, asked=str(query.held))
    reply = _with_sources(query, reply, history, services)
    first = typed(instrument_of(study.partner(0)[0]), SYNTAX)
    length = same_stretch(query.window)
    pair = f"/corr {typed(query.held, SYNTAX)} {first} {length}"
    buttons = (Button(tr("vs {first}", first=first), pair), _other_side(query))
    ranked, beside = companion_table(study), past_of(others, history)
    evidence = Evidence(history, tables=(ranked,), beside=beside)
    reply = await with_evidence(reply, query, services, evidence)
    picture = companions_picture(study, reply, n=query.top)
    told = _standing(query, first)
    return await _finished(query, reply, (buttons, told), picture, services)


def _with_sources(query: BestQuery, reply: Reply, history: History, services: Services) -> Reply:
    if "brief" in query.switches:
        return reply
    sources = provenance(history, services.now())
    return replace(reply, provenance=(*reply.provenance, *sources))


async def _finished(
    query: BestQuery,
    reply: Reply,
    buttons: tuple[tuple[Button, ...], tuple[Button, ...]],
    shown: RankingPicture,
    services: Services,
) -> Reply:
    """The reply with its buttons and picture."""
    windows = window_buttons(query.window, query.asked)
    next_ones, told = buttons
    row = (*next_ones, again(query.asked(query.window)))
    reply = replace(reply, buttons=(windows, row, told))
    if query.switches & PICTURELESS:
        return reply
    return replace(reply, chart=await services.workshop.draw(shown))


def _venues(query: BestQuery, held: Market, services: Services) -> tuple[str, ...]:
    """That of what is held, then the others unless one was named."""
    if query.held.venue is not None:
        return (held.venue,)
    return tuple(dict.fromkeys((held.venue, *services.histories.source.venues)))


def _shorter(query: BestQuery) -> tuple[Correction, ...]:
    lengths = [length for length in (7 * DAY, 30 * DAY) if length < query.window.length]
    return tuple(
        Correction(spelled(length), query.asked(replace(query.window, length=length, bar=None)))
        for length in reversed(lengths)
    )


def _hedging(query: BestQuery, market: Market, contract: Instrument) -> tuple[Button, ...]:
    held = Instrument(query.held.base, venue=query.held.venue)
    if query.held.kind is Kind.INVERSE:
        return ()
    amount = query.holding or Holding(10_000, Unit.DOLLARS, query.held)
    if query.held.kind is not Kind.SPOT:
        amount = Holding(10_000, Unit.DOLLARS, held)
    margin = " lev=3" if market.inverse and market.base != held.base else ""
    question = f"/hedge {typed(amount, SYNTAX)} {contract} {same_stretch(query.window)}{margin}"
    return (Button(tr("Hedge with {contract}", contract=contract), question),)


def _standing(query: BestQuery, first: str) -> tuple[Button, ...]:
    """To be told when what is held and the first of the list part."""
    return standing((typed(query.held, SYNTAX), first), query.window.length)


def _other_side(query: BestQuery) -> Button:
    other = Side.LONG if query.side is Side.SHORT else Side.SHORT
    label = tr("To hold beside") if other is Side.LONG else tr("To sell against")
    return Button(label, replace(query, side=other).asked(query.window))


def _cost(query: BestQuery) -> int:
    return price_of(query.of)


COMMAND = Command(
    name="best",
    summary=later("what hedges a market best, or what to hold beside it"),
    usage="/best [100] ETH [60d] [side=long] [top=5] [of=200] [ci=99] [venue=bybit]",
    examples=("/best ETH 60d", "/best 100 SOL top=5", "/best ETH 60d side=long"),
    parse=best_query,
    answer=answer,
    menu_place=45,
    placeholder="ETH 60d",
    cost=_cost,
)
