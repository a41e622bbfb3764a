"""/size: exactly how many contracts, and nothing estimated."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from analytics.errors import Correction
from analytics.language import later, tr
from analytics.market.histories import History
from analytics.market.instruments import Instrument, Kind
from analytics.market.latest import latest
from analytics.positions.contracts import (
    Sizing,
    cross_inverse_sizing,
    inverse_sizing,
    linear_sizing,
)
from analytics.positions.liquidation import (
    Liquidation,
    ThinMarginError,
    leveraged_liquidation,
    liquidation,
    maintenance_rate,
)
from analytics.positions.refusals import CollateralNeededError, LeverageError, TooSmallError
from analytics.positions.refusals import Holding as Held
from analytics.studies.hedges import CONTRACT, HELD, MARGIN
from handlers._command import Command, Services
from handlers._evidence import Evidence, with_evidence
from handlers._grammar import (
    COLLATERAL,
    END,
    LEVERAGE,
    PART,
    QUOTE,
    RATIO,
    VENUE,
    Amount,
    Holding,
    Syntax,
    Unit,
    read,
    typed,
)
from handlers._held import held_and_contract, margin_in
from handlers._markets import provenance
from handlers._questions import again, watch_income, watch_position
from handlers._reply import Button, Reply
from handlers._restated import moment_said, options_said
from handlers._size.words import Counted, summary
from handlers._turned import refuse_turned

SHOWN_LEVERAGE = 3.0
"""For margin and liquidation where the asker names neither."""
SAFER_LEVERAGES = (50, 20, 10, 5, 3)

SYNTAX = Syntax(
    command="size",
    example="/size 2.5 BTC BTC-INV lev=5",
    options=(VENUE, QUOTE, END, COLLATERAL, LEVERAGE, PART, RATIO),
    amounts=True,
    most_durations=0,
)


@dataclass(frozen=True, slots=True)
class SizeQuery:
    """What is held, what is sold against it, on which margin."""

    holding: Holding
    contract: Instrument
    part: float = 1.0
    ratio: float = 1.0
    collateral: Amount | None = None
    leverage: float | None = None
    end: datetime | None = None
    switches: frozenset[str] = frozenset()
    notes: tuple[str, ...] = field(default=(), compare=False)

    @property
    def asked(self) -> str:
        """The question in canonical words."""
        sides = (typed(self.holding, SYNTAX), typed(self.contract, SYNTAX))
        options = options_said(
            part=None if self.part == 1 else f"{100 * self.part:g}%",
            h=None if self.ratio == 1 else f"{self.ratio:g}",
            coll=self.collateral,
            lev=None if self.leverage is None else f"{self.leverage:g}",
            end=moment_said(self.end),
        )
        return " ".join(("/size", *sides, *options, *sorted(self.switches)))

    @property
    def share(self) -> float:
        """Dollars to sell for each dollar held."""
        return self.part * self.ratio


def parse(asked: str) -> SizeQuery:
    """Read one holding, one contract and terms."""
    words = read(asked, SYNTAX)
    refuse_turned(words)
    holding, contract = held_and_contract(words)
    return SizeQuery(
        holding=holding,
        contract=contract,
        part=words.given(PART, 1.0),
        ratio=words.given(RATIO, 1.0),
        collateral=words.value(COLLATERAL),
        leverage=words.value(LEVERAGE),
        end=words.value(END),
        switches=words.switches,
        notes=words.notes,
    )


async def answer(query: SizeQuery, services: Services) -> Reply:
    """Ask the newest prices and count."""
    now = services.now()
    prices = await latest(services.histories, _instruments(query), now=now, end=query.end)
    prices = replace(prices, notes=(*query.notes, *prices.notes))
    try:
        counted = _counted(query, prices)
    except CollateralNeededError as error:
        margins = ("lev=3", "lev=5", f"coll=0.5{error.coin}")
        error.corrections = tuple(Correction(m, f"{query.asked} {m}") for m in margins)
        raise
    except (ThinMarginError, LeverageError) as error:
        error.corrections = _safer(query, getattr(error, "highest", None))
        raise
    except TooSmallError as error:
        error.corrections = _larger(query, error.smallest_coins)
        raise
    reply = summary(query.switches, counted)
    if "brief" not in query.switches:
        reply = replace(reply, provenance=provenance(prices, now))
    reply = replace(reply, buttons=(_what_next(query), _standing(query, counted.sizing)))
    return await with_evidence(reply, query, services, Evidence(prices))


def _instruments(query: SizeQuery) -> tuple[Instrument, ...]:
    """Only the contract where its own price sizes it; the margin coin's too where that is held."""
    held, contract = query.holding.instrument, query.contract
    own = contract.base == held.base
    if contract.kind is Kind.INVERSE and not own:
        return held, contract, Instrument(contract.base, venue=contract.venue)
    if contract.kind is Kind.INVERSE and query.holding.unit is Unit.COINS:
        return (contract,)
    return held, contract


