"""What /corr shows, and that it fits a phone."""

from datetime import datetime

import pytest

from analytics.charts import MatrixPicture, PairPicture
from bot.telegram.markup import CAPTION_LIMIT, LINE_WIDTH, table_lines, written
from tests.handlers.asking import Desk, refused, replied, services
from tests.handlers.expecting import assert_it_fits_a_phone

TWENTY = (
    "BTC ETH SOL XRP BNB DOGE LTC LINK AVAX ADA 1INCH PAXG BTCDOWN USDC "
    "1000PEPE-PERP NEWT-PERP BTC-INV ETH-INV BTC-25DEC26 ETH-26MAR27"
)


@pytest.mark.parametrize("n", [3, 4, 10, 20])
async def test_matrices_of_any_size_fit_a_caption(n: int) -> None:
    desk = Desk()
    question = " ".join(TWENTY.split()[:n])
    reply = await replied(f"/corr {question} 30d", services(desk=desk))
    assert written(reply).length <= CAPTION_LIMIT
    assert len(f"{reply.title} {reply.answer}") <= 90
    (picture,) = desk.pictures
    assert isinstance(picture, MatrixPicture)
    assert picture.correlation.shape == (n, n)
    assert len(reply.numbers["pairs"]) == n * (n - 1) // 2


async def test_all_pairs_of_twenty_markets_fit_a_message() -> None:
    reply = await replied(f"/corr {TWENTY} 30d nochart")
    for group in reply.facts:
        assert all(len(line) <= LINE_WIDTH for line in table_lines(group))
    assert len(reply.facts[1]) >= 190


async def test_twenty_one_markets_are_refused_with_twenty() -> None:
    reply = await refused(f"/corr {TWENTY} BTC/USDC")
    assert "takes 20 markets" in reply.answer
    assert len(reply.buttons) == 1


async def test_the_longest_answer_fits_a_caption() -> None:
    question = (
        "/corr mirror:BTC/USDT:USDT simulated:BTC/USD:BTC-270326 50h 1h m=ewma ci=90 roll=10h full"
    )
    reply = await replied(question)
    assert_it_fits_a_phone(reply)


async def test_the_picture_says_what_the_reply_says() -> None:
    desk = Desk()
    reply = await replied("/corr SOL BTC 120d", services(desk=desk))
    (picture,) = desk.pictures
    assert isinstance(picture, PairPicture)
    assert picture.words.title == "SOL × BTC · 120d: ρ 0.58 (0.49–0.66)"
    assert picture.words.subtitle == "broke ~20 Aug"
    assert picture.words.warning == "Simulated prices"
    assert picture.roll == "30d"
    assert picture.tested_break is not None
    assert picture.tested_break.time == pytest.approx(
        datetime.fromisoformat(reply.numbers["break"]["time"]).timestamp() * 1000
    )


async def test_pictures_are_really_drawn() -> None:
    for question in ("/corr BTC ETH-PERP 30d", "/corr BTC ETH SOL 90d"):
        reply = await replied(question, services(desk=Desk(draws=True)))
        assert reply.chart is not None
        assert reply.chart.startswith(b"\x89PNG")
        assert len(reply.chart) > 10_000
