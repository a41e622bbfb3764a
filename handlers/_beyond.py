"""What people ask of such a bot that this one does not do, with the nearest that it does."""

import re
from collections.abc import Sequence

from analytics.errors import Correction
from analytics.language import tr
from analytics.market.instruments import Instrument
from handlers._errors import UsageError
from handlers._grammar.sentences import Named, named_in
from handlers._held import contract_of

_PRICES = frozenset(
    """
    price prices p ticker quote chart charts candles ohlc preis preise kurs kurse precio precios
    cotización cotizacion convert market cap
    """.split()  # noqa: SIM905 - a column of quoted words is harder to read
)
_TRADES = frozenset(
    """
    buy sell trade order orders long short open close withdraw deposit kaufen kaufe verkaufen verkaufe
    handeln comprar compra vender vende operar invertir
    """.split()  # noqa: SIM905 - as above
)
_OF_A_PRICE = re.compile(
    r"(?<!\w)(?:prices?|preise?|kurse?|precios?|cotizaci[oó]n(?:es)?)(?!\w)|"
    r"\W*(?:how much (?:is|are|does)|what(?:'s| is) .* worth|was kostet|wie viel kostet|wieviel kostet|"
    r"wie steht|cu[aá]nto (?:vale|cuesta)|a c[oó]mo est[aá])(?!\w)"
)
_TO_TRADE = re.compile(
    r"\W*(?:please |bitte |por favor |can you |i want to |ich will |quiero )*"
    rf"(?:{'|'.join(sorted(_TRADES - {'long', 'short', 'open', 'close', 'order', 'orders'}))})(?!\w)"
)


def not_done(command: str, rest: str) -> UsageError | None:
    """What to say to ``/price BTC`` and ``/buy 1 BTC``; None to all other unknown commands."""
    named = named_in(rest)
    if command in _PRICES:
        return _no_prices(named)
    return _no_trades(named) if command in _TRADES else None


def beyond(said: str, named: Sequence[Named]) -> UsageError | None:
    """The same for words without a slash, in lower case; None where they are about something else."""
    if len({one.market.base for one in named if one.market is not None}) != 1:
        return None
    if _OF_A_PRICE.search(said) is not None:
        return _no_prices(named)
    return _no_trades(named) if _TO_TRADE.match(said) else None


def _no_prices(named: Sequence[Named]) -> UsageError:
    coin = _coin(named)
    other = "BTC" if coin.base == "ETH" else "ETH"
    size, pair = f"/size 1 {coin} {contract_of(coin)}", f"/corr {coin} {other}-PERP"
    return UsageError(
        tr(
            "I am no ticker: I say how markets move together and what hedges them. The last price of "
            "{coin} stands in `{question}`",
            coin=coin,
            question=size,
        ),
        corrections=(Correction(size, size), Correction(pair, pair)),
    )


def _no_trades(named: Sequence[Named]) -> UsageError:
    coin = _coin(named)
    amount = next((one.words for one in named if one.is_amount), f"1 {coin}").lstrip("-")
    amount = amount if _is_spot(named) else f"{amount.partition(' ')[0]} {coin}"
    hedge, best = f"/hedge {amount} {contract_of(coin)}", f"/best {amount}"
    return UsageError(
        tr(
            "I never trade: I hold no keys and no coins. What to sell against {amount} so that its "
            "price matters less: `{question}`",
            amount=amount,
            question=hedge,
        ),
        corrections=(Correction(hedge, hedge), Correction(best, best)),
    )


def _coin(named: Sequence[Named]) -> Instrument:
    """The coin that somebody names first; BTC stands for any."""
    market = next((one.market for one in named if one.market is not None), Instrument("BTC"))
    return Instrument(market.base, venue=market.venue)


def _is_spot(named: Sequence[Named]) -> bool:
    return all(one.market == _coin([one]) for one in named if one.market is not None)
