"""What is read, and as what."""

from itertools import permutations

import pytest

from handlers._grammar import COMMON, Syntax, read, two_assets, typed, window_of
from tests.handlers.grammar.syntaxes import CORR, HEDGE, asked, summary

READS = [
    # any order, any case
    ("/corr BTC ETH-PERP 30d", "BTC ETH-PERP | 30d"),
    ("/corr 30d btc eth-perp", "BTC ETH-PERP | 30d"),
    ("/corr btc 30d eth-perp", "BTC ETH-PERP | 30d"),
    ("/corr ETH BTC 1y 4h m=spearman", "ETH BTC | 365d 4h | m=spearman"),
    ("/corr m=spearman 1y ETH 4h BTC", "ETH BTC | 365d 4h | m=spearman"),
    ("/corr BTC ETH", "BTC ETH | 30d"),
    ("/CORR@HedgeBot BTC ETH", "BTC ETH | 30d"),
    # keyboards
    ("/corr $BTC, eth–perp 30d.", "BTC ETH-PERP | 30d"),
    ("/corr BTC\u00a0ETH−PERP\u200930d", "BTC ETH-PERP | 30d"),
    ("/corr \u200bBTC\u200d ETH\ufeff", "BTC ETH | 30d"),
    ("/corr “BTC” ‘ETH’ (30d)", "BTC ETH | 30d"),
    ("/corr ＢＴＣ ＥＴＨ ３０ｄ", "BTC ETH | 30d"),
    ("/corr BTC ETH ٣٠d", "BTC ETH | 30d"),
    ("/corr #btc #eth", "BTC ETH | 30d"),
    ("/corr 🚀 BTC ETH🌕 30d ☀️", "BTC ETH | 30d"),
    ("/hedge 40 🔷ETH 2️⃣ BTC-PERP", "40 ETH 2 BTC-PERP | 30d"),
    ("/corr BTC\nETH\t30d", "BTC ETH | 30d"),
    ("/corr BTC ETH bar = 4h 90d", "BTC ETH | 90d 4h | bar=4:00:00"),
    # between two markets
    ("/corr BTC vs ETH", "BTC ETH | 30d"),
    ("/corr BTC vs. ETH?", "BTC ETH | 30d"),
    ("/corr BTC and ETH", "BTC ETH | 30d"),
    ("/corr BTC × ETH", "BTC ETH | 30d"),
    ("/corr BTC×ETH", "BTC ETH | 30d"),
    ("/corr BTC / ETH", "BTC ETH | 30d"),
    ("/corr BTC against ETH", "BTC ETH | 30d"),
    ("/corr BTC,ETH", "BTC ETH | 30d"),
    ("/corr BTC + ETH", "BTC ETH | 30d"),
    ("/corr BTC – ETH", "BTC ETH | 30d"),
    ("/corr BTC/ETH SOL", "BTC/ETH SOL | 30d"),
    # durations
    ("/corr BTC ETH 90d 4h", "BTC ETH | 90d 4h"),
    ("/corr BTC ETH 2w", "BTC ETH | 14d"),
    ("/corr BTC ETH 3mo", "BTC ETH | 90d"),
    ("/corr BTC ETH 1Y", "BTC ETH | 365d"),
    ("/corr BTC ETH 12H", "BTC ETH | 12h"),
    ("/corr BTC ETH 1,5d", "BTC ETH | 1.5d"),
    ("/corr BTC ETH 30 days", "BTC ETH | 30d"),
    ("/corr BTC ETH 6months", "BTC ETH | 180d"),
    ("/corr BTC ETH 30d 30m", "BTC ETH | 30d 0.5h"),
    ("/corr BTC ETH 9y", "BTC ETH | 1095d"),
    # options and switches, some of them as bare words
    ("/corr BTC ETH ci=99 roll=7d", "BTC ETH | 30d | ci=0.99 roll=7 days, 0:00:00"),
    ("/corr BTC ETH ci=0.9", "BTC ETH | 30d | ci=0.9"),
    ("/corr BTC ETH CI=95%", "BTC ETH | 30d | ci=0.95"),
    ("/corr BTC ETH spearman", "BTC ETH | 30d | m=spearman"),
    ("/corr BTC ETH method=spear", "BTC ETH | 30d | m=spearman"),
    ("/corr BTC ETH bybit", "bybit:BTC bybit:ETH | 30d | venue=bybit"),
    ("/corr okx:BTC ETH venue=Bybit", "okx:BTC bybit:ETH | 30d | venue=bybit"),
    ("/corr BTC ETH-PERP quote=usdc", "BTC/USDC ETH/USDC:USDC | 30d | quote=USDC"),
    ("/corr BTC ETH brief NOCHART", "BTC ETH | 30d | brief nochart"),
    (
        "/corr BTC ETH end=2026-09-01",
        ("BTC ETH | 30d | 2026-09-01T00:00 | end=2026-09-01 00:00:00+00:00"),
    ),
    (
        "/corr BTC ETH end=2026-09-01T14:30+02:00",
        ("BTC ETH | 30d | 2026-09-01T12:30 | end=2026-09-01 12:30:00+00:00"),
    ),
    # a ticker that looks like something else
    ("/corr 1INCH 2Z", "1INCH 2Z | 30d"),
    ("/corr 0G 1000PEPE-PERP", "0G 1000PEPE-PERP | 30d"),
    ("/corr 1000000MOG 1MBABYDOGE", "1000000MOG 1MBABYDOGE | 30d"),
    ("/corr 1000NEWCOIN BTC", "1000NEWCOIN BTC | 30d"),
    ("/corr 1000PEPEUSDT BTC", "1000PEPE/USDT BTC | 30d"),
    ("/corr 4 BTC", "4 BTC | 30d"),
    ("/corr 4-PERP BTC", "4-PERP BTC | 30d"),
    ("/corr $FULL BTC", "FULL BTC | 30d"),
    ("/corr FULL-PERP BTC", "FULL-PERP BTC | 30d"),
    ("/corr FULL BTC ETH", "BTC ETH | 30d | full"),
    ("/corr $and S", "AND S | 30d"),
    ("/corr H M", "H M | 30d"),
    ("/corr D Y 1D 5m", "D Y | 1d 0.0833333h"),
    ("/corr ONE W", "ONE W | 30d"),
    # amounts
    ("/hedge 40 ETH BTC-PERP 30d", "40 ETH | BTC-PERP | 30d"),
    ("/hedge BTC-PERP 30d 40 ETH", "40 ETH | BTC-PERP | 30d"),
    ("/hedge 2.5 BTC BTC-INV", "2.5 BTC | BTC-INV | 30d"),
    ("/hedge 2.5BTC BTC-INV", "2.5 BTC | BTC-INV | 30d"),
    ("/hedge .5 BTC BTC-INV", "0.5 BTC | BTC-INV | 30d"),
    ("/hedge 2,5 BTC BTC-INV", "2.5 BTC | BTC-INV | 30d"),
    ("/hedge 0,125 BTC BTC-INV", "0.125 BTC | BTC-INV | 30d"),
    ("/hedge 1,234,567 DOGE BTC-PERP", "1234567 DOGE | BTC-PERP | 30d"),
    ("/hedge 1.234.567 DOGE BTC-PERP", "1234567 DOGE | BTC-PERP | 30d"),
    ("/hedge 10\u202f000 SOL BTC-PERP", "10000 SOL | BTC-PERP | 30d"),
    ("/hedge 1\u00a0234\u00a0567 SOL BTC-PERP", "1234567 SOL | BTC-PERP | 30d"),
    ("/hedge 10'000 SOL BTC-PERP", "10000 SOL | BTC-PERP | 30d"),
    ("/hedge 10’000 SOL BTC-PERP", "10000 SOL | BTC-PERP | 30d"),
    ("/hedge 40\u00a0ETH BTC-PERP", "40 ETH | BTC-PERP | 30d"),
    (
        "/hedge $25k SOL ETH-PERP+BTC-PERP 60d hold=3d",
        "$25000 SOL | ETH-PERP BTC-PERP | 60d | hold=3 days, 0:00:00",
    ),
    ("/hedge $ 25k SOL ETH-PERP", "$25000 SOL | ETH-PERP | 30d"),
    ("/hedge 25k$ SOL ETH-PERP", "$25000 SOL | ETH-PERP | 30d"),
    ("/hedge $1.5m SOL ETH-PERP", "$1500000 SOL | ETH-PERP | 30d"),
    ("/hedge -$25K SOL ETH-PERP", "-$25000 SOL | ETH-PERP | 30d"),
    ("/hedge -3 ETH BTC-PERP", "-3 ETH | BTC-PERP | 30d"),
    ("/hedge − 3 ETH BTC-PERP", "-3 ETH | BTC-PERP | 30d"),
    ("/hedge +3 ETH BTC-PERP", "3 ETH | BTC-PERP | 30d"),
    ("/hedge 2M DOGE BTC-PERP", "2000000 DOGE | BTC-PERP | 30d"),
    ("/hedge 25kSOL BTC-PERP", "25000 SOL | BTC-PERP | 30d"),
    ("/hedge 10KSM BTC-PERP", "10 KSM | BTC-PERP | 30d"),
    ("/hedge 3mkr BTC-PERP", "3 MKR | BTC-PERP | 30d"),
    ("/hedge 1499c BTC-INV BTC", "1499c BTC-INV | BTC | 30d"),
    ("/hedge 1499 contracts of BTC-INV BTC", "1499c BTC-INV | BTC | 30d"),
    ("/hedge -10c ETH-PERP BTC-PERP", "-10c ETH-PERP | BTC-PERP | 30d"),
    ("/hedge 10 BTC + 40 ETH SOL-PERP+BTC-PERP 60d", "10 BTC 40 ETH | SOL-PERP BTC-PERP | 60d"),
    ("/hedge 10 BTC+40 ETH,SOL-PERP", "10 BTC 40 ETH | SOL-PERP | 30d"),
    ("/hedge 40 1INCH BTC-PERP", "40 1INCH | BTC-PERP | 30d"),
    ("/hedge 40 1INCHUSDT 1000PEPE", "40 1INCH/USDT | 1000PEPE | 30d"),
    ("/hedge 3BTCUSDT ETH-PERP", "3 BTC/USDT | ETH-PERP | 30d"),
    ("/hedge $1000PEPE BTC-PERP", "$1000 PEPE | BTC-PERP | 30d"),
    ("/hedge 2.5 BTC BTC-INV coll=0.5BTC lev=3", "2.5 BTC | BTC-INV | 30d | coll=0.5BTC lev=3.0"),
    ("/hedge 2.5 BTC BTC-INV coll=$5k 3x", "2.5 BTC | BTC-INV | 30d | coll=$5000 lev=3.0"),
    (
        "/hedge 2.5 BTC BTC-INV part=80% h=1 fee=0.05%",
        "2.5 BTC | BTC-INV | 30d | fee=0.0005 h=1.0 part=0.8",
    ),
    ("/hedge 2.5 BTC BTC-INV fee=5bp part=0,8", "2.5 BTC | BTC-INV | 30d | fee=0.0005 part=0.8"),
]


