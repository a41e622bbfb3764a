"""What every measure reads, and when nothing may be read."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from analytics.errors import RequestError, SourceError
from analytics.market.archive import ArchivePrices
from analytics.market.candles import Candles
from analytics.market.outages import VenueDownError
from analytics.market.prices import PriceSource
from analytics.market.windows import DAY, HOUR, MINUTE
from analytics.studies.readings import Reading
from handlers import Services
from handlers._watch.facts import UnfitPricesError
from handlers._watch.grammar import rule_of
from handlers._watch.reading import reading
from tests.analytics.market.bench_source import NOW, BenchSource, down, inverse, perp, spot
from tests.handlers.asking import NOW as VENUE_NOW
from tests.handlers.asking import replied, services

ON_VENUE = services()


def bench(**more: object) -> BenchSource:
    listed = {
        "binance": (spot("BTC"), spot("ETH"), perp("BTC"), inverse("BTC")),
        "bybit": (spot("BTC", "bybit"), spot("ETH", "bybit"), perp("BTC", "bybit")),
        "kraken": (spot("BTC", "kraken", "USD"),),
    }
    return BenchSource(listed, **more)


def at_bench(source: PriceSource | None = None) -> Services:
    return services(source or bench(), now=NOW)


async def read(rule: str, using: Services = ON_VENUE) -> Reading:
    return await reading(rule_of(rule).measure, using)


@pytest.mark.parametrize(
    "rule",
    ["ETH BTC-PERP corr<0.6", "ETH BTC-PERP break", "BTC ETH SOL lockstep"],
)
async def test_a_correlation_says_what_is_normal(rule: str) -> None:
    found = await read(rule)
    assert found.interval is not None
    assert found.value in found.interval
    assert found.normal is not None
    assert found.normal.length == 180 * DAY
    assert (found.normal.sigmas < -2.6) == (found.value < found.normal.band.low)
    assert found.step == HOUR
    assert not found.is_stale(VENUE_NOW)
    assert found.is_stale(VENUE_NOW + 2 * HOUR)
    assert found.origin.warning == "Simulated prices"


async def test_it_is_the_number_that_corr_shows() -> None:
    found = await read("ETH BTC-PERP corr<0.6 30d")
    shown = await replied("/corr ETH BTC-PERP 30d nochart")
    assert found.value == pytest.approx(shown.numbers["correlation"]["value"])
    assert found.names == ("ETH", "BTC-PERP")


async def test_effectiveness_and_hedge_ratio_are_of_the_contract() -> None:
    removed, ratio = await read("ETH BTC-PERP he<60%"), await read("ETH BTC-PERP beta>1.2")
    assert removed.hedge is not None
    assert removed.value == pytest.approx(removed.hedge.removes.value)
    assert removed.interval == removed.hedge.removes.interval
    assert ratio.value == pytest.approx(removed.hedge.ratio.value)
    assert ratio.interval == removed.hedge.ratio.interval
    cross = await read("ETH BTC-INV he<60%")
    assert cross.names == ("ETH", "BTC-INV")
    assert cross.value == pytest.approx(removed.value, abs=0.02)


async def test_drift_is_the_distance_that_drift_shows() -> None:
    found = await read("40 ETH -2.48 BTC-PERP drift>10%")
    shown = await replied("/drift 40 ETH -2.48 BTC-PERP 30d nochart")
    assert found.value == pytest.approx(abs(shown.numbers["off_target"]["value"]))
    assert found.interval is not None
    assert found.value in found.interval


@pytest.mark.parametrize("position", ["$25k ETH -2.48 BTC-PERP", "40 ETH -$100k BTC-PERP"])
async def test_dollars_cannot_drift(position: str) -> None:
    with pytest.raises(RequestError, match="Say how many coins"):
        await read(f"{position} drift>10%")


async def test_a_position_on_target_has_an_interval_from_nothing() -> None:
    found = await read("40 ETH -42 ETH-PERP drift>10%")
    assert found.interval is not None
    assert 0 <= found.interval.low <= found.value <= found.interval.high


async def test_funding_is_the_newest_payment_a_year() -> None:
    found = await read("BTC-PERP funding<0%")
    assert found.usual is not None
    assert found.usual.value in found.usual.interval
    assert found.step == 8 * HOUR
    shown = await replied("/carry BTC-PERP 30d nochart")
    assert found.usual.value == pytest.approx(shown.numbers["contracts"][0]["income"]["value"])


async def test_basis_is_the_gap_to_the_coin_on_the_same_venue() -> None:
    found = await read("BTC-PERP basis>0.5%", at_bench())
    assert found.venue == "Binance"
    assert found.step == 5 * MINUTE
    assert found.as_of == NOW
    assert found.usual is not None


async def test_spread_is_signed_first_over_second() -> None:
    one = await read("BTC binance,bybit spread>20bp", at_bench())
    other = await read("BTC bybit,binance spread>20bp", at_bench())
    assert (1 + one.value) * (1 + other.value) == pytest.approx(1)
    assert one.names == ("Binance BTC", "Bybit BTC")


async def test_the_price_between_two_dollars_is_no_spread() -> None:
    with pytest.raises(RequestError, match="not the same"):
        await read("BTC binance,kraken spread>20bp", at_bench())


@pytest.mark.parametrize(
    "rule", ["BTC binance,bybit spread>20bp", "BTC-PERP basis>0.5%", "BTC-PERP funding<0%"]
)
async def test_no_venue_stands_in_for_another_where_venues_are_the_point(rule: str) -> None:
    for part in ("binance", "binance list"):
        source = bench(down={part: down("binance")})
        if part == "binance" and "funding" in rule:
            continue
        with pytest.raises(VenueDownError):
            await read(rule, at_bench(source))


async def test_a_correlation_from_another_venue_says_so() -> None:
    found = await read("ETH BTC-PERP corr<0.6", at_bench(bench(down={"binance": down("binance")})))
    assert found.venue == "Bybit"
    assert "Used Bybit" in found.notes[0]


def holes(candles: Candles) -> Candles:
    kept = np.ones(len(candles), bool)
    kept[-200::3] = False
    return candles.taken(kept)


def flat(candles: Candles) -> Candles:
    price = np.full(len(candles), 5.0)
    return replace(candles, open=price, high=price, low=price, close=price)


@pytest.mark.parametrize("change", [holes, flat])
@pytest.mark.parametrize("rule", ["ETH BTC-PERP corr<0.6", "40 ETH -2 BTC-PERP drift>10%"])
async def test_prices_that_prove_nothing_are_a_failure_of_the_source(
    change: Callable[[Candles], Candles], rule: str
) -> None:
    with pytest.raises(UnfitPricesError) as failed:
        await read(rule, at_bench(bench(changes={"ETH/USDT": change})))
    assert isinstance(failed.value, SourceError)


async def test_a_feed_that_stopped_is_stale_and_not_calm() -> None:
    def stopped(candles: Candles) -> Candles:
        return candles.taken(slice(0, max(0, len(candles) - 4)))

    found = await read("ETH BTC-PERP corr<0.6", at_bench(bench(changes={"ETH/USDT": stopped})))
    assert found.as_of == NOW - 4 * HOUR
    assert found.is_stale(NOW)


async def test_a_young_market_has_no_band_and_says_why() -> None:
    young = spot("ETH", listed=NOW - 40 * DAY)
    source = BenchSource({"binance": (perp("BTC"), young)})
    found = await read("ETH BTC-PERP break", at_bench(source))
    assert found.normal is None
    assert any("too short to say what is normal" in note for note in found.notes)


async def test_each_leg_is_fetched_once() -> None:
    source = bench()
    await read("ETH BTC-PERP break", at_bench(source))
    assert sorted(symbol for symbol, _, _ in source.asked) == ["BTC/USDT:USDT", "ETH/USDT"]


async def test_no_bar_that_is_still_open_is_read() -> None:
    found = await read(
        "ETH BTC-PERP corr<0.6", services(bench(clock=lambda: NOW), now=NOW + 25 * MINUTE)
    )
    assert found.as_of == NOW


async def test_real_candles_of_the_crash(market_data: Path) -> None:
    source = ArchivePrices(market_data)
    now = NOW.replace(year=2024, month=8, day=6, hour=0)
    found = await read("ETH BTC-PERP break", services(source, now=now))
    assert found.as_of == now
    assert found.value == pytest.approx(0.85, abs=0.1)
    assert found.normal is not None
    assert found.normal.length >= 150 * DAY
    assert not found.is_stale(now + timedelta(minutes=30))
