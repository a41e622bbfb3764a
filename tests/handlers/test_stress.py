"""/stress on the simulated venue, whose truth is known, and on real candles."""

from textwrap import dedent

import numpy as np
import pandas as pd
import pytest
from statsmodels.api import OLS, add_constant

from analytics.charts import StressPicture
from analytics.market.archive import ArchivePrices
from analytics.market.instruments import Instrument, Kind
from analytics.market.windows import DAY, YEAR, Window
from handlers.stress import StressQuery, parse
from tests.handlers.asking import Desk, refused, replied, services, shown
from tests.handlers.expecting import assert_it_fits_a_phone

ETH, BTC_PERP = Instrument("ETH"), Instrument("BTC", Kind.PERP)


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        ("ETH BTC-PERP", StressQuery((ETH, BTC_PERP), Window(YEAR))),
        ("q=10% 90d eth btc-perp", StressQuery((ETH, BTC_PERP), Window(90 * DAY), tail=0.1)),
        (
            "ETH BTC-PERP 2y 1d ci=90 full",
            StressQuery(
                (ETH, BTC_PERP), Window(2 * YEAR, DAY), level=0.9, switches=frozenset({"full"})
            ),
        ),
    ],
)
def test_it_reads(typed: str, query: StressQuery) -> None:
    assert parse(typed) == query
    assert parse(query.asked(query.window).removeprefix("/stress")) == query


@pytest.mark.parametrize(
    ("question", "says", "tap"),
    [
        ("/stress", "Which two?", "/stress ETH BTC-PERP 1y"),
        ("/stress ETH", "I read ETH. I need a second market.", "/stress ETH BTC-PERP"),
        (
            "/stress ETH BTC-PERP q=50%",
            "q=50% is no tail. Take 5% to 25%.",
            "/stress ETH BTC-PERP 1y q=25%",
        ),
        (
            "/stress BTC BTCDOWN 60d 1d",
            "Both fell in only 9 bars of that window, I need 25: too few bad days to judge.",
            "/stress BTC BTCDOWN 90d 1d",
        ),
        (
            "/stress ETH SOL BTC",
            "I read ETH, SOL and BTC. `/stress` takes two markets.",
            "/stress ETH SOL",
        ),
        (
            "/stress ETH SOL-PERP BTC venue=mirror",
            "`/stress` takes two markets.",
            "/stress ETH SOL-PERP venue=mirror",
        ),
    ],
)
async def test_it_refuses_with_a_way_out(question: str, says: str, tap: str) -> None:
    reply = await refused(question)
    assert says in reply.answer
    assert tap in [button.question for row in reply.buttons for button in row]


async def test_a_year_reads_like_this() -> None:
    reply = await replied("/stress ETH BTC-PERP 1y q=5%")
    assert shown(reply) == dedent(
        """\
        Stress ETH × BTC-PERP · 1y: in falls ρ 0.78 (0.71–0.84) · tighter than normal both ways

        Sell-offs     0.78 (0.71–0.84)
                      normal 0.69
                      (p < 0.001)
        Rallies       0.82 (0.76–0.87)
        Asymmetry     none (p 0.24)
        Tail 5 %      58 % (51–66 %)
                      normal 57 %
                      64 bars in both

        Worst 5 days  −61 % → −0.02 %
        Worst day     −15 % → +5.3 %
                      20 Sep
        Removes, down 71.9 %
                      66.9–76.1 %
        Removes, all  73.6 %
                      68.9–77.7 %

        ⚠ Simulated prices.
        ⚠ Above normal in falls, but in rises too: fat tails, no proof of panic.

        2,190 4h bars · robust 95 % ranges
        Hedge sized on the 30d before each of 365 days
        ETH/USDT spot · BTC/USDT:USDT perp
        Simulated · 12:00 UTC · not advice

        [7d]  [30d]  [90d]  [1y•]
        [Correlation]  [Break]  [↻]  [?]
        [🔔 Watch]  [Daily]"""
    )


