"""What a ticker is meant by: a coin's name, or letters of another alphabet that look like it."""

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
