"""Names of markets, in every spelling that people copy from somewhere."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.errors import RequestError
from analytics.market.instruments import Instrument, Kind
from handlers._grammar import COLLATERAL, Amount, Holding, Unit, instrument_of, read, typed
from handlers._grammar.symbols import QUOTES, WELL_KNOWN
from tests.handlers.grammar.syntaxes import CORR, HEDGE

SPELLINGS = [
    # ours
    ("BTC", "BTC"),
    ("btc-spot", "BTC"),
    ("$btc", "BTC"),
    ("eth-perp", "ETH-PERP"),
    ("ETH-SWAP", "ETH-PERP"),
    ("ETH-UM", "ETH-PERP"),
    ("ETH-USDM", "ETH-PERP"),
    ("BTC-INV", "BTC-INV"),
    ("BTC-CM", "BTC-INV"),
    ("BTC-COINM", "BTC-INV"),
    ("BTC-CPERP", "BTC-INV"),
    ("XBT", "BTC"),
    ("xbt-perp", "BTC-PERP"),
    ("BTC-26MAR27", "BTC-26MAR27"),
    ("BTC-270326", "BTC-26MAR27"),
    ("BTC-20270326", "BTC-26MAR27"),
    ("BTC-5JUN26", "BTC-05JUN26"),
    ("Bybit:BTC-PERP", "bybit:BTC-PERP"),
    ("1INCH", "1INCH"),
    ("币安人生", "币安人生"),
    # ccxt
    ("BTC/USDT", "BTC/USDT"),
    ("BTC/USDT:USDT", "BTC/USDT:USDT"),
    ("btc/usd:btc", "BTC/USD:BTC"),
    ("BTC/USD:BTC-270326", "BTC/USD:BTC-270326"),
    ("okx:BTC/USDT:USDT-270326", "okx:BTC/USDT:USDT-270326"),
    ("ETH/BTC", "ETH/BTC"),
    ("BTC/USDT-PERP", "BTC/USDT:USDT"),
    ("XBT/USD:XBT", "BTC/USD:BTC"),
    # Binance
    ("BTCUSDT", "BTC/USDT"),
    ("BTCUSD_PERP", "BTC/USD:BTC"),
    ("BTCUSD_270326", "BTC/USD:BTC-270326"),
    ("BTCUSDT_270326", "BTC/USDT:USDT-270326"),
    ("1000PEPEUSDT", "1000PEPE/USDT"),
    ("ETHBTC", "ETH/BTC"),
    ("SOLEUR", "SOL/EUR"),
    # OKX, Gate, Coinbase, Bybit, TradingView
    ("BTC-USDT", "BTC/USDT"),
    ("BTC_USDT", "BTC/USDT"),
    ("ETH_BTC", "ETH/BTC"),
    ("BTC-USD", "BTC/USD"),
    ("BTC-USDT-SWAP", "BTC/USDT:USDT"),
    ("BTC-USD-SWAP", "BTC/USD:BTC"),
    ("BTC-USD-270326", "BTC/USD:BTC-270326"),
    ("BTC-USDT-270326", "BTC/USDT:USDT-270326"),
    ("BTCUSDT.P", "BTC/USDT:USDT"),
    ("BINANCE:ETHUSDT.P", "binance:ETH/USDT:USDT"),
    # Deribit, BitMEX, Kraken
    ("BTC-PERPETUAL", "deribit:BTC-INV"),
    ("SOL_USDC-PERPETUAL", "deribit:SOL/USDC:USDC"),
    ("XBTUSD", "BTC/USD:BTC"),
    ("PI_XBTUSD", "krakenfutures:BTC/USD:BTC"),
    ("PF_ETHUSD", "krakenfutures:ETH/USD:USD"),
    ("FI_XBTUSD_270326", "krakenfutures:BTC/USD:BTC-270326"),
    # tickers that end like a quote
    ("WBTC", "WBTC"),
    ("STETH", "STETH"),
    ("USDT", "USDT"),
    ("PYUSD", "PYUSD"),
    ("CRVUSD", "CRV/USD"),
]


@pytest.mark.parametrize(("text", "canonical"), SPELLINGS)
def test_a_spelling_names(text: str, canonical: str) -> None:
    instrument = instrument_of(text)
    assert str(instrument) == canonical
    assert instrument_of(canonical) == instrument


def test_what_was_typed_is_kept_but_does_not_count() -> None:
    native, ours = instrument_of("btcusdt"), instrument_of("btc/usdt")
    assert native == ours
    assert (native.text, ours.text) == ("BTCUSDT", "BTC/USDT")


@pytest.mark.parametrize(
    "text",
    ["", "-", "/", "BTC-", "BTC/", "/USDT", "BTC/USDT/X", "BTC--PERP", "A" * 21, "BTC-PERP-INV",
     "BTC-26XXX27", "BTC/USDT:USDT-991399", "🚀", "BTC:", "a.b", "BTC-ETH", "BTC-X1"],
)  # fmt: skip
def test_no_market_is_named_by(text: str) -> None:
    with pytest.raises(RequestError):
        instrument_of(text)


QUOTE_ENDINGS = (*QUOTES, "XBT")
letters = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=1, max_size=9)
bases = st.one_of(
    st.sampled_from(sorted(WELL_KNOWN)),
    letters.filter(lambda name: not name.endswith(QUOTE_ENDINGS) and name != "XBT"),
)
coins = letters.filter(lambda name: name != "XBT")
UNITS_THEMSELVES = {"K", "M", "C", "CT", "CTS"}
expiries = st.dates(date(2000, 1, 1), date(2099, 12, 31))
venues = st.none() | st.from_regex(r"[a-z][a-z0-9]{1,12}", fullmatch=True)


@st.composite
def instruments(draw: st.DrawFn) -> Instrument:
    """Any instrument whose fields fit together."""
    kind, venue = draw(st.sampled_from(Kind)), draw(venues)
    expiry = draw(expiries) if kind is Kind.FUTURE else None
    if draw(st.booleans()):
        return Instrument(draw(bases), kind, expiry=expiry, venue=venue)
    base, quote = draw(coins), draw(coins)
    match kind:
        case Kind.SPOT:
            settle = None
        case Kind.INVERSE:
            settle = base
        case Kind.PERP:
            settle = draw(coins.filter(lambda name: name != base))
        case Kind.FUTURE:
            settle = draw(coins)
    return Instrument(base, kind, quote=quote, settle=settle, expiry=expiry, venue=venue)


@given(instruments())
def test_the_canonical_spelling_is_read_back_to_an_equal_value(instrument: Instrument) -> None:
    assert instrument_of(str(instrument)) == instrument
    assert instrument_of(str(instrument).lower()) == instrument


@given(instruments().filter(lambda instrument: not instrument.base[0].isdigit()))
def test_a_market_typed_for_a_command_is_read_as_that_market(instrument: Instrument) -> None:
    for syntax in (CORR, HEDGE):
        words = read(typed(instrument, syntax), syntax)
        assert words.assets == (instrument,)


positive = st.floats(1e-9, 1e12) | st.integers(1, 10**12).map(float)


@given(
    instruments().filter(lambda instrument: not instrument.base[0].isdigit()),
    positive.map(lambda quantity: float(f"{quantity:.12g}")),
    st.booleans(),
    st.sampled_from(Unit),
)
def test_the_canonical_spelling_of_a_holding_is_read_back_to_an_equal_value(
    instrument: Instrument, quantity: float, short: bool, unit: Unit
) -> None:
    if unit is Unit.CONTRACTS and instrument.kind is Kind.SPOT:
        return
    holding = Holding(-quantity if short else quantity, unit, instrument)
    assert read(typed(holding, HEDGE), HEDGE).holdings == (holding,)


@given(
    coins.filter(lambda name: name[0].isalpha() and not name.endswith(QUOTE_ENDINGS)).filter(
        lambda name: name not in UNITS_THEMSELVES
    ),
    positive.map(lambda quantity: float(f"{quantity:.12g}")),
)
def test_the_spelling_of_an_amount_is_read_back_to_an_equal_value(
    coin: str, quantity: float
) -> None:
    for amount in (Amount(quantity, Unit.COINS, coin), Amount(quantity, Unit.DOLLARS)):
        assert read(f"coll={amount}", HEDGE).value(COLLATERAL) == amount
