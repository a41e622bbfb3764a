"""Prices that never were: a seeded walk, computed where it is asked for.

The logarithm of an asset's price is `beta` times a factor common to all assets plus a walk of
its own, both sums of independent hourly normal steps; inside an hour a bridge of minutes joins
the two ends. The noise comes from a counter-based generator (Salmon et al. 2011), so a price
depends on nothing but the seed, the name and the minute: not on the timeframe asked for, nor
on what was asked before.
"""

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from tests.emulators.venues.bars import Bar
from tests.emulators.venues.grid import DAY, HOUR, MINUTE, Grid, milliseconds
from tests.emulators.venues.listing import Listing

ORIGIN = milliseconds(datetime(2017, 1, 1, tzinfo=UTC))
ANCHOR = milliseconds(datetime(2026, 1, 1, tzinfo=UTC))

FACTOR_VOLATILITY = 0.0045  # an hour, of the factor and so of BTC's common part
CARRY = 0.06  # a year, of a dated future over the spot
HOURS_AT_ONCE = 4_000

Floats: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Asset:
    """What makes a coin's path: its price at the anchor and how it follows the others."""

    price: float
    beta: float
    volatility: float


@dataclass(frozen=True, slots=True, eq=False)
class Walk:
    """Candles and funding of any listing at any time since 2017."""

    seed: int = 1
    assets: dict[str, Asset] = field(default_factory=dict)
    _paths: dict[str, Floats] = field(default_factory=dict)

    def covers(self, listing: Listing, *, funding: bool = False) -> bool:
        del funding
        return listing.asset in self.assets

    def price(self, listing: Listing, stamp: int) -> float:
        """Price at a minute."""
        opening = stamp - stamp % MINUTE
        prices, _ = self._minutes(listing, opening, opening + MINUTE)
        return float(prices[0])

    def bars(self, listing: Listing, grid: Grid, first: int, last: int, now: int) -> list[Bar]:
        """Bars opening in [first, last] and begun by `now`; the forming one as far as it got."""
        opens = grid.opens(max(first, ORIGIN), min(last, now))
        pieces = np.array_split(opens, max(1, len(opens) * grid.step // (HOURS_AT_ONCE * HOUR)))
        return [bar for piece in pieces for bar in self._some_bars(listing, grid, piece, now)]

    def _some_bars(
        self, listing: Listing, grid: Grid, opens: NDArray[np.int64], now: int
    ) -> list[Bar]:
        if not len(opens):
            return []
        last_end = min(grid.end(int(opens[-1])), now - now % MINUTE + MINUTE)
        start = int(opens[0])
        prices, volumes = self._minutes(listing, start, last_end)
        begins = (opens - start) // MINUTE
        ends = np.append(begins[1:], len(volumes))
        highs = np.maximum.reduceat(prices[:-1], begins)
        lows = np.minimum.reduceat(prices[:-1], begins)
        closes = prices[ends]
        return [
            Bar(int(time), float(a), float(max(h, c)), float(min(low, c)), float(c), float(v))
            for time, a, h, low, c, v in zip(
                opens,
                prices[begins],
                highs,
                lows,
                closes,
                np.add.reduceat(volumes, begins).round(3),
                strict=True,
            )
        ]

    def _minutes(self, listing: Listing, start: int, end: int) -> tuple[Floats, Floats]:
        """Prices at every minute of [start, end] and the volume of the minutes between."""
        first, last = (start - ORIGIN) // HOUR, -((ORIGIN - end) // HOUR)
        knots = self._hours(listing, first, last)
        noise = self._noise(f"minutes {listing.venue} {listing.symbol}", first * 60, last * 60)
        steps = (noise - 0.5).reshape(-1, 60) * np.sqrt(12.0 / 60.0) * self._scale(listing)
        logs = _bridged(knots, steps)
        quote = listing.quote
        skip, count = (start - ORIGIN) // MINUTE - first * 60, (end - start) // MINUTE
        prices = np.exp(logs[skip : skip + count + 1])
        dollars = prices[:-1] * (self.assets[quote].price if quote in self.assets else 1.0)
        volumes = (0.2 + np.abs(noise[skip : skip + count] - 0.5)) * 1e6 / dollars
        return _on_ticks(prices, listing.tick), volumes

    def _hours(self, listing: Listing, first: int, last: int) -> Floats:
        """Log prices at the hours [first, last] since the origin."""
        name = f"basis {listing.venue} {listing.symbol}"
        basis = ndtri(self._noise(name, first, last + 1)) * (1e-4 if listing.spot else 3e-4)
        logs: Floats = self._asset(listing.asset, first, last) + basis + np.log(listing.units)
        if listing.quote in self.assets:
            logs = logs - self._asset(listing.quote, first, last)
        if listing.expiry:
            ahead = milliseconds(listing.expiry) - (ORIGIN + np.arange(first, last + 1) * HOUR)
            logs = logs + CARRY * ahead / (365 * DAY)
        return logs

    def _asset(self, name: str, first: int, last: int) -> Floats:
        """Log prices of an asset at the hours [first, last]."""
        asset = self.assets[name]
        common = self._path("factor", FACTOR_VOLATILITY, first, last)
        own = self._path(f"asset {name}", asset.volatility, first, last)
        logs: Floats = np.log(asset.price) + asset.beta * common + own
        return logs

    def _path(self, name: str, volatility: float, first: int, last: int) -> Floats:
        """A walk at the hours [first, last], zero at the anchor: days, and bridges inside."""
        start, end = first // 24, last // 24 + 1
        noise = self._noise(f"hours {name}", start * 24, end * 24)
        hours = _bridged(self._days(name, end)[start : end + 1], ndtri(noise).reshape(-1, 24))
        return hours[first - start * 24 : last - start * 24 + 1] * volatility

    def _days(self, name: str, last: int) -> Floats:
        known = self._paths.get(name)
        if known is None or len(known) <= last:
            anchor = (ANCHOR - ORIGIN) // DAY
            steps = ndtri(self._noise(f"days {name}", 0, max(last, anchor) + 365)) * np.sqrt(24.0)
            sums: Floats = np.append(0.0, np.cumsum(steps))
            known = self._paths[name] = sums - sums[anchor]
        return known

    def _scale(self, listing: Listing) -> float:
        asset = self.assets[listing.asset]
        return float(np.hypot(asset.beta * FACTOR_VOLATILITY, asset.volatility))

    def _noise(self, name: str, first: int, end: int) -> Floats:
        """Independent uniforms in (0, 1), the same for an index whatever the range."""
        digest = hashlib.blake2b(f"{self.seed}/{name}".encode(), digest_size=16).digest()
        generator = np.random.Philox(key=int.from_bytes(digest, "little"), counter=first // 4)
        raw = generator.random_raw(end - first + first % 4)[first % 4 :]
        uniforms: Floats = ((raw >> np.uint64(11)).astype(np.float64) + 0.5) / 2.0**53
        return uniforms

    def funding(
        self, listing: Listing, first: int, last: int, every: int
    ) -> list[tuple[int, float]]:
        """Funding in (first, last], one rate every `every` milliseconds, around 0.01 % in 8 h."""
        begin, end = -(-max(first, ORIGIN) // every), last // every
        if end < begin:
            return []
        name = f"funding {listing.venue} {listing.symbol}"
        normal = ndtri(self._noise(name, begin - ORIGIN // every, end + 1 - ORIGIN // every))
        rates = (1e-4 + 5e-5 * normal) * every / (8 * HOUR)
        return [
            (index * every, round(float(rate), 8))
            for index, rate in zip(range(begin, end + 1), rates, strict=True)
        ]


def _bridged(knots: Floats, steps: Floats) -> Floats:
    """Values at every step between the knots: each row of steps, bent to end at its knot."""
    wander = np.cumsum(steps, axis=1)
    share = np.arange(1, steps.shape[1] + 1) / steps.shape[1]
    bridges = wander - share * wander[:, -1:]
    inner = knots[:-1, None] + share * np.diff(knots)[:, None] + bridges
    return np.concatenate([knots[:1], inner.ravel()])


def _on_ticks(prices: Floats, tick: float) -> Floats:
    digits = max(0, -int(np.floor(np.log10(tick) + 1e-9)))
    return np.round(np.maximum(np.round(prices / tick), 1) * tick, digits)
