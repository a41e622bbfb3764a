"""What /digest reads, refuses and answers."""

import asyncio
import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from analytics.errors import RequestError
from analytics.market.archive import ArchivePrices
from analytics.market.candles import Candles, FundingHistory
from analytics.market.instruments import Instrument, Kind
from analytics.market.markets import Market
from analytics.market.outages import VenueDownError
from analytics.market.simulated import SimulatedPrices
from analytics.market.stored import StoredPrices
from analytics.market.windows import DAY, HOUR, Window
from bot.telegram.markup import CAPTION_LIMIT, written
from handlers import Reply
from handlers._digest.query import DigestQuery, Pair
from handlers._grammar import Holding, Unit
from handlers.digest import parse
from tests.analytics.market.memory_store import MemoryStore
from tests.handlers.asking import NOW, answers, replied, services, shown

BTC, ETH, SOL = (Instrument(base) for base in ("BTC", "ETH", "SOL"))
BTC_PERP, ETH_PERP = Instrument("BTC", Kind.PERP), Instrument("ETH", Kind.PERP)
MONTH, QUARTER = Window(30 * DAY), Window(90 * DAY)
POSITION = Pair(Holding(40, Unit.COINS, ETH), Holding(-2.48, Unit.COINS, BTC_PERP), MONTH)
TWO = DigestQuery((Pair(ETH, BTC_PERP, MONTH), Pair(SOL, ETH_PERP, MONTH)))
THREE = DigestQuery((Pair(BTC, ETH, MONTH), Pair(BTC, SOL, MONTH), Pair(ETH, SOL, MONTH)))
READS = {
    "ETH BTC-PERP 30d, SOL ETH-PERP 30d": TWO,
    "ETH BTC-PERP, SOL ETH-PERP": TWO,
    "ETH BTC-PERP\nSOL ETH-PERP 30d": TWO,
    "eth btc-perp 30d; sol eth-perp": TWO,
    "ETH BTC-PERP 30d, SOL ETH-PERP 30d, ETH BTC-PERP 30d": TWO,
    "ETH BTC-PERP, SOL ETH-PERP 90d": DigestQuery(
        (Pair(ETH, BTC_PERP, QUARTER), Pair(SOL, ETH_PERP, QUARTER))
    ),
    "ETH BTC-PERP 7d, SOL ETH-PERP 90d": DigestQuery(
        (Pair(ETH, BTC_PERP, Window(7 * DAY)), Pair(SOL, ETH_PERP, QUARTER))
    ),
    "ETH BTC-PERP 90d 4h": DigestQuery((Pair(ETH, BTC_PERP, Window(90 * DAY, 4 * HOUR)),)),
    "BTC ETH SOL 30d": THREE,
    "BTC, ETH, SOL 30d": THREE,
    "ETH, BTC-PERP": DigestQuery((Pair(ETH, BTC_PERP, MONTH),)),
    "40 ETH -2.48 BTC-PERP 30d": DigestQuery((POSITION,)),
    "40 ETH -2,48 BTC-PERP": DigestQuery((POSITION,)),
    "40 ETH -2.48 BTC-PERP,SOL ETH-PERP": DigestQuery((POSITION, TWO.pairs[1])),
    "ETH BTC-PERP 30d ci=90, SOL ETH-PERP nochart": replace(
        TWO, level=0.9, switches=frozenset({"nochart"})
    ),
    "ETH BTC-PERP, SOL ETH-PERP 30d end=2026-09-01": DigestQuery(
        tuple(
            replace(pair, window=Window(30 * DAY, end=datetime(2026, 9, 1, tzinfo=UTC)))
            for pair in TWO.pairs
        )
    ),
    "ETH BTC-PERP 30d, SOL ETH-PERP venue = bybit": DigestQuery(
        tuple(
            Pair(replace(one, venue="bybit"), replace(two, venue="bybit"), MONTH)
            for one, two in ((ETH, BTC_PERP), (SOL, ETH_PERP))
        )
    ),
}


ODD = (
    "$10k SOL -1499c BTC-INV 30d, 2.5 BTC -2.5 BTC-INV 90d 4h",
    "300 SOL -300c BTC-INV 30d 3x, SOL ETH-PERP ci=90",
    "300 SOL -300c BTC-INV 30d coll=0.5BTC lev=3",
    "FULL-SPOT BTC, bybit:ETH-PERP BTC/USD:BTC 30d full",
)


@pytest.mark.parametrize("question", READS)
def test_it_reads(question: str) -> None:
    assert parse(question) == READS[question]


@pytest.mark.parametrize("question", [*READS, "BTC ETH SOL XRP DOGE 90d", *ODD])
def test_its_own_words_read_back(question: str) -> None:
    query = parse(question)
    assert str(query) == query.asked()
    assert parse(query.asked().removeprefix("/digest ")) == query
    assert parse(query.asked().removeprefix("/digest ")).asked() == query.asked()


