"""Who likes a venue or a quote better gets it where it exists, and the others where it does not."""

from datetime import timedelta

import pytest

from analytics.market.catalog import Catalog
from analytics.market.histories import Histories
from analytics.market.instruments import Instrument, Kind
from analytics.market.preferred import PreferringPrices
from analytics.market.simulated import SimulatedPrices
from analytics.market.windows import DAY, Window
from tests.handlers.asking import NOW


@pytest.fixture
def histories() -> Histories:
    source = SimulatedPrices()
    return Histories(Catalog(source), source)


async def test_the_preferred_venue_is_asked_first(histories: Histories) -> None:
    _, second, *_ = histories.source.venues
    wanted = histories.preferring(venue=second, quote=None)
    found = await wanted.history([Instrument("BTC"), Instrument("ETH")], Window(7 * DAY), now=NOW)
    assert {market.venue for market in found.markets} == {second}
    usual = await histories.history([Instrument("BTC")], Window(7 * DAY), now=NOW)
    assert usual.markets[0].venue == histories.source.venues[0], "nobody else's order changes"


async def test_what_the_preferred_venue_lacks_comes_from_another(histories: Histories) -> None:
    for venue in histories.source.venues:
        wanted = histories.preferring(venue=venue, quote=None)
        for kind in (Kind.SPOT, Kind.PERP, Kind.INVERSE):
            usual = await histories.catalog.listing(Instrument("BTC", kind))
            found = await wanted.catalog.listing(Instrument("BTC", kind))
            assert {m.venue for m in found.markets} == {m.venue for m in usual.markets}


async def test_a_venue_that_is_not_there_changes_nothing(histories: Histories) -> None:
    wanted = histories.preferring(venue="nowhere", quote="XXX")
    assert wanted.source.venues == histories.source.venues
    found = await wanted.catalog.listing(Instrument("BTC"))
    assert found == await histories.catalog.listing(Instrument("BTC"))


async def test_the_preferred_quote_is_found_first_and_others_still(histories: Histories) -> None:
    async def quote(wanted: str | None) -> str:
        catalog = histories.catalog.preferring(venue=None, quote=wanted)
        return (await catalog.listing(Instrument("BTC"))).markets[0].quote

    listed = {
        m.quote
        for m in await histories.source.markets("simulated")
        if m.base == "BTC" and m.kind is Kind.SPOT
    }
    for wanted in ("USDT", "USDC", "USD"):
        assert await quote(wanted) == (wanted if wanted in listed else await quote(None))


async def test_everything_else_is_that_of_the_source_behind() -> None:
    source = SimulatedPrices()
    preferring = PreferringPrices(source, source.venues[-1])
    market = next(m for m in await preferring.markets(source.venues[-1]) if m.base == "BTC")
    assert preferring.origin == source.origin
    assert preferring.bars(market) == source.bars(market)
    hour = timedelta(hours=1)
    span = {"bar": hour, "start": NOW - DAY, "end": NOW}
    mine, theirs = await preferring.candles(market, **span), await source.candles(market, **span)
    assert mine.close.tolist() == theirs.close.tolist()
    assert sorted(preferring.venues) == sorted(source.venues)
