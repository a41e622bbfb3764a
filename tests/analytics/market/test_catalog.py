"""From an instrument to the markets that venues list, and what is said where there is none."""

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

import pytest

from analytics.errors import RequestError, SourceError
from analytics.market.catalog import Catalog
from analytics.market.directory import AmbiguousInstrumentError
from analytics.market.instruments import Instrument, Kind
from analytics.market.markets import Market
from analytics.market.renamings import RENAMINGS
from analytics.market.unlisted import UnknownInstrumentError, UnknownVenueError
from handlers._grammar.instruments import instrument_of, quoted_in
from tests.analytics.market.bench_source import BenchSource, dated, down, inverse, perp, spot

MARCH, JUNE = (datetime(2026, m, d, 8, tzinfo=UTC) for m, d in ((3, 27), (6, 26)))
BINANCE = (
    spot("BTC", quote="EUR"),
    spot("BTC", quote="USD"),
    spot("BTC", quote="USDC"),
    spot("BTC"),
    perp("BTC", quote="USDC"),
    perp("BTC"),
    inverse("BTC"),
    dated("BTC", MARCH, quote="USD"),
    dated("BTC", MARCH),
    dated("BTC", JUNE),
    spot("ETH"),
    perp("ETH"),
    perp("ETHFI"),
    spot("SOL", quote="USDC"),
    perp("SOLX"),
    perp("DOGE"),
    spot("PEPE"),
    perp("1000PEPE"),
    perp("SHIB1000"),
    perp("1MBABYDOGE"),
    spot("FTT", active=False),
    perp("LUNA", quote="USDC", active=True),
    perp("LUNA", active=False),
    perp("POL"),
    Market("binance", "BEAM/USDT", "BEAM", "USDT", Kind.SPOT, coin_name="beamprivacy"),
    Market("binance", "BEAMX/USDT", "BEAM", "USDT", Kind.SPOT, coin_name="Merit Circle"),
)
BYBIT = (
    spot("BTC", "bybit"),
    perp("BTC", "bybit"),
    inverse("SOLX", "bybit"),
    perp("XYZ", "bybit"),
    spot("FTT", "bybit"),
)
SHELVES = {"binance": BINANCE, "bybit": BYBIT}


def catalog(source: BenchSource | None = None) -> Catalog:
    return Catalog(source or BenchSource(SHELVES), grace=timedelta(seconds=0.02))


async def symbols(text: str, source: BenchSource | None = None) -> list[str]:
    listing = await catalog(source).listing(instrument_of(text))
    return [f"{market.venue} {market.symbol}" for market in listing.markets]


async def refusal(text: str, source: BenchSource | None = None) -> RequestError:
    with pytest.raises(RequestError) as caught:
        await symbols(text, source)
    return caught.value


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("BTC", ["binance BTC/USDT", "bybit BTC/USDT"]),
        ("bybit:BTC", ["bybit BTC/USDT"]),
        ("BTC/EUR", ["binance BTC/EUR"]),
        ("BTC/USD", ["binance BTC/USD"]),
        ("BTC-PERP", ["binance BTC/USDT:USDT", "bybit BTC/USDT:USDT"]),
        ("BTC/USDC:USDC", ["binance BTC/USDC:USDC"]),
        ("BTC-INV", ["binance BTC/USD:BTC"]),
        ("BTCUSD_PERP", ["binance BTC/USD:BTC"]),
        ("BTC-27MAR26", ["binance BTC/USDT:USDT-260327"]),
        ("BTC/USD:BTC-260327", ["binance BTC/USD:BTC-260327"]),
        ("BTC-26JUN26", ["binance BTC/USDT:USDT-260626"]),
        ("SOL", ["binance SOL/USDC"]),
        ("PEPE", ["binance PEPE/USDT"]),
        ("PEPE-PERP", ["binance 1000PEPE/USDT:USDT"]),
        ("1000PEPE-PERP", ["binance 1000PEPE/USDT:USDT"]),
        ("SHIB-PERP", ["binance SHIB1000/USDT:USDT"]),
        ("BABYDOGE-PERP", ["binance 1MBABYDOGE/USDT:USDT"]),
        ("PEPE/USDT:USDT", ["binance 1000PEPE/USDT:USDT"]),
        ("BEAMX/USDT", ["binance BEAMX/USDT"]),
        ("LUNA-PERP", ["binance LUNA/USDC:USDC"]),
        ("LUNA/USDT:USDT", ["binance LUNA/USDT:USDT"]),
        ("FTT", ["bybit FTT/USDT"]),
        ("binance:FTT", ["binance FTT/USDT"]),
    ],
)
async def test_an_instrument_is_the_market_that_people_mean(text: str, found: list[str]) -> None:
    assert await symbols(text) == found


