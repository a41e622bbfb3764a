"""/hedge: how much of which contract neutralises a holding, and what that would have removed."""

import math
from dataclasses import replace
from functools import partial

from analytics.errors import Correction, RequestError
from analytics.language import later, tr
from analytics.market.bundles import units
from analytics.market.histories import History
from analytics.market.instruments import Instrument
from analytics.market.windows import DAY
from analytics.positions.liquidation import ThinMarginError
from analytics.positions.refusals import CollateralNeededError, LeverageError, TooSmallError
from analytics.studies.hedges import (
    CONTRACT,
    HELD,
    TEST_DAYS,
    HedgeStudy,
    Terms,
    hedge_study,
    needs_margin_price,
)
from analytics.studies.predictions import background
from handlers._book import BookForm
from handlers._command import Command, Services
from handlers._errors import SameMarketError, UsageError
from handlers._evidence import Evidence, with_evidence
from handlers._files import Column
from handlers._funding import FundingFacts, funding_facts
from handlers._grammar import (
    COLLATERAL,
    FEE,
    HOLD,
    LEVEL,
    LEVERAGE,
    PART,
    PICTURELESS,
    RATIO,
    Amount,
    Holding,
    Unit,
    read,
    typed,
    window_of,
)
from handlers._hedge.picture import picture
from handlers._hedge.portfolio import portfolio_reply, units_held
from handlers._hedge.portfolio_reading import is_portfolio, portfolio_query
from handlers._hedge.query import SYNTAX, HedgeQuery, PortfolioQuery
from handlers._hedge.upkeep_words import keeping
from handlers._hedge.words import summary
from handlers._held import held_and_contract
from handlers._markets import covered, provenance, with_caveats
from handlers._questions import (
    again,
    daily,
    same_stretch,
    standing,
    terms_button,
    watch_position,
    window_buttons,
)
from handlers._reply import Button, Reply
from handlers._restated import DEFAULT_LEVEL
from handlers._turned import refuse_turned

ROUNDING = 0.02
"""By how much dollars of margin may exceed the holding: two prices are never quite equal."""


def parse(asked: str) -> HedgeQuery | PortfolioQuery:
    """Read what is held, the contracts, a window and terms."""
    words = read(asked, SYNTAX)
    refuse_turned(words)
    if is_portfolio(words):
        return portfolio_query(words)
    holding, hedge = held_and_contract(words)
    return HedgeQuery(
        holding=holding,
        hedge=hedge,
        window=window_of(words),
        level=words.given(LEVEL, DEFAULT_LEVEL),
        part=words.given(PART, 1.0),
        ratio=words.value(RATIO),
        collateral=words.value(COLLATERAL),
        leverage=words.value(LEVERAGE),
        hold=words.value(HOLD),
        fee=words.value(FEE),
        switches=words.switches,
        notes=words.notes,
    )


async def answer(query: HedgeQuery | PortfolioQuery, services: Services) -> Reply:
    """Fetch prices and funding, compute, draw."""
    if isinstance(query, PortfolioQuery):
        return await portfolio_reply(query, services)
    now = services.now()
    context = max(TEST_DAYS * DAY, background(query.window.length))
    history = await services.histories.history(
        (query.holding.instrument, query.hedge),
        query.window,
        now=now,
        context=context,
    )
    if needs_margin_price(*history.markets):
        margin = Instrument(history.markets[1].base, venue=history.markets[1].venue)
        history = await services.histories.history(
            (query.holding.instrument, query.hedge, margin),
            query.window,
            now=now,
            context=context,
        )
    _refuse_twins(query, history)
    history = with_caveats(history, query.notes)
    keep = keeping(query.hold, query.fee, history, history.markets[CONTRACT : CONTRACT + 1])
    terms = replace(_terms(query, history), hold=keep.bars)
    coins = units_held(query.holding, history, HELD)
    try:
        study = await services.workshop.compute(
            partial(
                hedge_study,
                history,
                coins,
                terms,
                level=query.level,
                rule=keep.rule,
                horizon=keep.horizon,
            )
        )
        funding = await funding_facts(history, services, level=query.level)
        reply = summary(query.switches, study, funding, keep)
    except (CollateralNeededError, LeverageError, ThinMarginError, TooSmallError) as error:
        error.corrections = _margins_or_more(query, history, error)
        raise
    return await _finished(reply, query, study, funding, services)


async def _finished(
    reply: Reply, query: HedgeQuery, study: HedgeStudy, funding: FundingFacts, services: Services
) -> Reply:
    """The reply with its sources, buttons and picture."""
    if "brief" not in query.switches:
        sources = provenance(study.history, services.now())
        reply = replace(reply, provenance=(*reply.provenance, *sources))
    windows = window_buttons(query.window, query.asked, covered=covered(study.history))
    following = (*_what_next(query), terms_button(reply))
    reply = replace(reply, buttons=(windows, following, _standing(query, study)))
    evidence = Evidence(study.history, _tested_columns(study), paid=funding.paid)
    reply = await with_evidence(reply, query, services, evidence)
    if query.switches & PICTURELESS:
        return reply
    return replace(reply, chart=await services.workshop.draw(picture(study, reply)))


def _tested_columns(study: HedgeStudy) -> tuple[Column, ...]:
    """Returns of the test days, without and with the hedge of each day."""
    if study.tested is None:
        return ()
    return (
        Column("unhedged_return", study.test_time, study.tested.unhedged),
        Column("hedged_return", study.test_time, study.tested.hedged),
    )