@pytest.mark.parametrize(
    ("markets", "pairs"), [("BTC ETH SOL XRP DOGE", 10), ("BTC ETH SOL XRP DOGE ADA LINK AVAX", 28)]
)
def test_all_pairs_of_a_group_are_short_to_write(markets: str, pairs: int) -> None:
    query = parse(f"{markets} 90d")
    assert len(query.pairs) == pairs
    assert query.asked() == f"/digest {markets} 90d"


@pytest.mark.parametrize(
    ("question", "sentence", "fix"),
    [
        ("", "How much of what? For example", "/digest ETH BTC-PERP 30d, SOL ETH-PERP 30d"),
        ("ETH", "I need a second market.", None),
        ("40 ETH BTC-PERP", "How much BTC-PERP stands against 40 ETH?", None),
        (
            "ETH BTC-PERP 30d, SOL",
            "I need a second market.",
            "/digest ETH BTC-PERP 30d, SOL ETH-PERP 30d",
        ),
        (
            "ETH BTC-PERP 30d, SOL SOL 7d",
            "Both are SOL",
            "/digest ETH BTC-PERP 30d, SOL SOL-PERP 7d",
        ),
        (
            "BTC ETH SOL XRP DOGE ADA LINK AVAX DOT 30d",
            "9 markets make 36 pairs; a digest takes 30.",
            "/digest BTC ETH SOL XRP DOGE ADA LINK AVAX",
        ),
        (
            "BTC ETH SOL XRP DOGE ADA LINK AVAX 30d, DOT BTC, DOT ETH, DOT SOL",
            "That is 31 pairs; a digest takes 30.",
            None,
        ),
        ("ETH BTC-PERP 12h 1h, SOL ETH", "12h of 1h bars is 12 points", None),
        ("ETH BTC-PERP tol=1", "I don't know `tol=1`", None),
        (
            "300 SOL -300c BTC-INV 30d, ETH BTC-PERP coll=5ETH",
            "That contract takes its margin in BTC",
            "/digest 300 SOL -300c BTC-INV 30d, ETH BTC-PERP 30d lev=3",
        ),
    ],
)
def test_it_refuses(question: str, sentence: str, fix: str | None) -> None:
    with pytest.raises(RequestError) as caught:
        parse(question)
    assert sentence in caught.value.sentence
    rights = [c.applied_to(f"/digest {question}") for c in caught.value.corrections]
    assert rights
    assert fix is None or fix in rights
    for right in rights:
        if right.startswith("/digest"):
            parse(right.removeprefix("/digest "))


async def test_a_whole_reply() -> None:
    reply = await replied("/digest ETH BTC-PERP 30d, SOL ETH-PERP 30d, 40 ETH -1 BTC-PERP 30d")
    assert shown(reply) == WHOLE


WHOLE = """\
Digest · 3 pairs · 30d: 🟥 1 changed · 🟢 2 steady

Since yesterday: no change beyond chance.

🟢 ETH × BTC-PERP 0.83 (0.80–0.86) steady · removes 75 % · normal 0.77–0.91 · next 30d 0.70–0.93
🟥 SOL × ETH-PERP 0.39 (0.30–0.47) below its band · removes 18 % · normal 0.42–0.76 · next 30d 0.09–0.69
🟢 ETH × BTC-PERP 0.83 (0.80–0.86) steady · removes 75 % · normal 0.77–0.91 · next 30d 0.70–0.93

Funding to shorts, a year: BTC-PERP +10 %, ETH-PERP +7.4 %
Drift 40 ETH -1 BTC-PERP: 12 % too small (7.3–16.5 %) · RESIZE: sell 0.138 BTC

⚠ Simulated prices.

720 hourly bars · robust 95 % range
Simulated · 14:00 UTC · not advice

[ETH × BTC-PERP]  [SOL × ETH-PERP]
[ETH × BTC-PERP]
[🔔 SOL × ETH-PERP]
[↻]  [?]"""


async def test_brief_is_the_first_line_alone() -> None:
    reply = await replied("/digest BTC ETH SOL 30d brief")
    assert not reply.text
    assert reply.chart is None
    assert re.fullmatch(r"Digest · 3 pairs · 30d:", reply.title)


async def test_a_pair_says_what_corr_says() -> None:
    digest = (await replied("/digest ETH BTC-PERP 30d nochart")).numbers["pairs"]
    corr = (await replied("/corr ETH BTC-PERP 30d nochart")).numbers
    (pair,) = digest
    for key in ("value", "low", "high", "n"):
        assert pair["now"]["correlation"][key] == corr["correlation"][key]
    assert pair["next_window"] == corr["next_window"]
    assert pair["now"]["break_p"] == corr["break"]["p_value"]


async def test_what_was_yesterday_is_what_was_told_yesterday() -> None:
    now = (await replied("/digest ETH BTC-PERP 30d nochart")).numbers["pairs"][0]
    then = (await replied("/digest ETH BTC-PERP 30d nochart end=2026-11-03T14:00")).numbers[
        "pairs"
    ][0]
    assert now["yesterday"]["correlation"] == then["now"]["correlation"]
    assert now["yesterday"]["state"] == then["now"]["state"]


