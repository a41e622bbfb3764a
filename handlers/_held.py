"""What is held and what is sold against it, read from the words of a question."""

from dataclasses import replace

from analytics.errors import Correction
from analytics.language import tr
from analytics.market.instruments import Instrument, Kind
from analytics.market.nicknames import meant_by
from analytics.market.windows import spelled
from handlers._errors import SameMarketError, UsageError
from handlers._grammar import STABLE_QUOTES, Amount, Holding, Unit, Words, none_named, typed
from handlers._grammar.symbols import FIAT_QUOTES

MONEY = frozenset({*STABLE_QUOTES, *FIAT_QUOTES})


def held_and_contract(words: Words) -> tuple[Holding, Instrument]:
    """The one holding of a question and the one contract against it.

    Raises
    ------
    UsageError
        Something is missing, or there are several.
    SameMarketError
        Both are one market.

    """
    held = _holding(words)
    return held, _contract(words, held)


def contract_of(instrument: Instrument, kind: Kind = Kind.PERP) -> Instrument:
    """A contract on the coin of an instrument, at the same venue."""
    return Instrument(instrument.base, kind, venue=instrument.venue)


def is_contract(instrument: Instrument) -> bool:
    """Whether it can be sold short: everything but the coin itself."""
    return instrument.kind is not Kind.SPOT


def by_ticker(instrument: Instrument) -> Instrument:
    """The coin that somebody means who writes ``bitcoins``, as venues call it."""
    meant = meant_by(instrument.base)
    return instrument if meant is None else replace(instrument, base=meant, text="")


def contract_instead(spot: Instrument, held: Instrument) -> Instrument:
    """The contract to sell where the coin itself was named, or money, on which there is none."""
    return contract_of(held if spot.base in MONEY else spot)


def why_no_hedge(spot: Instrument, contract: Instrument) -> str:
    """Why a coin, or money, is not what one sells to hedge."""
    if spot.base in MONEY:
        return tr(
            "{spot} is money: selling it hedges nothing. Sell a contract, such as {contract}.",
            spot=spot,
            contract=contract,
        )
    return tr(
        "{spot} is the coin itself; to hedge you sell a contract on it, such as {contract}.",
        spot=spot,
        contract=contract,
    )


def coins_of(words: Words, holding: Holding) -> Holding:
    """A holding that is no number of contracts, and no coin-margined one; others are refused."""
    if holding.instrument.kind is not Kind.INVERSE and holding.unit is not Unit.CONTRACTS:
        return holding
    spot = Instrument(holding.instrument.base, venue=holding.instrument.venue)
    contract = " ".join(map(str, words.assets)) or str(holding.instrument)
    raise UsageError(
        tr(
            "{holding} is a contract. Say how many coins you hold, such as `2.5 {spot}`.",
            holding=holding,
            spot=spot,
        ),
        corrections=(
            Correction(f"2.5 {spot}", f"/{words.question.command} 2.5 {spot} {contract}"),
        ),
    )


def margin_in(amount: Amount, *, inverse: bool, prices: dict[str, float], coin: str) -> float:
    """What is posted, in coins of an inverse contract's ``coin``, else in dollars.

    Raises
    ------
    UsageError
        The contract does not take that coin.

    """
    dollars = 1.0 if amount.coin is None else prices.get(amount.coin)
    if dollars is None or (inverse and amount.coin not in (None, coin)):
        takes = coin if inverse else tr("dollars")
        raise UsageError(
            tr(
                "That contract takes its margin in {takes}; I read coll={amount}.",
                takes=takes,
                amount=amount,
            ),
            corrections=(Correction(tr("without coll="), "", f"coll={amount}"),),
        )
    worth = amount.quantity * dollars
    return worth / prices[coin] if inverse else worth


