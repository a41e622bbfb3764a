"""What a ticker is meant by: a coin's name, or letters of another alphabet that look like it."""

from rapidfuzz import process
from rapidfuzz.distance import OSA

ALIKE = 0.8
SHORTEST_NAME = 5
NAMES = {
    "APTOS": "APT",
    "ARBITRUM": "ARB",
    "AVALANCHE": "AVAX",
    "BITCOIN": "BTC",
    "CARDANO": "ADA",
    "CHAINLINK": "LINK",
    "COSMOS": "ATOM",
    "DOGECOIN": "DOGE",
    "ETHER": "ETH",
    "ETHEREUM": "ETH",
    "FILECOIN": "FIL",
    "LITECOIN": "LTC",
    "MONERO": "XMR",
    "OPTIMISM": "OP",
    "POLKADOT": "DOT",
    "POLYGON": "POL",
    "RIPPLE": "XRP",
    "SOLANA": "SOL",
    "STELLAR": "XLM",
    "TONCOIN": "TON",
    "TRON": "TRX",
    "UNISWAP": "UNI",
}
"""Only offered, never taken for granted: some of these names are tickers of other coins."""
_LOOKS = str.maketrans("АВЕКМНОРСТУХІЅЈΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEKMHOPCTYXISJABEZHIKMNOPTYX")


def meant_by(ticker: str) -> str | None:
    """The ticker that somebody means who types a coin's name, also of several, or Cyrillic letters.

    None if it is neither.
    """
    latin = ticker.translate(_LOOKS)
    found = NAMES.get(latin, NAMES.get(latin.removesuffix("S"), latin))
    return None if found == ticker else found


def like_a_name(word: str) -> str | None:
    """The ticker of a coin whose name is written nearly so, ``ETHERIUM``; None where none is."""
    if len(word) < SHORTEST_NAME:
        return None
    found = process.extractOne(
        word, list(NAMES), scorer=OSA.normalized_similarity, score_cutoff=ALIKE
    )
    return NAMES[found[0]] if found else None
