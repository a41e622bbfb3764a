"""Which contracts a question about carry is of, for how much, over which window."""

from dataclasses import dataclass, field
from datetime import timedelta

from analytics.errors import Correction
from analytics.language import tr
from analytics.market.instruments import Instrument, Kind
from analytics.market.windows import DAY, Window, spelled
from handlers._errors import UsageError
from handlers._grammar import (
    BAR,
    END,
    FEE,
    HOLD,
    LEVEL,
    QUOTE,
    VENUE,
    Holding,
    Syntax,
    Words,
    none_named,
    read,
    typed,
    window_of,
)
from handlers._held import contract_of, is_contract
from handlers._restated import DEFAULT_LEVEL, level_said, options_said, window_said

DEFAULT_HOLD = 30 * DAY
DEFAULT_NOTIONAL = 10_000.0
PAYS_FUNDING = (Kind.PERP, Kind.INVERSE)
MOST = 2

SYNTAX = Syntax(
    command="carry",
    example="/carry BTC-INV",
    options=(BAR, LEVEL, VENUE, QUOTE, END, FEE, HOLD),
    amounts=True,
    amount_example="BTC-INV",
)


@dataclass(frozen=True, slots=True)
class CarryQuery:
    """Which contracts, over which window, for how much.

    ``amount`` is of the first contract, whichever its sign; None for $10k.
    """

    contracts: tuple[Instrument, ...]
    window: Window
    amount: Holding | None = None
    level: float = DEFAULT_LEVEL
    fee: float | None = None
    hold: timedelta = DEFAULT_HOLD
    switches: frozenset[str] = frozenset()
    notes: tuple[str, ...] = field(default=(), compare=False)

    def asked(self, window: Window) -> str:
        """The same question about another window."""
        first, *others = self.contracts
        named = typed(first, SYNTAX) if self.amount is None else typed(self.amount, SYNTAX)
        beside = (typed(other, SYNTAX) for other in others)
        options = options_said(
            fee=None if self.fee is None else f"{100 * self.fee:g}%",
            hold=None if self.hold == DEFAULT_HOLD else spelled(self.hold),
            ci=level_said(self.level),
        )
        words = ("/carry", named, *beside, *window_said(window), *options)
        return " ".join((*words, *sorted(self.switches)))


def carry_query(asked: str) -> CarryQuery:
    """Read one contract or two, an amount, a window and terms."""
    words = read(asked, SYNTAX)
    contracts, amount = _contracts(words)
    return CarryQuery(
        contracts=contracts,
        amount=amount,
        window=window_of(words),
        level=words.given(LEVEL, DEFAULT_LEVEL),
        fee=words.value(FEE),
        hold=words.given(HOLD, DEFAULT_HOLD),
        switches=words.switches,
        notes=words.notes,
    )


def _contracts(words: Words) -> tuple[tuple[Instrument, ...], Holding | None]:
    amount = words.holdings[0] if words.holdings else None
    if len(words.holdings) > 1:
        second = words.holdings[1]
        raise UsageError(
            tr(
                "I read {holdings} and {second}. One amount is enough: it holds for both.",
                holdings=words.holdings[0],
                second=second,
            ),
            corrections=(
                Correction(f"{amount} {second.instrument}", f"/carry {amount} {second.instrument}"),
            ),
        )
    named = (*((amount.instrument,) if amount else ()), *words.assets)
    if not named:
        raise none_named(words)
    if len(named) > MOST:
        raise UsageError(
            tr(
                "I read {names}. `/carry` compares two contracts.", names=", ".join(map(str, named))
            ),
            corrections=(Correction(f"{named[0]} {named[1]}", f"/carry {named[0]} {named[1]}"),),
        )
    for instrument in named:
        _refuse_spot(words, instrument)
    if len(set(named)) < len(named):
        raise _same(words, named[0])
    return named, amount


def _same(words: Words, contract: Instrument) -> UsageError:
    other = contract_of(contract, Kind.PERP if contract.kind is not Kind.PERP else Kind.INVERSE)
    lengths = "".join(f" {spelled(length)}" for length in words.durations)
    return UsageError(
        tr("Both are {contract}: there is nothing to compare.", contract=contract),
        corrections=(
            Correction(str(contract), f"/carry {contract}{lengths}"),
            Correction(f"{contract} {other}", f"/carry {contract} {other}{lengths}"),
        ),
    )


def _refuse_spot(words: Words, instrument: Instrument) -> None:
    if is_contract(instrument):
        return
    offers = [contract_of(instrument, kind) for kind in PAYS_FUNDING]
    lengths = "".join(f" {spelled(length)}" for length in words.durations)
    raise UsageError(
        tr(
            "{instrument} is the coin itself: it pays nothing for being held. A contract does, "
            "such as {offers}.",
            instrument=instrument,
            offers=offers[0],
        ),
        corrections=(
            *(Correction(str(offer), f"/carry {offer}{lengths}") for offer in offers),
            Correction(tr("both"), f"/carry {offers[1]} {offers[0]}{lengths}"),
        ),
    )