@pytest.mark.parametrize(("line", "meaning"), READS, ids=[line for line, _ in READS])
def test_a_line_is_read_as(line: str, meaning: str) -> None:
    assert summary(line) == meaning


@pytest.mark.parametrize(
    ("line", "note"),
    [
        ("/hedge 2,5 BTC BTC-INV", "Read 2,5 as 2.5."),
        ("/hedge 1,234,567 DOGE BTC-INV", "Read 1,234,567 as 1234567."),
        ("/corr BTC ETH 9y", "I keep 3 years. Used 3y."),
    ],
)
def test_what_was_read_otherwise_than_typed_is_said(line: str, note: str) -> None:
    assert asked(line).notes == (note,)


def test_the_order_of_words_does_not_change_the_question_but_that_of_markets_does() -> None:
    loose = ("30d", "m=spearman", "brief")
    first = read("BTC ETH-PERP 30d m=spearman brief", CORR)
    for order in permutations(("BTC", "ETH-PERP", *loose)):
        words = read(" ".join(order), CORR)
        if order.index("BTC") < order.index("ETH-PERP"):
            assert words == first
            assert hash(words) == hash(first)
        else:
            assert two_assets(words) == tuple(reversed(two_assets(first)))
            assert words != first


@pytest.mark.parametrize(
    "line",
    [
        "40 ETH BTC-PERP+SOL-PERP 60d",
        "60d 40eth btc-perp, sol-perp",
        "40.0 $ETH 60D BTC-SWAP SOL-UM",
        "40 eth 60d BTC–PERP＋SOL-PERP",
    ],
)
def test_equal_questions_are_equal_however_typed(line: str) -> None:
    assert read(line, HEDGE) == read("40 ETH BTC-PERP SOL-PERP 60d", HEDGE)


