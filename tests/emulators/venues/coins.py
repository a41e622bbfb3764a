"""The coins of the generated venues."""

import itertools
import random
from collections.abc import Iterator

from tests.emulators.venues.walk import Asset

COINS = {
    "BTC": Asset(90_000.0, 1.0, 0.001),
    "ETH": Asset(3_200.0, 1.15, 0.0025),
    "SOL": Asset(140.0, 1.4, 0.004),
    "XRP": Asset(2.1, 1.0, 0.005),
    "BNB": Asset(850.0, 0.8, 0.003),
    "DOGE": Asset(0.14, 1.4, 0.005),
    "ADA": Asset(0.4, 1.2, 0.004),
    "LTC": Asset(80.0, 0.9, 0.004),
    "LINK": Asset(13.0, 1.2, 0.004),
    "PEPE": Asset(0.0000045, 1.6, 0.007),
    "1INCH": Asset(0.18, 1.1, 0.005),
    "SHIB": Asset(0.0000085, 1.3, 0.005),
    "PERP": Asset(0.2, 0.9, 0.006),
    "BEAM": Asset(0.003, 1.1, 0.006),
    "AVAX": Asset(14.0, 1.3, 0.004),
    "TRX": Asset(0.28, 0.4, 0.003),
    "BCH": Asset(560.0, 0.9, 0.004),
    "NEAR": Asset(1.7, 1.4, 0.005),
    "ATOM": Asset(2.3, 1.1, 0.004),
    "ETC": Asset(12.0, 1.1, 0.004),
    "UNI": Asset(6.0, 1.2, 0.005),
    "DOT": Asset(2.0, 1.2, 0.004),
    "AAVE": Asset(170.0, 1.2, 0.005),
    "S": Asset(0.08, 1.3, 0.007),
    "T": Asset(0.01, 1.0, 0.006),
    "SUI": Asset(1.6, 1.4, 0.005),
    "ARB": Asset(0.2, 1.3, 0.005),
    "FIL": Asset(1.4, 1.2, 0.005),
}

# Another coin under the same ticker: its price has nothing to do with the one above.
TWIN = "BEAM the other"
TWIN_VENUES = frozenset({"kraken", "okx"})
GONE = "FTT"

OTHERS = {TWIN: Asset(0.04, 0.5, 0.008), GONE: Asset(0.6, 0.8, 0.01), "EUR": Asset(1.12, 0.0, 3e-4)}


def coins(count: int, seed: int) -> dict[str, Asset]:
    """The known coins, then invented ones up to `count`."""
    chance = random.Random(seed)
    found = dict(itertools.islice(COINS.items(), count))
    for name in itertools.islice(_names(chance), count - len(found)):
        price = float(f"{10 ** chance.uniform(-3, 2):.3g}")
        found[name] = Asset(price, chance.uniform(0.6, 1.7), chance.uniform(0.003, 0.008))
    return found


def _names(chance: random.Random) -> Iterator[str]:
    """Five letters that can be said and that no known coin has."""
    consonants, vowels = "BDFGKLMNPRSTVZ", "AEIOU"
    names = ["".join(p) for p in itertools.product(consonants, vowels, consonants, "AO", "XQ")]
    chance.shuffle(names)
    return iter(names)
