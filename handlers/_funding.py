"""Funding of a contract, as far as it is known."""

from dataclasses import dataclass, field

from analytics.errors import SourceError
from analytics.language import tr
from analytics.language.numbers import short_date
from analytics.market.candles import FundingHistory
from analytics.market.histories import History
from analytics.market.instruments import Kind
from analytics.market.markets import Market
from analytics.positions.carry import LEAD, FundingCarry, NoFundingError, funding_carry
from handlers._command import Services

PAYS_FUNDING = (Kind.PERP, Kind.INVERSE)
STALE_AFTER_PAYMENTS = 4


@dataclass(frozen=True, slots=True)
class FundingFacts:
    """What funding paid in the window; ``note`` says why that is not known.

    ``paid`` are the payments that this was computed from.
    """

    carry: FundingCarry | None = None
    note: str | None = None
    paid: tuple[FundingHistory, ...] = field(default=(), compare=False)


async def funding_facts(
    history: History, services: Services, *, level: float = 0.95
) -> FundingFacts:
    """Funding of the second market over the window; a failure here does not spoil the answer."""
    return await funding_of(history.markets[1], history, services, level=level)


async def funding_of(
    market: Market, history: History, services: Services, *, level: float = 0.95
) -> FundingFacts:
    """Funding of one market over the window of a history."""
    end = history.last_close
    if market.kind not in PAYS_FUNDING:
        return FundingFacts()
    start = end - history.window
    try:
        paid = await services.histories.funding(market, start=start - LEAD, end=end)
        carry = funding_carry(paid, start=start, level=level)
    except (SourceError, NoFundingError):
        return FundingFacts(note=tr("Funding is not known here."))
    if end - carry.last_time > STALE_AFTER_PAYMENTS * carry.payment_every:
        return FundingFacts(
            note=tr(
                "Funding is known only until {last_time}.",
                last_time=short_date(carry.last_time, with_year=True),
            )
        )
    return FundingFacts(carry, paid=(paid,))