@pytest.mark.parametrize(
    ("text", "sentence", "corrections"),
    [
        (
            "ETHH-PERP",
            "I don't know ETHH-PERP on Binance or Bybit. Did you mean ETH-PERP or ETHFI-PERP?",
            ["ETH-PERP", "ETHFI-PERP"],
        ),
        (
            "BCT-PERP",
            "I don't know BCT-PERP on Binance or Bybit. Did you mean BTC-PERP?",
            ["BTC-PERP"],
        ),
        (
            "binance:DOEG-PERP",
            "I don't know binance:DOEG-PERP on Binance. Did you mean DOGE-PERP?",
            ["binance:DOGE-PERP"],
        ),
        ("QQQQQQ", "I don't know QQQQQQ on Binance or Bybit.", []),
        (
            "binance:SOLX-INV",
            "Binance has no coin-margined SOLX. Try SOLX-PERP or bybit:SOLX-INV.",
            ["binance:SOLX-PERP", "bybit:SOLX-INV"],
        ),
        (
            "binance:XYZ-PERP",
            "I don't know binance:XYZ-PERP on Binance. Did you mean bybit:XYZ-PERP?",
            ["bybit:XYZ-PERP"],
        ),
        (
            "ETH-INV",
            "No coin-margined ETH on Binance or Bybit. Try ETH-PERP or ETH.",
            ["ETH-PERP", "ETH"],
        ),
        (
            "BTC-28MAR26",
            (
                "No BTC future that ends on 28 Mar 2026 on Binance or Bybit. "
                "Try BTC-27MAR26 or BTC-26JUN26."
            ),
            ["BTC-27MAR26", "BTC-26JUN26"],
        ),
        (
            "MATIC-PERP",
            "MATIC became POL on 13 Sep 2024. Did you mean POL-PERP?",
            ["POL-PERP"],
        ),
        ("FTM", "FTM became S on 16 Jan 2025.", []),
        ("OM-PERP", "OM became MANTRA on 4 Mar 2026, 4 for one.", []),
        (
            "BEAM",
            "BEAM is two coins here. Which one?",
            ["BEAM/USDT", "BEAMX/USDT"],
        ),
        (
            "kraken:BTC",
            "I don't ask a venue called kraken. I ask Binance, Bybit.",
            ["binance:", "bybit:"],
        ),
    ],
)
async def test_what_is_not_listed_is_answered_with_what_is(
    text: str, sentence: str, corrections: list[str]
) -> None:
    error = await refusal(text)
    assert error.sentence == sentence
    assert [correction.right for correction in error.corrections] == corrections


@pytest.mark.parametrize("text", ["ETHH-PERP", "binance:SOLX-INV", "MATIC-PERP", "BEAM", "ETH-INV"])
async def test_every_correction_leads_to_a_market(text: str) -> None:
    question = f"/corr BTC {text} 30d"
    corrections = (await refusal(text)).corrections
    assert corrections
    for correction in corrections:
        corrected = correction.applied_to(question).split()
        assert corrected[:2] + corrected[3:] == ["/corr", "BTC", "30d"]
        assert len(await symbols(corrected[2])) == 1


async def test_a_venue_named_as_an_option_is_corrected_there() -> None:
    error = await refusal_of(Instrument("BTC", venue="krakken", text="BTC"))
    applied = [c.applied_to("/corr BTC ETH venue=krakken") for c in error.corrections]
    assert applied == ["/corr BTC ETH venue=binance", "/corr BTC ETH venue=bybit"]


