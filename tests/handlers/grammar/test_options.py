"""Options come out typed, and only when they make sense."""

from collections.abc import Hashable
from datetime import UTC, datetime, timedelta
from enum import StrEnum

import pytest

from analytics.errors import RequestError
from handlers._grammar import (
    BAR,
    COLLATERAL,
    END,
    FEE,
    HOLD,
    LEVEL,
    LEVERAGE,
    METHOD,
    PART,
    QUOTE,
    RATIO,
    ROLL,
    SIDE,
    TAIL,
    TOP,
    VENUE,
    ZONE,
    Amount,
    Method,
    Option,
    Side,
    Syntax,
    Unit,
    choice,
    read,
)

HOUR = timedelta(hours=1)
EVERY = (
    BAR, ROLL, METHOD, LEVEL, VENUE, END, QUOTE, COLLATERAL, LEVERAGE, PART, RATIO, FEE, HOLD, TOP,
    SIDE, TAIL, ZONE,
)  # fmt: skip
EVERYTHING = Syntax("all", "/all BTC", options=EVERY)


@pytest.mark.parametrize(
    ("text", "option", "value"),
    [
        ("bar=1h", BAR, HOUR),
        ("tf=15m", BAR, HOUR / 4),
        ("ROLL=7D", ROLL, 168 * HOUR),
        ("m=ewma", METHOD, Method.EWMA),
        ("ci=99", LEVEL, 0.99),
        ("ci=0.95", LEVEL, 0.95),
        ("ci=90%", LEVEL, 0.90),
        ("venue=OKX", VENUE, "okx"),
        ("end=2026-09-01", END, datetime(2026, 9, 1, tzinfo=UTC)),
        ("end=2026-09-01t14:30", END, datetime(2026, 9, 1, 14, 30, tzinfo=UTC)),
        ("end=2026-09-01T14:30Z", END, datetime(2026, 9, 1, 14, 30, tzinfo=UTC)),
        ("end=2026-09-01T14:30-05:00", END, datetime(2026, 9, 1, 19, 30, tzinfo=UTC)),
        ("quote=usdc", QUOTE, "USDC"),
        ("coll=0.5btc", COLLATERAL, Amount(0.5, Unit.COINS, "BTC")),
        ("coll=25KAVA", COLLATERAL, Amount(25.0, Unit.COINS, "KAVA")),
        ("coll=25kSOL", COLLATERAL, Amount(25000.0, Unit.COINS, "SOL")),
        ("coll=$5k", COLLATERAL, Amount(5000.0, Unit.DOLLARS)),
        ("coll=0,5XBT", COLLATERAL, Amount(0.5, Unit.COINS, "BTC")),
        ("lev=3", LEVERAGE, 3.0),
        ("lev=2.5x", LEVERAGE, 2.5),
        ("5x", LEVERAGE, 5.0),
        ("part=80%", PART, 0.8),
        ("part=0.8", PART, 0.8),
        ("h=1", RATIO, 1.0),
        ("fee=0.05%", FEE, 0.0005),
        ("fee=5bp", FEE, 0.0005),
        ("fee=5bps", FEE, 0.0005),
        ("fee=0", FEE, 0.0),
        ("hold=3d", HOLD, 72 * HOUR),
        ("top=5", TOP, 5),
        ("side=long", SIDE, Side.LONG),
        ("q=5%", TAIL, 0.05),
        ("tz=Europe/Berlin", ZONE, "Europe/Berlin"),
    ],
)
def test_an_option_is_typed(text: str, option: Option[Hashable], value: Hashable) -> None:
    words = read(text, EVERYTHING)
    assert words.value(option) == value
    assert type(words.value(option)) is type(value)


@pytest.mark.parametrize(
    "text",
    ["bar=", "bar=1", "bar=-1h", "bar=0h", "bar=1s", "ci=50", "ci=1", "ci=", "m=x", "venue=x/y", "end=yesterday", "end=2026-02-30", "end=1899-01-01", "end=2026-W01-1",
     "end=2026-09-01T25:00", "quote=1", "coll=5", "coll=-1BTC", "coll=5c", "coll=$5BTC", "lev=0",
     "lev=1000", "lev=abc", "part=80", "part=0", "part=101%", "h=0", "h=-1", "fee=0.05", "fee=50%",
     "top=0", "top=1.5", "top=1000", "side=up", "q=0%", "tz=1", "tz=../x",
     "end=2099-12-31T23:59-23:59x", "end=2026-09-01T00:00+99:99"],
)  # fmt: skip
def test_an_option_without_sense_is_refused(text: str) -> None:
    with pytest.raises(RequestError) as refused:
        read(text, EVERYTHING)
    for correction in refused.value.corrections:
        read(correction.right.removeprefix("/all"), EVERYTHING)


@pytest.mark.parametrize("option", EVERY, ids=[option.key for option in EVERY])
def test_every_example_of_an_option_is_read(option: Option[Hashable]) -> None:
    for example in option.examples:
        assert option.read(example) is not None


def test_no_two_options_answer_to_one_key() -> None:
    keys = [key for option in EVERY for key in (option.key, *option.aliases)]
    assert len(keys) == len(set(keys))


def test_a_command_can_declare_an_option_of_its_own() -> None:
    class Theme(StrEnum):
        LIGHT = "light"
        DARK = "dark"

    theme = choice("theme", Theme)
    words = read("theme=dark", Syntax("settings", "/settings theme=dark", options=(theme,)))
    assert words.value(theme) is Theme.DARK
    assert words.given(BAR, HOUR) == HOUR
    assert words.value(BAR) is None
