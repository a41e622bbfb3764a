"""/hedge: how much of which contract neutralises a holding, and what that would have removed."""

from dataclasses import dataclass, field, replace

from analytics.errors import Correction
from analytics.hedges import TEST_DAYS, HedgeStudy, Terms, hedge_study, needs_margin_price
from analytics.market.histories import History
from analytics.market.instruments import Instrument, Kind
from analytics.market.windows import DAY, ROUGH_BELOW, Window, spelled
from analytics.positions.refusals import CollateralNeededError, TooSmallError
from handlers._command import Command, Services
from handlers._errors import SameMarketError, UsageError
from handlers._funding import FundingFacts, funding_facts
from handlers._grammar import (
    BAR,
    COLLATERAL,
    END,
    LEVEL,
    LEVERAGE,
    PART,
    QUOTE,
    RATIO,
    SWITCHES,
    VENUE,
    Amount,
    Holding,
    Syntax,
    Unit,
    Words,
    none_named,
    read,
    typed,
    window_of,
)
from handlers._hedge_words import picture, summary
from handlers._markets import provenance
from handlers._questions import again, window_buttons
from handlers._reply import Button, Reply

DEFAULT_LEVEL = 0.95

SYNTAX = Syntax(
    command="hedge",
    example="/hedge 2.5 BTC BTC-INV",
    options=(BAR, LEVEL, VENUE, QUOTE, END, COLLATERAL, LEVERAGE, PART, RATIO),
    switches=SWITCHES - {"csv"},
    amounts=True,
)


@dataclass(frozen=True, slots=True)
class HedgeQuery:
    """What is held, what is to be sold against it, over which window it is measured."""

    holding: Holding
    hedge: Instrument
    window: Window
    level: float = DEFAULT_LEVEL
    part: float = 1.0
    ratio: float | None = None
    collateral: Amount | None = None
    leverage: float | None = None
    switches: frozenset[str] = frozenset()
    notes: tuple[str, ...] = field(default=(), compare=False)

    def asked(self, window: Window) -> str:
        """The same question about another window."""
        sides = (typed(self.holding, SYNTAX), typed(self.hedge, SYNTAX))
        words = ["/hedge", *sides, spelled(window.length)]
        if window.bar is not None:
            words.append(spelled(window.bar))
        if window.end is not None:
            words.append(f"end={window.end:%Y-%m-%dT%H:%M}")
        said = (
            ("ci", None if self.level == DEFAULT_LEVEL else f"{100 * self.level:g}"),
            ("part", None if self.part == 1 else f"{100 * self.part:g}%"),
            ("h", None if self.ratio is None else f"{self.ratio:g}"),
            ("coll", self.collateral),
            ("lev", None if self.leverage is None else f"{self.leverage:g}"),
        )
        words += [f"{key}={value}" for key, value in said if value is not None]
        return " ".join((*words, *sorted(self.switches)))

    @property
    def without_collateral(self) -> str:
        """The same question with no word about the margin."""
        return replace(self, collateral=None).asked(self.window)


def parse(asked: str) -> HedgeQuery:
    """Read one holding, one contract, a window and terms."""
    words = read(asked, SYNTAX)
    return HedgeQuery(
        holding=_holding(words),
        hedge=_hedge(words),
        window=window_of(words),
        level=words.given(LEVEL, DEFAULT_LEVEL),
        part=words.given(PART, 1.0),
        ratio=words.value(RATIO),
        collateral=words.value(COLLATERAL),
        leverage=words.value(LEVERAGE),
        switches=words.switches,
        notes=words.notes,
    )


