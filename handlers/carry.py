"""/carry: what being short a contract pays or costs, by itself or beside another."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from analytics.errors import RequestError, SourceError
from analytics.language import later, tr
from analytics.market.candles import FundingHistory
from analytics.market.histories import History
from analytics.market.instruments import Instrument, Kind
from analytics.market.markets import Market
from analytics.positions.carry import LEAD
from analytics.studies.carries import CONTRACT, Carry, carry
from analytics.studies.carry_differences import carry_difference
from handlers._carry.picture import picture
from handlers._carry.query import (
    DEFAULT_NOTIONAL,
    MOST,
    PAYS_FUNDING,
    SYNTAX,
    CarryQuery,
    carry_query,
)
from handlers._carry.words import summary
from handlers._command import Command, Services
from handlers._evidence import Evidence, with_evidence
from handlers._files import Column
from handlers._grammar import (
    PICTURELESS,
    Unit,
    typed,
)
from handlers._held import contract_of
from handlers._markets import provenance, with_caveats
from handlers._questions import again, same_stretch, watch_income, window_buttons
from handlers._reply import Button, Reply


async def answer(query: CarryQuery, services: Services) -> Reply:
    """Fetch prices and payments, compute, draw."""
    now = services.now()
    whole = with_caveats(await _history(query, services), query.notes)
    histories = [_part(whole, contract) for contract in whole.markets if contract.is_contract]
    paid = await asyncio.gather(*(_paid(history, services) for history in histories))
    notional = _notional(query, histories[0])
    carries = await services.workshop.compute(partial(_studied, query, histories, paid, notional))
    difference = None
    if len(carries) == MOST:
        difference = carry_difference(carries[0], carries[1], level=query.level)
    reply = summary(query.switches, tuple(carries), difference)
    if "brief" not in query.switches:
        reply = replace(reply, provenance=(*reply.provenance, *provenance(whole, now)))
    buttons = (
        window_buttons(query.window, query.asked),
        await _what_next(query, services),
        (_standing(query),),
    )
    reply = replace(reply, buttons=buttons)
    payments = tuple(payments for payments in paid if payments is not None)
    evidence = Evidence(whole, _basis_columns(carries), paid=payments)
    reply = await with_evidence(reply, query, services, evidence)
    if query.switches & PICTURELESS:
        return reply
    shown = picture(tuple(carries), reply)
    if shown is None:
        return reply
    return replace(reply, chart=await services.workshop.draw(shown))


def _studied(
    query: CarryQuery,
    histories: Sequence[History],
    paid: Sequence[FundingHistory | None],
    notional: float,
) -> list[Carry]:
    return [
        carry(
            history,
            payments,
            notional_usd=notional,
            held=query.hold,
            taker_fee=_fee(query, history),
            level=query.level,
        )
        for history, payments in zip(histories, paid, strict=True)
    ]


def _basis_columns(carries: list[Carry]) -> tuple[Column, ...]:
    """How far each contract stood above its coin, and for a dated one what that was a year."""
    columns = []
    for one in carries:
        name, time = one.market.full_name, one.history.close_time
        if one.basis_path is not None:
            columns.append(Column(f"{name} basis", time, one.basis_path))
        if one.annual_path is not None:
            columns.append(Column(f"{name} annual_basis", time, one.annual_path))
    return tuple(columns)


async def _history(query: CarryQuery, services: Services) -> History:
    """All legs on common closes; the coins themselves where they are traded."""
    spots = [Instrument(contract.base, venue=contract.venue) for contract in query.contracts]
    legs = [spot for spot in dict.fromkeys(spots) if await _is_traded(spot, services)]
    return await services.histories.history(
        (*legs, *query.contracts), query.window, now=services.now()
    )


async def _is_traded(instrument: Instrument, services: Services) -> bool:
    try:
        await services.histories.catalog.listing(instrument)
    except RequestError:
        return False
    return True


def _part(whole: History, contract: Market) -> History:
    """The coin, where it is there, and one contract on it."""
    columns = [
        k
        for k, market in enumerate(whole.markets)
        if market == contract or (market.base == contract.base and not market.is_contract)
    ]
    markets = tuple(whole.markets[k] for k in columns)
    return replace(whole, markets=markets, closes=whole.closes[:, columns])


async def _paid(history: History, services: Services) -> FundingHistory | None:
    """Payments of the contract; a failure here does not spoil the answer."""
    market = history.markets[CONTRACT]
    if market.kind not in PAYS_FUNDING:
        return None
    end = history.last_close
    try:
        return await services.histories.funding(market, start=end - history.window - LEAD, end=end)
    except SourceError:
        return None


def _fee(query: CarryQuery, history: History) -> float | None:
    return history.markets[CONTRACT].taker_fee if query.fee is None else query.fee


def _notional(query: CarryQuery, history: History) -> float:
    if query.amount is None:
        return DEFAULT_NOTIONAL
    market, size = history.markets[CONTRACT], abs(query.amount.quantity)
    price = float(history.closes[-1, CONTRACT])
    match query.amount.unit:
        case Unit.DOLLARS:
            return size
        case Unit.COINS:
            return size * price
        case Unit.CONTRACTS:
            return size * market.contract_size * (1.0 if market.inverse else price)


def _standing(query: CarryQuery) -> Button:
    first = query.contracts[0]
    return watch_income(typed(first, SYNTAX), pays_funding=first.kind in PAYS_FUNDING)


async def _what_next(query: CarryQuery, services: Services) -> tuple[Button, ...]:
    first, window = query.contracts[0], same_stretch(query.window)
    named, buttons = typed(first, SYNTAX), []
    other = contract_of(first, Kind.PERP if first.kind is not Kind.PERP else Kind.INVERSE)
    if len(query.contracts) == 1 and await _is_traded(other, services):
        both = f"{named} {typed(other, SYNTAX)}"
        buttons.append(Button(tr("vs {other}", other=other), f"/carry {both} {window}"))
    spot = Instrument(first.base, venue=first.venue)
    if await _is_traded(spot, services):
        buttons.append(Button(tr("Hedge"), f"/hedge $10k {spot} {named}"))
    return (*buttons, again(query.asked(query.window)))


COMMAND = Command(
    name="carry",
    summary=later("what being short a contract pays or costs"),
    usage="/carry BTC-INV [BTC-PERP] [30d] [fee=0.05%] [hold=30d] [ci=99] [end=2026-09-01]",
    examples=("/carry BTC-INV 30d", "/carry BTC-INV BTC-PERP", "/carry $50k BTC-INV"),
    parse=carry_query,
    answer=answer,
    menu_place=52,
    placeholder="BTC-INV BTC-PERP 30d",
)