@pytest.mark.parametrize(
    "name", ["FULL", "AND", "BINANCE", "SPEARMAN", "BRIEF", "BTC", "4", "PERP"]
)
def test_any_ticker_can_be_typed_so_that_it_is_read_as_a_market(name: str) -> None:
    from analytics.market.instruments import Instrument

    instrument = Instrument(name)
    for syntax in (CORR, HEDGE):
        assert read(typed(instrument, syntax), syntax).assets == (instrument,)


def test_a_command_reads_its_own_words_first() -> None:
    def reference(word: str) -> int | None:
        return int(word) if word.isdecimal() else None

    syntax = Syntax("alerts", "/alerts off 7", switches=frozenset({"off"}), readers=(reference,))
    words = read("off 7", syntax)
    assert words.extras == (7,)
    assert words.switches == {"off"}


def test_several_venues_can_be_named_where_a_command_takes_several() -> None:
    syntax = Syntax("lead", "/lead BTC binance,coinbase 1d", many_venues=True)
    words = read("BTC binance,coinbase,bybit:BTC-PERP 1d", syntax)
    assert words.venues == ("binance", "coinbase")
    assert list(map(str, words.assets)) == ["BTC", "bybit:BTC-PERP"]


def test_a_bar_is_the_same_by_place_and_by_name() -> None:
    placed, named = read("BTC ETH 90d 4h", CORR), read("BTC ETH bar=4h 90d", CORR)
    assert window_of(placed) == window_of(named)


def test_an_option_that_a_command_does_not_take_is_no_switch_for_it() -> None:
    bare = Syntax("explain", "/explain basis", options=(), switches=frozenset())
    assert [str(asset) for asset in read("brief binance", bare).assets] == ["BRIEF", "BINANCE"]
    assert COMMON
