"""Amounts that stand behind what they count: ``ETH 40 BTC-PERP`` is 40 ETH and a contract."""

from collections.abc import Iterator

from analytics.errors import Correction
from analytics.language import tr
from analytics.market.instruments import Instrument
from handlers._errors import UsageError
from handlers._grammar import Holding, Words, typed
from handlers._grammar.words import Piece
from handlers._held import is_contract


def refuse_turned(words: Words) -> None:
    """Refuse a coin right before an amount of something else, and offer the amount first.

    Raises
    ------
    UsageError
        A coin without an amount stands before one that seems to be another's.

    """
    meant = [piece for piece in words.pieces if piece.value is not None]
    counts = _counted(meant[1:]) if meant and _is_coin(meant[0]) else []
    last = counts[-1].value if counts else None
    if not isinstance(last, Holding) or not is_contract(last.instrument):
        # ``BTC 40 ETH`` may be 40 ETH, hedged with BTC.
        return
    right = " ".join(
        (f"/{words.question.command}", *_turned(words, meant[0], counts), *_rest(words, counts))
    )
    raise UsageError(
        tr("The amounts come first: `{right}`", right=right),
        corrections=(Correction(right.partition(" ")[2], right),),
    )


def _is_coin(piece: Piece) -> bool:
    return isinstance(piece.value, Instrument) and not is_contract(piece.value)


def _counted(pieces: list[Piece]) -> list[Piece]:
    """The amounts that follow each other from the first on."""
    counts: list[Piece] = []
    for piece in pieces:
        if not isinstance(piece.value, Holding) or (counts and piece.start != counts[-1].stop):
            break
        counts.append(piece)
    return counts


def _turned(words: Words, coin: Piece, counts: list[Piece]) -> Iterator[str]:
    """Each amount before the market that it follows; the last market stays without one."""
    before = coin.value
    for piece in counts:
        holding = piece.value
        if isinstance(holding, Holding) and isinstance(before, Instrument):
            yield f"{holding.amount} {typed(before, words.syntax)}"
            before = holding.instrument
    if isinstance(before, Instrument):
        yield typed(before, words.syntax)


def _rest(words: Words, counts: list[Piece]) -> tuple[str, ...]:
    return words.question.words[counts[-1].stop :]