def _refuse_twins(query: HedgeQuery, history: History) -> None:
    """Refuse two names of one market, which only the venue's list tells apart."""
    held, contract = history.markets[:2]
    if held == contract:
        spot = Instrument(query.holding.instrument.base, venue=query.holding.instrument.venue)
        right = replace(query, holding=replace(query.holding, instrument=spot))
        raise SameMarketError(
            contract.short_name,
            corrections=(Correction(str(right.holding), right.asked(query.window)),),
        )


def _margins_or_more(
    query: HedgeQuery, history: History, error: RequestError
) -> tuple[Correction, ...]:
    if isinstance(error, TooSmallError):
        return _larger(query, history, error.smallest_coins)
    margins = _margins(query, history.markets[CONTRACT].base)
    return margins if isinstance(error, CollateralNeededError) else margins[:1]


def _margins(query: HedgeQuery, coin: str) -> tuple[Correction, ...]:
    """The question with three usual margins of a contract that is paid in a coin."""
    half = Amount(0.5, Unit.COINS, coin)
    ways = (
        ("lev=3", replace(query, leverage=3.0, collateral=None)),
        ("lev=5", replace(query, leverage=5.0, collateral=None)),
        (f"coll={half}", replace(query, collateral=half, leverage=None)),
    )
    return tuple(Correction(label, asked.asked(query.window)) for label, asked in ways)


def _larger(
    query: HedgeQuery, history: History, smallest_coins: float | None
) -> tuple[Correction, ...]:
    if smallest_coins is None:
        return ()
    quantity = math.copysign(
        smallest_coins * _bundle(query.holding, history), query.holding.quantity
    )
    enough = replace(query.holding, quantity=quantity, unit=Unit.COINS)
    right = replace(query, holding=enough).asked(query.window)
    return (Correction(str(enough), right),)


def _standing(query: HedgeQuery, study: HedgeStudy) -> tuple[Button, ...]:
    """What to be told of the sized position; of the pair where its drift needs more to be known."""
    names = [typed(side, SYNTAX) for side in (query.holding.instrument, query.hedge)]
    if needs_margin_price(*study.history.markets[:2]) or query.hold is not None:
        return standing(names, query.window.length)
    sizing, market = study.sizing, study.market
    held = Holding(_digits(study.holding.coins), Unit.COINS, query.holding.instrument)
    unit, size = Unit.COINS, sizing.coins
    if market.inverse:
        unit, size = Unit.CONTRACTS, sizing.contracts
    hedge = Holding(sizing.side.sign * _digits(size), unit, query.hedge)
    return watch_position(held, hedge), daily(names, query.window.length)


def _digits(amount: float) -> float:
    return float(f"{amount:.6g}")


def _what_next(query: HedgeQuery) -> tuple[Button, ...]:
    pair = f"/corr {query.holding.instrument} {query.hedge} {same_stretch(query.window)}"
    return (Button(tr("Correlation"), pair), again(query.asked(query.window)))


def _bundle(holding: Holding, history: History) -> int:
    return units(holding.instrument, history.markets[HELD])


def _terms(query: HedgeQuery, history: History) -> Terms:
    collateral = query.collateral
    if collateral is None:
        return Terms(query.part, query.ratio, None, query.leverage)
    held, contract = history.markets[:2]
    spot, price = history.closes[-1, :2].tolist()
    dollars = {None: 1.0, held.base: spot, contract.base: price}.get(collateral.coin)
    if dollars is None or (contract.inverse and collateral.coin not in (None, contract.base)):
        margin = contract.base if contract.inverse else tr("dollars")
        raise UsageError(
            tr(
                "{hedge} takes its margin in {margin}; I read coll={collateral}.",
                hedge=query.hedge,
                margin=margin,
                collateral=collateral,
            ),
            corrections=_margins(query, contract.base)
            if needs_margin_price(held, contract)
            else (Correction(tr("without coll="), query.without_collateral),),
        )
    worth = collateral.quantity * dollars
    _refuse_more_than_held(query, history, worth)
    return Terms(
        query.part, query.ratio, worth / price if contract.inverse else worth, query.leverage
    )


def _refuse_more_than_held(query: HedgeQuery, history: History, margin_usd: float) -> None:
    """Margin of a contract on the held coin is part of the holding."""
    held, contract = history.markets[:2]
    coins = units_held(query.holding, history, HELD)
    if not contract.inverse or held.base != contract.base or coins < 0:
        return
    if margin_usd > coins * float(history.closes[-1, CONTRACT]) * (1 + ROUNDING):
        raise UsageError(
            tr(
                "coll={collateral} is more than you hold. Count all {base}, margin and all.",
                collateral=query.collateral,
                base=held.base,
            ),
            corrections=(Correction(tr("without coll="), query.without_collateral),),
        )


COMMAND = Command(
    name="hedge",
    aliases=("h",),
    book_form=BookForm.TO_HEDGE,
    summary=later("how much of which contract neutralises a holding"),
    usage="/hedge 2.5 BTC BTC-INV [30d] [part=80%] [h=1] [lev=3] [coll=0.5BTC] [hold=3d] [fee=5bp]",
    examples=(
        "/hedge 40 ETH BTC-PERP 30d",
        "/hedge 2.5 BTC BTC-INV",
        "/hedge $25k SOL ETH-PERP+BTC-PERP 60d hold=3d",
        "/hedge 10 BTC + 40 ETH SOL-PERP+BTC-PERP 60d",
        "/hedge -3 ETH BTC-PERP",
    ),
    parse=parse,
    answer=answer,
    menu_place=20,
    placeholder="2.5 BTC BTC-INV",
)
