"""A digest of which a pair fails, is late or unknown."""

import pytest

from tests.handlers.asking import asked, refused, replied, services
from tests.handlers.test_digest import Ailing


async def test_one_failing_pair_does_not_lose_the_others() -> None:
    using = services(Ailing(broken="SOL/USDT"))
    reply = await replied("/digest ETH BTC-PERP 30d, SOL ETH-PERP 30d", using)
    assert "1 without a verdict" in reply.answer
    (line,) = [line for line in reply.text if "SOL" in line]
    assert line.startswith("⚪ SOL × ETH-PERP: ")
    assert "does not answer" in line
    assert reply.numbers["pairs"][1]["state"] == "failed"
    assert reply.chart is not None


async def test_a_market_that_has_gone_is_told_in_its_line_of_a_daily_digest() -> None:
    reply = await replied("/digest ETH BTC-PERP 30d, QQZZ ETH 30d", is_standing=True)
    (line,) = [line for line in reply.text if "QQZZ" in line]
    assert "I don't know QQZZ" in line


@pytest.mark.parametrize(
    ("asked_for", "offered"),
    [
        ("ETH BTC-PERP 30d, BTC ETHH 30d", "/digest ETH BTC-PERP 30d, BTC ETH 30d"),
        ("BTC QQZZ, ETH SOL", "/digest BTC ETH-PERP 30d, ETH SOL"),
    ],
)
async def test_who_asks_of_an_unknown_market_can_put_it_right(asked_for: str, offered: str) -> None:
    reply = await refused(f"/digest {asked_for}")
    assert [b.question for row in reply.buttons for b in row] == [offered]
    assert "I don't know" in reply.answer, "which one is said, too"


async def test_where_every_pair_fails_so_does_the_digest() -> None:
    answer = await asked("/digest ETH BTC-PERP 30d, SOL ETH 30d", services(Ailing(broken="all")))
    assert answer.is_error
    assert answer.reply.numbers["error"] == "source"


async def test_late_prices_are_marked_and_judged_by_nobody() -> None:
    using = services(Ailing(late="SOL/USDT"))
    reply = await replied("/digest 100 SOL -1 ETH-PERP 30d, ETH BTC-PERP 30d", using)
    late, other = reply.numbers["pairs"]
    assert (late["stale"], late["state"], late["drift"]) == (True, "unjudged", None)
    assert not any(late["news"][key] for key in ("verdict", "break", "moved"))
    assert other["stale"] is False
    (line,) = [line for line in reply.text if line.startswith("⚪ SOL × ETH-PERP")]
    assert line.endswith("stale: last bar 4h old, no verdict")


async def test_two_names_of_one_market_are_refused_in_their_line() -> None:
    reply = await refused("/digest BTC BTC 30d, ETH BTC 30d")
    assert "Both are BTC" in reply.answer