async def answer(query: HedgeQuery, services: Services) -> Reply:
    """Fetch prices and funding, compute, draw."""
    now = services.now()
    history = await services.histories.history(
        (query.holding.instrument, query.hedge),
        query.window,
        now=now,
        context=TEST_DAYS * DAY,
    )
    if needs_margin_price(*history.markets):
        margin = Instrument(history.markets[1].base, venue=history.markets[1].venue)
        history = await services.histories.history(
            (query.holding.instrument, query.hedge, margin),
            query.window,
            now=now,
            context=TEST_DAYS * DAY,
        )
    n = len(history.in_window.log_returns)
    rough = (f"Only {n} bars: rough.",) if n < ROUGH_BELOW else ()
    history = replace(history, notes=(*query.notes, *history.notes, *rough))
    terms = _terms(query, history)
    coins = _coins(query.holding, spot=float(history.closes[-1, 0]))
    try:
        study = await services.workshop.compute(
            lambda: hedge_study(history, coins, terms, level=query.level)
        )
    except CollateralNeededError as error:
        error.corrections = _margins(query, error.coin)
        raise
    except TooSmallError as error:
        error.corrections = _larger(query, error.smallest_coins)
        raise
    funding = await funding_facts(history, services)
    return await _reply(query, study, funding, services)


async def _reply(
    query: HedgeQuery, study: HedgeStudy, funding: FundingFacts, services: Services
) -> Reply:
    reply = summary(query.switches, study, funding)
    if "brief" not in query.switches:
        sources = provenance(study.history, services.now())
        reply = replace(reply, provenance=(*reply.provenance, *sources))
    reply = replace(reply, buttons=(window_buttons(query.window, query.asked), _what_next(query)))
    if "nochart" in query.switches:
        return reply
    return replace(reply, chart=await services.workshop.draw(picture(study, reply)))


def _margins(query: HedgeQuery, coin: str) -> tuple[Correction, ...]:
    asked = query.asked(query.window)
    return tuple(
        Correction(margin, f"{asked} {margin}") for margin in ("lev=3", "lev=5", f"coll=0.5{coin}")
    )


def _larger(query: HedgeQuery, smallest_coins: float | None) -> tuple[Correction, ...]:
    if smallest_coins is None:
        return ()
    enough = replace(query.holding, quantity=smallest_coins, unit=Unit.COINS)
    right = replace(query, holding=enough).asked(query.window)
    return (Correction(str(enough), right),)


def _what_next(query: HedgeQuery) -> tuple[Button, ...]:
    pair = f"/corr {query.holding.instrument} {query.hedge} {spelled(query.window.length)}"
    return (Button("Correlation", pair), again(query.asked(query.window)))


def _holding(words: Words) -> Holding:
    match words.holdings:
        case (holding,):
            return _checked(words, holding)
        case ():
            raise _no_amount(words)
        case first, second, *_:
            raise UsageError(
                f"I read {first} and {second}. `/hedge` takes one holding.",
                corrections=tuple(_only(words, holding) for holding in (first, second)),
            )
    raise AssertionError(words.holdings)


def _checked(words: Words, holding: Holding) -> Holding:
    if holding.instrument.kind is Kind.INVERSE or holding.unit is Unit.CONTRACTS:
        spot = replace(holding.instrument, kind=Kind.SPOT, quote=None, settle=None)
        raise UsageError(
            f"{holding} is a contract. Say how many coins you hold, such as `2.5 {spot}`.",
            corrections=(_only(words, Holding(2.5, Unit.COINS, spot)),),
        )
    return holding


def _only(words: Words, holding: Holding) -> Correction:
    legs = " ".join(map(str, words.assets)) or str(Instrument(holding.instrument.base, Kind.PERP))
    return Correction(str(holding), f"/hedge {holding} {legs}")


def _no_amount(words: Words) -> UsageError:
    if len(words.assets) < 2:  # noqa: PLR2004 - a held coin and a contract
        return none_named(words) if not words.assets else _hold_how_much(words, words.assets[0])
    return _hold_how_much(words, *words.assets[:2])