async def test_drift_is_what_drift_says() -> None:
    digest = (await replied("/digest 40 ETH -1 BTC-PERP 30d nochart")).numbers["pairs"][0]
    drift = (await replied("/drift 40 ETH -1 BTC-PERP 30d nochart")).numbers
    assert digest["drift"]["off_target"] == drift["off_target"]["value"]
    assert digest["drift"]["order_contracts"] == drift["order_contracts"]


@pytest.mark.parametrize("margin", ["lev=3", "coll=0.5BTC", "coll=$40k"])
async def test_a_position_that_another_coin_margins_is_sized_as_in_drift(margin: str) -> None:
    position = "300 SOL -300c BTC-INV 30d"
    found = await replied(f"/digest 40 ETH -1 BTC-PERP 30d, {position} {margin} nochart")
    drift = (await replied(f"/drift {position} {margin} nochart")).numbers
    plain, margined = (pair["drift"] for pair in found.numbers["pairs"])
    assert margined["off_target"] == drift["off_target"]["value"]
    assert margined["order_contracts"] == drift["order_contracts"]
    assert plain["off_target"] is not None


async def test_a_position_without_its_margin_gets_one_by_a_tap() -> None:
    lacking = await replied("/digest 300 SOL -300c BTC-INV 30d nochart")
    assert "coll=0.5BTC or lev=3" in shown(lacking)
    (tap,) = [b for row in lacking.buttons for b in row if b.label == "lev=3"]
    sized = await replied(tap.question)
    assert sized.numbers["pairs"][0]["drift"]["off_target"] is not None
    assert "lev=3" not in [b.label for row in sized.buttons for b in row]


def test_a_margin_that_no_position_takes_is_said_to_be_of_no_use() -> None:
    query = parse("40 ETH -2.48 BTC-PERP 30d lev=3")
    assert query == DigestQuery((POSITION,))
    assert "none here is" in query.notes[0]


class Ailing:
    """The simulated venue, of which one market fails, or stopped some hours ago."""

    def __init__(self, *, broken: str = "", late: str = "") -> None:
        source = SimulatedPrices(clock=lambda: NOW)
        self._source, self._broken, self._late = source, broken, late
        self.asked: Counter[str] = Counter()
        self.origin, self.venues = source.origin, source.venues
        self.markets, self.bars, self.as_of = source.markets, source.bars, source.as_of

    async def candles(
        self, market: Market, *, bar: timedelta, start: datetime, end: datetime
    ) -> Candles:
        self.asked[market.symbol] += 1
        await asyncio.sleep(0)
        if self._broken in {market.symbol, "all"}:
            raise VenueDownError(market.venue)
        found = await self._source.candles(market, bar=bar, start=start, end=end)
        stopped = int((NOW - 5 * HOUR).timestamp() * 1000)
        return found.taken(found.open_time < stopped) if market.symbol == self._late else found

    async def funding(self, market: Market, *, start: datetime, end: datetime) -> FundingHistory:
        return await self._source.funding(market, start=start, end=end)


async def test_a_leg_of_several_pairs_is_fetched_once() -> None:
    source = Ailing()
    stored = StoredPrices(source, MemoryStore(), now=lambda: NOW)
    await replied("/digest BTC ETH SOL XRP DOGE 30d nochart", services(stored))
    assert set(source.asked.values()) == {1}, source.asked


async def test_buttons_lead_to_each_pair() -> None:
    reply = await replied("/digest BTC ETH SOL XRP DOGE 30d end=2026-09-01")
    *pairs, _, last = reply.buttons
    assert [len(row) for row in pairs] == [2] * 5
    assert pairs[0][0].question == "/corr BTC ETH 30d end=2026-09-01T00:00"
    assert last[0].question == "/digest BTC ETH SOL XRP DOGE 30d end=2026-09-01T00:00"


async def test_real_candles_of_august_2024(market_data: Path) -> None:
    """The yen crash: coins fell together, so correlations stand high within the half year."""
    source = ArchivePrices(market_data)
    now = datetime(2024, 9, 6, 1, tzinfo=UTC)
    reply = await replied("/digest BTC ETH SOL XRP DOGE 30d", services(source, now=now))
    assert written(reply).length <= CAPTION_LIMIT
    pairs = reply.numbers["pairs"]
    assert len(pairs) == 10
    for pair in pairs:
        assert 0.3 < pair["now"]["correlation"]["value"] < 0.95
        assert pair["now"]["band"]["low"] < pair["now"]["baseline"]["value"]
        assert pair["yesterday"] is not None
        assert pair["next_window"]["low"] < pair["next_window"]["high"]


async def test_equal_digests_are_one_computation() -> None:
    source = Ailing()
    router = answers(services(source))
    one, other = await asyncio.gather(
        router.answer("/digest ETH BTC-PERP 30d, SOL ETH-PERP 30d"),
        router.answer("/digest eth btc-perp; sol eth-perp"),
    )
    assert isinstance(one.reply, Reply)
    assert one.reply is other.reply
