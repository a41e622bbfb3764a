"""Alerts on prices, which there are not: who wants one hears what can be watched instead."""

import re
from dataclasses import replace

from analytics.errors import Correction
from analytics.language import tr
from analytics.market.instruments import Instrument
from handlers._errors import UsageError
from handlers._grammar import typed
from handlers._grammar.durations import is_unit
from handlers._grammar.sentences import named_in
from handlers._grammar.symbols import COIN_QUOTES
from handlers._held import contract_of, is_contract
from handlers._watch.said_measures import ABOVE, BELOW, MEASURED
from handlers._watch.syntax import SYNTAX

_LEVEL = re.compile(
    rf"(?<!\w)(?:{BELOW}|{ABOVE}|hits|reaches|erreicht|llega a|supera|(?:baja|cae|sube|pasa) de)\s+"
    r"(?:los\s+)?\$?[\d.,]*\d\s?k?(?![\w%.,]|\s?%)(?:\s+(?P<unit>\w+))?",
    re.IGNORECASE,
)
"""A price that is on one side of a number, without a word about what is meant."""
_PRICE = re.compile(
    rf"{_LEVEL.pattern}|(?:price|preis|kurs|precio)\b|[<>]\s*\$?\d|\b(?:at|falls|drops|rises|fällt|"
    r"steigt|cae|sube|baja)(?:\s+(?:by|to|um|auf|un))?\s+\$?\d|"
    r"(?<!\S)(?:\$\s?\d[\d.,]*k?|\d[\d.,]{2,}k?|\d+k)\W*$",
    re.IGNORECASE,
)


def names_level(text: str) -> bool:
    """Whether some words say that one coin is on a side of a number: ``btc below 60k``."""
    said = _LEVEL.search(text)
    if said is None or is_unit(said["unit"] or "") or MEASURED.search(text) is not None:
        return False
    return len({one.market.base for one in named_in(text) if one.market}) == 1


def refuse_prices(text: str) -> None:
    """Say what can be watched to whoever wants to hear of a price."""
    if re.search(MEASURED, text) is not None or _PRICE.search(text) is None:
        return
    coins = [one.market for one in named_in(re.sub(r"[<>]", " ", text)) if one.market]
    if len({coin.base for coin in coins}) != 1:
        return
    raise UsageError(
        tr(
            "I have no alerts on prices: I watch how markets stand to each other, and what contracts "
            "pay."
        ),
        corrections=tuple(_watchable(coins[0])),
    )


def _watchable(coin: Instrument) -> list[Correction]:
    """What there is of a coin instead; of ETH/BTC how ETH stands to BTC."""
    market = replace(coin, quote=None, settle=None, text="")
    contract = typed(market if is_contract(market) else contract_of(market), SYNTAX)
    other = coin.quote if coin.quote in COIN_QUOTES else "BTC" if coin.base == "ETH" else "ETH"
    rights = (
        f"{typed(market, SYNTAX)} {other}-PERP break",
        f"{contract} funding<0",
        f"{contract} basis>0.5%",
    )
    return [Correction(right, f"/watch {right}") for right in rights]