def _hold_how_much(words: Words, held: Instrument, hedge: Instrument | None = None) -> UsageError:
    if hedge is None:
        held, hedge = Instrument(held.base, venue=held.venue), held
        if not _is_contract(hedge):
            hedge = replace(hedge, kind=Kind.PERP, quote=None, settle=None)
    rest = (words.durations and f" {spelled(words.durations[0])}") or ""
    amounts = (f"1 {held}", f"$10k {held}")
    return UsageError(
        f"How much {held} do you hold? For example `/hedge {amounts[0]} {hedge}`",
        corrections=tuple(
            Correction(amount, f"/hedge {amount} {hedge}{rest}") for amount in amounts
        ),
    )


def _hedge(words: Words) -> Instrument:
    held = words.holdings[0]
    base, venue = held.instrument.base, held.instrument.venue
    match words.assets:
        case ():
            offers = [Instrument(base, kind, venue=venue) for kind in (Kind.PERP, Kind.INVERSE)]
            raise UsageError(
                f"{held} hedged with what? For example `/hedge {held} {offers[0]}`",
                corrections=tuple(
                    Correction(str(offer), f"{words.question} {offer}") for offer in offers
                ),
            )
        case (hedge,):
            return _sellable(words, held, hedge)
        case first, second, *_:
            raise UsageError(
                f"I read {first} and {second}. `/hedge` takes one contract to hedge with.",
                corrections=tuple(
                    Correction(str(leg), f"/hedge {held} {leg}") for leg in (first, second)
                ),
            )
    raise AssertionError(words.assets)


def _sellable(words: Words, held: Holding, hedge: Instrument) -> Instrument:
    if hedge == held.instrument:
        other = Instrument(hedge.base, Kind.PERP if not _is_contract(hedge) else Kind.SPOT)
        right = f"/hedge {held} {other}" if _is_contract(other) else f"/corr {hedge} {other}"
        raise SameMarketError(str(hedge), corrections=(Correction(str(other), right),))
    if _is_contract(hedge):
        return hedge
    perp = replace(hedge, kind=Kind.PERP, quote=None, settle=None)
    raise UsageError(
        f"{hedge} is the coin itself; to hedge you sell a contract on it, such as {perp}.",
        corrections=tuple(
            Correction(str(offer), f"/hedge {held} {offer}{_window(words)}")
            for offer in (perp, replace(perp, kind=Kind.INVERSE))
        ),
    )


def _window(words: Words) -> str:
    return "".join(f" {spelled(length)}" for length in words.durations)


def _is_contract(instrument: Instrument) -> bool:
    return instrument.kind is not Kind.SPOT


def _coins(holding: Holding, *, spot: float) -> float:
    return holding.quantity / spot if holding.unit is Unit.DOLLARS else holding.quantity


def _terms(query: HedgeQuery, history: History) -> Terms:
    collateral = query.collateral
    if collateral is None:
        return Terms(query.part, query.ratio, None, query.leverage)
    held, contract = history.markets[:2]
    spot, price = history.closes[-1, :2].tolist()
    dollars = {None: 1.0, held.base: spot, contract.base: price}.get(collateral.coin)
    if dollars is None or (contract.inverse and collateral.coin not in (None, contract.base)):
        margin = contract.base if contract.inverse else "dollars"
        raise UsageError(
            f"{query.hedge} takes its margin in {margin}; I read coll={collateral}.",
            corrections=(Correction("without coll=", query.without_collateral),),
        )
    worth = collateral.quantity * dollars
    return Terms(
        query.part, query.ratio, worth / price if contract.inverse else worth, query.leverage
    )


COMMAND = Command(
    name="hedge",
    aliases=("h",),
    summary="how much of which contract neutralises a holding",
    usage="/hedge 2.5 BTC BTC-INV [30d] [part=80%] [h=1] [lev=3] [coll=0.5BTC]",
    examples=(
        "/hedge 40 ETH BTC-PERP 30d",
        "/hedge 2.5 BTC BTC-INV",
        "/hedge $25k SOL ETH-PERP 60d",
        "/hedge -3 ETH BTC-PERP",
    ),
    parse=parse,
    answer=answer,
    menu_place=20,
    placeholder="2.5 BTC BTC-INV",
)
