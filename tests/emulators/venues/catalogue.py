"""Invented market lists of the six venues, with the troubles real ones have."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.emulators.venues.coins import COINS, GONE, OTHERS, TWIN, TWIN_VENUES, coins
from tests.emulators.venues.listing import Listing
from tests.emulators.venues.terms import terms
from tests.emulators.venues.walk import Asset

QUARTER_MONTHS = frozenset({3, 6, 9, 12})


@dataclass(frozen=True, slots=True)
class Shelf:
    """Markets of one sort: which coins, in what quoted, in what settled, how many expiries."""

    quote: str
    settled_in: str = ""  # "quote", "base" or nothing for spot
    bases: tuple[str, ...] = ()  # none: every coin
    quarters: int = 0


INVERSE = ("BTC", "ETH", "SOL", "XRP", "BNB", "DOGE", "ADA", "LTC", "LINK")
LARGE = ("BTC", "ETH")

SHELVES = {
    "binance": (
        Shelf("USDT"),
        Shelf("USDT", "quote"),
        Shelf("USDC", bases=("BTC", "ETH", "SOL")),
        Shelf("USDC", "quote", ("BTC", "ETH", "SOL", "XRP")),
        Shelf("USD", "base", INVERSE),
        Shelf("BTC", bases=("ETH", "SOL", "LTC")),
        Shelf("USDT", "quote", LARGE, quarters=2),
        Shelf("USD", "base", LARGE, quarters=2),
    ),
    "bybit": (
        Shelf("USDT"),
        Shelf("USDT", "quote"),
        Shelf("USDC", bases=("BTC", "ETH", "SOL")),
        Shelf("USDC", "quote", ("BTC", "ETH", "SOL")),
        Shelf("USD", "base", ("BTC", "ETH", "SOL", "XRP")),
        Shelf("USDT", "quote", LARGE, quarters=1),
        Shelf("USD", "base", LARGE, quarters=2),
    ),
    "okx": (
        Shelf("USDT"),
        Shelf("USDT", "quote"),
        Shelf("USDC", bases=("BTC", "ETH")),
        Shelf("USDC", "quote", ("BTC", "ETH", "SOL")),
        Shelf("USD", "base", ("BTC", "ETH", "SOL", "XRP", "LTC")),
        Shelf("USDT", "quote", LARGE, quarters=2),
        Shelf("USD", "base", LARGE, quarters=2),
    ),
    "kraken": (
        Shelf("USD"),
        Shelf("EUR", bases=("BTC", "ETH", "SOL", "XRP", "DOGE", "LTC")),
        Shelf("USDT", bases=("BTC", "ETH", "SOL")),
        Shelf("BTC", bases=("ETH", "LTC", "SOL")),
    ),
    "krakenfutures": (
        Shelf("USD", "quote"),
        Shelf("USD", "base", ("BTC", "ETH", "XRP", "LTC")),
        Shelf("USD", "base", LARGE, quarters=2),
        Shelf("USD", "quote", LARGE, quarters=1),
    ),
    "deribit": (
        Shelf("USDC", "quote"),
        Shelf("USD", "base", LARGE),
        Shelf("USD", "base", LARGE, quarters=2),
        Shelf("USDC", "quote", LARGE, quarters=1),
        Shelf("USDC", bases=("BTC", "ETH", "SOL")),
        Shelf("USDT", bases=LARGE),
        Shelf("BTC", bases=("ETH",)),
    ),
}
VENUES = tuple(SHELVES)

# Coins so cheap that a venue quotes its perpetual by the thousand, and how it writes that.
BY_THE_THOUSAND = {
    "binance": {"PEPE": "1000PEPE", "SHIB": "1000SHIB"},
    "bybit": {"PEPE": "1000PEPE", "SHIB": "SHIB1000"},
}


def assets(size: int, seed: int) -> dict[str, Asset]:
    """The price paths that lists of `size` markets need."""
    return coins(max(size, len(COINS)), seed) | OTHERS


def catalogue(venue: str, now: datetime, *, size: int, seed: int) -> tuple[Listing, ...]:
    """About `size` markets of a venue as they stand at `now`; the fixed ones are always there."""
    known = assets(size, seed)
    found: dict[str, Listing] = {}
    for listing in _markets(venue, known, now):
        found.setdefault(listing.symbol, listing)
        if len(found) >= size:
            break
    return (*found.values(), gone(venue, now))


def gone(venue: str, now: datetime) -> Listing:
    """A market that stopped trading a month ago and is still listed."""
    ended = now.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=30)
    return _listing(venue, SHELVES[venue][0], GONE, OTHERS[GONE], now, ended=ended)


def quarters(now: datetime, count: int) -> list[datetime]:
    """The next quarterly expiries: the last Friday of the quarter, 08:00."""
    day = now.replace(hour=8, minute=0, second=0, microsecond=0)
    found: list[datetime] = []
    while len(found) < count:
        day += timedelta(days=1)
        last_friday = day.weekday() == 4 and (day + timedelta(days=7)).month != day.month
        if last_friday and day.month in QUARTER_MONTHS:
            found.append(day)
    return found


def _markets(venue: str, known: dict[str, Asset], now: datetime) -> Iterator[Listing]:
    """The largest coins, then the shelves of some coins, then the shelves of every coin."""
    some = [(shelf, base) for shelf in SHELVES[venue] for base in shelf.bases]
    every = [
        (shelf, base)
        for base in known
        if base not in OTHERS
        for shelf in SHELVES[venue]
        if not shelf.bases
    ]
    largest = [(shelf, base) for shelf, base in every if base in LARGE]
    for shelf, base in (*largest, *some, *every):
        yield from _shelved(venue, shelf, base, known[base], now)


def _shelved(venue: str, shelf: Shelf, base: str, asset: Asset, now: datetime) -> Iterator[Listing]:
    if not shelf.quarters:
        yield _listing(venue, shelf, base, asset, now)
    for expiry in quarters(now, shelf.quarters):
        yield _listing(venue, shelf, base, asset, now, expiry=expiry)


def _listing(
    venue: str,
    shelf: Shelf,
    base: str,
    asset: Asset,
    now: datetime,
    *,
    expiry: datetime | None = None,
    ended: datetime | None = None,
) -> Listing:
    thousand = BY_THE_THOUSAND.get(venue, {}).get(base) if shelf.settled_in == "quote" else None
    units = 1000 if thousand else 1
    price = asset.price * units / (COINS[shelf.quote].price if shelf.quote in COINS else 1.0)
    name = thousand or base
    settle = {"": "", "quote": shelf.quote, "base": name}[shelf.settled_in]
    kind = "spot" if not settle else "inverse" if settle == name else "linear"
    return Listing(
        venue=venue,
        base=name,
        quote=shelf.quote,
        settle=settle,
        expiry=expiry,
        active=ended is None,
        listed=_listed(base, expiry, now),
        ended=ended,
        asset=TWIN if base == "BEAM" and venue in TWIN_VENUES else base,
        units=units,
        **terms(venue, kind, base, price),
    )


def _listed(base: str, expiry: datetime | None, now: datetime) -> datetime:
    """Five years ago for a known coin, one for an invented one, 183 days before an expiry."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    if expiry:
        return min(expiry.replace(hour=0) - timedelta(days=183), midnight - timedelta(days=1))
    return midnight - timedelta(days=1825 if base in COINS or base == GONE else 365)