def _holding(words: Words) -> Holding:
    match words.holdings:
        case (holding,):
            return coins_of(words, holding)
        case ():
            raise _how_much(words)
        case first, second, *_:
            legs = " ".join(map(str, words.assets)) or str(contract_of(first.instrument))
            raise UsageError(
                tr(
                    "I read {first} and {second}. `/{command}` takes one holding.",
                    first=first,
                    second=second,
                    command=words.question.command,
                ),
                corrections=tuple(
                    Correction(str(held), f"/{words.question.command} {held} {legs}")
                    for held in (first, second)
                ),
            )
    raise AssertionError(words.holdings)


def _how_much(words: Words) -> UsageError:
    if not words.assets:
        return none_named(words)
    named = tuple(map(by_ticker, words.assets))
    held, contract = named[0], named[-1]
    if len(named) == 1:
        held, contract = Instrument(held.base, venue=held.venue), held
        contract = contract if is_contract(contract) else contract_of(contract)
    # The first of three may be no market at all, such as "forty".
    others = [asset for asset in named[1:-1] if not is_contract(asset)][:1]
    amounts = [
        f"{amount}{typed(one, words.syntax)}"
        for one in (held, *others)
        for amount in ("1 ", "$10k ")
    ]
    name = words.question.command
    return UsageError(
        tr(
            "How much {held} do you hold? For example `/{name} {amounts} {contract}`",
            held=held,
            name=name,
            amounts=amounts[0],
            contract=contract,
        ),
        corrections=tuple(
            Correction(amount, f"/{name} {amount} {contract}{_lengths(words)}")
            for amount in amounts
        ),
    )


def _contract(words: Words, held: Holding) -> Instrument:
    name = words.question.command
    match words.assets:
        case ():
            coin = by_ticker(held.instrument)
            if is_contract(held.instrument):
                spot = replace(held, instrument=Instrument(coin.base, venue=coin.venue))
                raise _against(words, spot, held.instrument)
            offers = [contract_of(coin, kind) for kind in (Kind.PERP, Kind.INVERSE)]
            raise UsageError(
                tr(
                    "{held} against what? For example `/{name} {held} {offers}`",
                    held=held,
                    name=name,
                    offers=offers[0],
                ),
                corrections=tuple(
                    Correction(str(offer), f"{words.question} {offer}") for offer in offers
                ),
            )
        case (contract,):
            return _sellable(words, held, contract)
        case first, second, *_:
            raise UsageError(
                tr(
                    "I read {first} and {second}. `/{name}` takes one contract.",
                    first=first,
                    second=second,
                    name=name,
                ),
                corrections=tuple(
                    Correction(str(leg), f"/{name} {held} {leg}") for leg in (first, second)
                ),
            )
    raise AssertionError(words.assets)


def _against(words: Words, held: Holding, contract: Instrument) -> UsageError:
    """``$10k BTC-PERP`` alone: the contract against so much of its coin."""
    right = f"/{words.question.command} {typed(held, words.syntax)} {contract}{_lengths(words)}"
    return UsageError(
        tr(
            "{held} against what? For example `{right}`",
            held=f"{held.amount} {contract}",
            right=right,
        ),
        corrections=(Correction(right.partition(" ")[2], right),),
    )


def _sellable(words: Words, held: Holding, contract: Instrument) -> Instrument:
    name = words.question.command
    if is_contract(contract) and contract != held.instrument:
        return contract
    perp = contract_instead(contract, held.instrument)
    if contract == held.instrument and is_contract(contract):
        spot = Instrument(contract.base, venue=contract.venue)
        right = f"/{name} {held.amount} {typed(spot, words.syntax)} {contract}"
        raise SameMarketError(
            str(contract), corrections=(Correction(tr("{spot} held", spot=spot), right),)
        )
    raise UsageError(
        why_no_hedge(contract, perp),
        corrections=tuple(
            Correction(str(offer), f"/{name} {held} {offer}{_lengths(words)}")
            for offer in (perp, replace(perp, kind=Kind.INVERSE))
        ),
    )


def _lengths(words: Words) -> str:
    return "".join(f" {spelled(length)}" for length in words.durations)
