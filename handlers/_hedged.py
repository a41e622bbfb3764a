"""A holding and the contracts that already stand against it, read from the words of a question."""

from dataclasses import replace

from analytics.errors import Correction
from analytics.language import tr
from analytics.market.instruments import Instrument
from analytics.market.windows import spelled
from handlers._book import no_such_position
from handlers._errors import UsageError
from handlers._grammar import Holding, Unit, Words, typed
from handlers._grammar.symbols import WELL_KNOWN
from handlers._held import contract_of, is_contract
from handlers._turned import refuse_turned


def held_and_hedge(words: Words) -> tuple[Holding, Holding]:
    """What is held and the contracts against it, both with amounts, in either order.

    Raises
    ------
    UsageError
        Something is missing, there are several, or a side is of the wrong kind.

    """
    refuse_turned(words)
    match words.holdings:
        case first, second if not words.assets:
            if is_contract(first.instrument) and not is_contract(second.instrument):
                first, second = second, first
            return _opposed(words, first, second)
        case (held,) if len(words.assets) <= 1:
            raise _hedge_missing(words, held)
        case () if not words.assets:
            raise UsageError(
                tr("Which position? For example `{example}`", example=words.syntax.example),
                corrections=(Correction(words.syntax.example, words.syntax.example),),
            )
        case () if len(words.assets) == 1 and _may_be_a_name(words.assets[0]):
            raise no_such_position(words.assets[0].base.casefold(), words.syntax.example)
        case ():
            asset, contract = words.assets[0], words.assets[-1]
            contract = contract if is_contract(contract) else contract_of(contract)
            right = f"/{words.question.command} 1 {typed(asset, words.syntax)} -1 {contract}"
            raise UsageError(
                tr("How much of each? For example `{right}`", right=right),
                corrections=(Correction(f"1 {asset} -1 {contract}", right),),
            )
    raise UsageError(
        tr(
            "`/{command}` takes what you hold and one contract against it, for example `{example}`",
            command=words.question.command,
            example=words.syntax.example,
        ),
        corrections=(Correction(words.syntax.example, words.syntax.example),),
    )


def _may_be_a_name(asset: Instrument) -> bool:
    return asset == Instrument(asset.base) and asset.base not in WELL_KNOWN


def _opposed(words: Words, held: Holding, hedge: Holding) -> tuple[Holding, Holding]:
    if held.instrument == hedge.instrument:
        size = -abs(hedge.quantity) if held.quantity > 0 else abs(hedge.quantity)
        perp = Holding(size, hedge.unit, contract_of(hedge.instrument))
        raise UsageError(
            tr(
                "Both are {instrument}. What you hold comes first, then the contract.",
                instrument=held.instrument,
            ),
            corrections=(Correction(str(perp), _asked(words, held, perp)),),
        )
    if not is_contract(hedge.instrument):
        perp = replace(hedge, instrument=contract_of(hedge.instrument))
        raise UsageError(
            tr(
                "{instrument} is the coin itself; a hedge is a contract, such as {instrument_2}.",
                instrument=hedge.instrument,
                instrument_2=perp.instrument,
            ),
            corrections=(Correction(str(perp), _asked(words, held, perp)),),
        )
    if held.unit is Unit.CONTRACTS:
        coins = Holding(1.0, Unit.COINS, Instrument(held.instrument.base))
        raise UsageError(
            tr(
                "{held} is a contract. Say how many coins you hold, such as `{coins}`.",
                held=held,
                coins=coins,
            ),
            corrections=(Correction(str(coins), _asked(words, coins, hedge)),),
        )
    return held, hedge


def _hedge_missing(words: Words, held: Holding) -> UsageError:
    contract = words.assets[0] if words.assets else contract_of(held.instrument)
    contract = contract if is_contract(contract) else contract_of(contract)
    sign = -1.0 if held.quantity > 0 else 1.0
    one = Holding(sign, Unit.COINS, contract)
    hedge = f"/hedge {held} {contract}"
    return UsageError(
        tr(
            "How much {contract} stands against {held}? A short is written -2.1 {contract}. None "
            "yet: `{hedge}`",
            contract=contract,
            held=held,
            hedge=hedge,
        ),
        corrections=(
            Correction(f"{one}", _asked(words, held, one)),
            Correction(tr("Size a hedge"), hedge),
        ),
    )


def _asked(words: Words, held: Holding, hedge: Holding) -> str:
    lengths = "".join(f" {spelled(length)}" for length in words.durations)
    return f"/{words.question.command} {typed(held, words.syntax)} {typed(hedge, words.syntax)}{lengths}"