async def test_the_verdict_needs_asymmetry_and_not_only_fat_tails() -> None:
    reply = await replied("/stress ETH BTC-PERP 1y nochart")
    assert reply.numbers["normal_p_value"] < 0.05
    assert reply.numbers["asymmetry_p_value"] > 0.05
    assert "tighter than normal both ways" in reply.answer
    assert "Above normal in falls, but in rises too: fat tails, no proof of panic." in reply.notes


async def test_a_thin_tail_is_widened_and_the_reply_says_so() -> None:
    reply = await replied("/stress ETH BTC-PERP 30d q=1% nochart")
    used = reply.numbers["tail"]["quantile"]
    assert used > 0.01
    assert f"Too few joint bars in the worst 1 %: took {100 * used:g} %." in reply.notes
    assert reply.numbers["tail"]["n_joint"] >= 25


async def test_invented_prices_are_not_given_the_names_of_real_crashes() -> None:
    reply = await replied("/stress ETH BTC-PERP 3y nochart")
    assert reply.numbers["crashes"] == []


async def test_the_picture_shows_the_corner_and_the_days() -> None:
    desk = Desk()
    reply = await replied("/stress ETH BTC-PERP 1y", services(desk=desk))
    (picture,) = desk.pictures
    assert isinstance(picture, StressPicture)
    joint = (picture.target_returns <= picture.corner[0]) & (
        picture.hedge_returns <= picture.corner[1]
    )
    assert joint.sum() == pytest.approx(reply.numbers["tail"]["n_joint"], abs=1)
    assert [day.unhedged for day in picture.days] == [
        day["unhedged"] for day in reply.numbers["worst_days"]
    ]


@pytest.mark.parametrize(
    "question",
    [
        "/stress 1000PEPE-PERP mirror:BTC-PERP 90d q=1% full",
        "/stress PAXG BTCDOWN 3y ci=99 full",
        "/stress BTC BTC-INV 90d full",
    ],
)
async def test_the_longest_replies_fit_a_caption_and_a_phone(question: str) -> None:
    reply = await replied(question)
    assert_it_fits_a_phone(reply)


async def test_buttons_keep_the_question_and_open_its_words() -> None:
    reply = await replied("/stress ETH BTC-PERP 1y q=10% nochart")
    windows, more, _ = reply.buttons
    assert windows[0].question == "/stress ETH BTC-PERP 7d q=10% nochart"
    assert [button.label for button in more] == ["Correlation", "Break", "↻", "?"]
    assert more[-1].question.startswith("/explain sell-offs, asymmetry, tail, worst days")


async def test_the_yen_carry_unwind_on_real_candles(market_data) -> None:  # noqa: ANN001
    reply = await replied("/stress ETH BTC-PERP 180d nochart", services(ArchivePrices(market_data)))
    (crash,) = reply.numbers["crashes"]
    assert crash["name"] == "yen carry"
    spot, perp = (
        pd.read_parquet(market_data / name).set_index("timestamp")["close"]
        for name in (
            "e1_2024_spot_1h/binance_spot_ETH-USDT_1h.parquet",
            "e1_2024_linear_1h/binance_swap-linear_BTC-USDT_USDT_1h.parquet",
        )
    )
    both = pd.concat((spot, perp), axis=1, keys=("eth", "btc")).astype(np.float64)
    closes = both.resample("4h").last()
    day = closes.loc["2024-08-05 20:00"] / closes.loc["2024-08-04 20:00"] - 1
    returns = np.log(closes).diff().loc["2024-07-06":"2024-08-04"]
    ratio = OLS(returns["eth"], add_constant(returns["btc"])).fit().params["btc"]
    assert crash["held"] == pytest.approx(day["eth"], abs=1e-6)
    assert crash["hedge"] == pytest.approx(day["btc"], abs=1e-6)
    assert crash["hedged"] == pytest.approx(day["eth"] - ratio * day["btc"], abs=1e-6)
    assert [fact.label for fact in reply.facts[2]] == ["5 Aug"]
