"""What several hedge legs earn or cost while they are kept, and where the first is liquidated."""

from collections.abc import Iterator, Sequence

from analytics.language import tr
from analytics.language.numbers import localised
from analytics.positions.liquidation import (
    USUAL_MAINTENANCE_RATE,
    Liquidation,
    leveraged_liquidation,
)
from analytics.statistics.estimate import Estimate, Interval
from analytics.studies.legs import Leg
from analytics.studies.portfolios import PortfolioStudy
from handlers import _format as text
from handlers._funding import FundingFacts
from handlers._liquidation import SHOWN_LEVERAGE
from handlers._reply import Fact


def funding_facts(study: PortfolioStudy, funding: Sequence[FundingFacts]) -> tuple[Fact, ...]:
    """All legs together, in dollars a year; the errors of the legs are added up."""
    income = _income(study.legs, funding)
    if income is None:
        return ()
    ends = (income.interval.low, income.interval.high)
    low, high = (text.usd(end, signed=True) for end in ends)
    whom = tr("paid to you") if income.value > 0 else tr("paid by you")
    whom = tr("sign not certain") if 0.0 in income.interval else whom
    return (
        Fact(
            tr("Funding"),
            text.yearly(text.usd(income.value, signed=True)),
            (tr("{low} to {high}", low=low, high=high), whom),
        ),
    )


def _income(legs: Sequence[Leg], funding: Sequence[FundingFacts]) -> Estimate | None:
    """Dollars a year of all legs whose funding is known; None where none is."""
    found = [
        (leg.notional_usd, income)
        for leg, paid in zip(legs, funding, strict=True)
        if paid.carry and (income := paid.carry.received_by(leg.side))
    ]
    if not found:
        return None
    value, low, high = (
        sum(usd * end for usd, end in column)
        for column in (
            [(usd, income.value) for usd, income in found],
            [(usd, income.interval.low) for usd, income in found],
            [(usd, income.interval.high) for usd, income in found],
        )
    )
    return Estimate(value, Interval(low, high, found[0][1].interval.level))


def without_funding(legs: Sequence[Leg], funding: Sequence[FundingFacts]) -> Iterator[str]:
    """Of which legs funding is not known; the sum is without them."""
    notes = dict.fromkeys(paid.note for paid in funding if paid.note)
    for note in notes:
        pairs = zip(legs, funding, strict=True)
        names = ", ".join(leg.market.short_name for leg, paid in pairs if paid.note == note)
        yield note.replace("Funding is", f"Funding of {names} is", 1)


def nearest_liquidation(study: PortfolioStudy) -> Fact:
    """Each leg on its own margin, at the leverage that was named or at an example: the nearest."""
    leverage = study.basket.leverage
    named = (
        tr("at {leverage}×", leverage=localised(f"{leverage:g}"))
        if leverage
        else tr("e.g. at {shown_leverage}×", shown_leverage=localised(f"{SHOWN_LEVERAGE:g}"))
    )
    moves = {
        leg.market.short_name: found.move
        for leg in study.legs
        if (found := _liquidation(leg, leverage or SHOWN_LEVERAGE))
    }
    if not moves:
        return Fact(tr("Liquidation"), tr("never"), (tr("{named} each", named=named),))
    first = min(moves, key=lambda name: abs(moves[name]))
    move = text.percent(moves[first], signed=True)
    if len(study.legs) == 1:
        return Fact(tr("Liquidation"), move, (named,))
    return Fact(tr("Liquidation"), tr("{move}, first", move=move), (f"{first}, {named}",))


def _liquidation(leg: Leg, leverage: float) -> Liquidation | None:
    rate = leg.market.maintenance_rate
    return leveraged_liquidation(
        leg.market,
        entry=leg.price,
        leverage=leverage,
        maintenance_rate=USUAL_MAINTENANCE_RATE if rate is None else rate,
        side=leg.side,
    )