def _sizing(query: SizeQuery, prices: History) -> Sizing:
    closes = prices.closes[-1].tolist()
    market = prices.markets[min(CONTRACT, len(closes) - 1)]
    price, spot = closes[min(CONTRACT, len(closes) - 1)], closes[HELD]
    quantity = query.holding.quantity
    coins = quantity / spot if query.holding.unit is Unit.DOLLARS else quantity
    held = Held(coins, query.holding.instrument.base)
    if not market.inverse:
        return linear_sizing(held, market, spot=spot, price=price, ratio=query.share)
    if len(closes) <= MARGIN:
        return inverse_sizing(held, market, price=price, share=query.share)
    collateral = None
    if query.collateral is not None:
        collateral = _collateral(query.collateral, prices, market.inverse)
    return cross_inverse_sizing(
        held,
        market,
        spot=spot,
        margin_spot=closes[MARGIN],
        price=price,
        ratio=query.share,
        collateral=collateral,
        leverage=query.leverage,
    )


def _collateral(amount: Amount, prices: History, inverse: bool) -> float:  # noqa: FBT001 - the market's own property
    last = prices.closes[-1].tolist()
    known = {m.base: price for m, price in zip(prices.markets, last, strict=True)}
    coin = prices.markets[min(CONTRACT, len(last) - 1)].base
    return margin_in(amount, inverse=inverse, prices=known, coin=coin)


def _counted(query: SizeQuery, prices: History) -> Counted:
    sizing = _sizing(query, prices)
    margin, found = _posted(query, prices, sizing)
    return Counted(
        prices=prices,
        sizing=sizing,
        share=query.share,
        margin=margin,
        liquidation=found,
        margin_is_asked=query.leverage is not None or query.collateral is not None,
    )


def _posted(query: SizeQuery, prices: History, sizing: Sizing) -> tuple[float, Liquidation | None]:
    """Margin (coins of an inverse contract, else dollars) and where the price uses it up."""
    market = sizing.market
    rate = maintenance_rate(market)
    collateral = sizing.collateral_coins if query.leverage is None else None
    if query.collateral is not None:
        collateral = _collateral(query.collateral, prices, market.inverse)
    if collateral is not None:
        found = liquidation(
            market,
            contracts=sizing.contracts,
            entry=sizing.price,
            collateral=collateral,
            maintenance_rate=rate,
            side=sizing.side,
        )
        return collateral, found
    leverage = query.leverage or SHOWN_LEVERAGE
    whole = sizing.coins if market.inverse else sizing.notional_usd
    return whole / leverage, leveraged_liquidation(
        market, entry=sizing.price, leverage=leverage, maintenance_rate=rate, side=sizing.side
    )


def _safer(query: SizeQuery, highest: float | None) -> tuple[Correction, ...]:
    most = highest if highest is not None else float("inf")
    fitting = [lev for lev in SAFER_LEVERAGES if lev < most][:2]
    bare = replace(query, collateral=None)
    return tuple(
        Correction(f"lev={lev}", replace(bare, leverage=float(lev)).asked) for lev in fitting
    )


def _larger(query: SizeQuery, smallest_coins: float | None) -> tuple[Correction, ...]:
    if smallest_coins is None:
        return ()
    enough = replace(query.holding, quantity=smallest_coins, unit=Unit.COINS)
    return (Correction(str(enough), replace(query, holding=enough).asked),)


def _what_next(query: SizeQuery) -> tuple[Button, ...]:
    sides = f"{typed(query.holding, SYNTAX)} {typed(query.contract, SYNTAX)}"
    return (
        Button(tr("Hedge"), f"/hedge {sides}"),
        Button(tr("Carry"), f"/carry {typed(query.contract, SYNTAX)}"),
        again(query.asked),
    )


def _standing(query: SizeQuery, sizing: Sizing) -> tuple[Button, ...]:
    """To be told when the whole position drifts; of a part of it, when being short begins to cost."""
    market, contract = sizing.market, query.contract
    if not market.is_contract:
        return ()
    if query.share != 1.0:
        pays_funding = contract.kind in (Kind.PERP, Kind.INVERSE)
        return (watch_income(typed(contract, SYNTAX), pays_funding=pays_funding),)
    unit, size = (
        (Unit.CONTRACTS, sizing.contracts) if market.inverse else (Unit.COINS, sizing.coins)
    )
    held = Holding(_digits(sizing.holding.coins), Unit.COINS, query.holding.instrument)
    short = Holding(sizing.side.sign * _digits(size), unit, contract)
    leverage = None if query.leverage is None else f"{query.leverage:g}"
    is_crossed = market.inverse and market.base != sizing.holding.base
    margin = options_said(coll=query.collateral, lev=leverage) if is_crossed else ()
    return (watch_position(held, short, *margin),)


def _digits(amount: float) -> float:
    return float(f"{amount:.6g}")


COMMAND = Command(
    name="size",
    summary=later("exactly how many contracts, nothing estimated"),
    usage="/size 2.5 BTC BTC-INV [lev=5] [coll=0.5BTC] [part=80%] [h=1.2]",
    examples=("/size 2.5 BTC BTC-INV lev=5", "/size 40 ETH ETH-PERP", "/size $25k SOL BTC-PERP"),
    parse=parse,
    answer=answer,
    menu_place=30,
    placeholder="2.5 BTC BTC-INV lev=5",
)