async def refusal_of(instrument: Instrument) -> RequestError:
    with pytest.raises(UnknownVenueError) as caught:
        await catalog().listing(instrument)
    return caught.value


async def test_two_coins_on_a_pinned_venue_keep_the_pin() -> None:
    error = await refusal("binance:BEAM")
    assert isinstance(error, AmbiguousInstrumentError)
    assert [c.right for c in error.corrections] == ["binance:BEAM/USDT", "binance:BEAMX/USDT"]


async def test_a_venue_that_is_down_is_passed_over_and_named() -> None:
    source = BenchSource(SHELVES, down={"binance list": down("binance")})
    listing = await catalog(source).listing(Instrument("BTC"))
    assert [market.venue for market in listing.markets] == ["bybit"]
    assert [error.sentence for error in listing.outages] == ["Binance is down (502)."]


async def test_an_unknown_instrument_may_be_on_the_venue_that_is_down() -> None:
    source = BenchSource(SHELVES, down={"binance list": down("binance")})
    error = await refusal("QQQQQQ", source)
    assert error.sentence == (
        "I don't know QQQQQQ on Bybit. Binance did not answer, it may be there."
    )


async def test_when_no_venue_answers_its_failure_is_the_answer() -> None:
    source = BenchSource(SHELVES, down={f"{v} list": down(v) for v in SHELVES})
    with pytest.raises(SourceError, match=r"Binance is down \(502\)\."):
        await symbols("BTC", source)


async def test_a_substitute_that_hangs_holds_nobody_up() -> None:
    source = BenchSource(SHELVES, slow={"bybit list": asyncio.Event()})
    async with asyncio.timeout(5):
        assert await symbols("BTC", source) == ["binance BTC/USDT"]


async def test_a_hanging_preferred_venue_is_waited_for() -> None:
    arrived = asyncio.Event()
    source = BenchSource(SHELVES, slow={"binance list": arrived})
    asking = asyncio.create_task(symbols("BTC", source))
    asyncio.get_running_loop().call_later(0.01, arrived.set)
    assert await asking == ["binance BTC/USDT", "bybit BTC/USDT"]


async def test_a_new_list_is_sorted_anew() -> None:
    shelves: dict[str, Sequence[Market]] = {"binance": (spot("BTC"),)}
    asked = catalog(BenchSource(shelves))
    with pytest.raises(UnknownInstrumentError):
        await asked.listing(Instrument("NEW"))
    shelves["binance"] = (spot("BTC"), spot("NEW"))
    assert (await asked.listing(Instrument("NEW"))).markets == (spot("NEW"),)


async def test_questions_about_thousands_of_markets_take_milliseconds() -> None:
    many = tuple(f(f"C{n}") for n in range(2100) for f in (spot, perp))
    asked = catalog(BenchSource({"binance": many}))
    await asked.listing(Instrument("C1"))
    for instrument, limit in ((Instrument("C2077", Kind.PERP), 0.005), (Instrument("D207"), 0.005)):
        took = []
        for _ in range(5):
            began = time.thread_time()
            with suppress(UnknownInstrumentError):
                await asked.listing(instrument)
            took.append(time.thread_time() - began)
        assert min(took) < limit


def test_no_renaming_leads_in_a_circle() -> None:
    old, new = [r.old for r in RENAMINGS], [r.new for r in RENAMINGS]
    assert len(set(old)) == len(old)
    assert set(old).isdisjoint(new)
    assert [r.day for r in RENAMINGS] == sorted(r.day for r in RENAMINGS)
    assert all(r.day > date(2017, 1, 1) and r.ratio > 0 for r in RENAMINGS)


async def test_a_quote_that_is_not_to_be_had_gives_way_to_one_that_is() -> None:
    with pytest.raises(UnknownInstrumentError) as caught:
        await catalog().listing(quoted_in(instrument_of("SOL"), "EUR"))
    assert caught.value.sentence == "No SOL spot in EUR on Binance or Bybit. Try quote=USDC."
    asked = "/corr SOL ETH quote=EUR"
    assert [c.applied_to(asked) for c in caught.value.corrections] == ["/corr SOL ETH quote=USDC"]
