"""A digest of many pairs: one message, one picture, what changed first."""

import csv
import io
import re
from datetime import UTC, datetime

import pytest

from analytics.charts import DigestPicture
from bot.telegram.markup import CAPTION_LIMIT, pages, written
from handlers.digest import parse
from tests.handlers.asking import NOW, Desk, replied, services
from tests.handlers.test_digest import Ailing

NEWS = datetime(2026, 8, 25, tzinfo=UTC)
"""Some days after a season of the simulated venue has turned."""


LONG = (
    "12345.678 SOL -1234.567 ETH-PERP 30d, 45678.9 DOGE -1.234 BTC-PERP 30d, "
    "12345.678 XRP -1234.567 ETH-PERP 30d, 2.5 BTC -2.4 BTC-INV 30d, 40 ETH -1 BTC-PERP 30d, "
    "40 ETH -1 SOL-PERP 30d, 41 ETH -2 BTC-PERP 30d, 42 ETH -3 BTC-PERP 30d, "
    "43 ETH -4 BTC-PERP 30d, 44 ETH -5 BTC-PERP 30d"
)


@pytest.mark.parametrize(
    "question",
    [
        LONG,
        "BTC ETH SOL XRP DOGE 30d",
        LONG.replace("DOGE", "QQZZQQZZQQZZQQ"),
        "ETH BTC 30d, " + ", ".join(f"QQZZQQZZQQZZ{k}-PERP QQZZQQWW{k}-PERP" for k in range(9)),
        ", ".join(f"{base} BTC-PERP {k}d" for base in ("ETH", "SOL") for k in range(20, 25)),
    ],
)
async def test_ten_pairs_are_one_message_with_a_line_each(question: str) -> None:
    reply = await replied(f"/digest {question}", is_standing=True)
    assert written(reply).length <= CAPTION_LIMIT
    assert len(pages(reply)) == 1
    assert sum(line[:1] in "🟢🔶🟥⚪" for line in reply.text if line) >= 10


EIGHT = "BTC ETH SOL XRP DOGE ADA LINK AVAX"
HELD = ", ".join(f"{n}.5 ETH -{n}.25 BTC-PERP 30d" for n in range(30))
THIRTY = (
    f"{EIGHT} 30d, 40 ETH -1 BTC-PERP 30d, 2.5 BTC -2.4 BTC-INV 30d",
    HELD,
    f"ETH BTC 30d, {', '.join(f'QQZZQQZZQQZZ{k}-PERP QQZZQQWW{k}-PERP' for k in range(29))}",
)


@pytest.mark.parametrize("when", [NOW, NEWS], ids=["calm", "news"])
@pytest.mark.parametrize("question", THIRTY, ids=["group", "positions", "unknown"])
async def test_thirty_pairs_are_one_message_and_one_picture(question: str, when: datetime) -> None:
    desk = Desk()
    reply = await replied(f"/digest {question}", services(now=when, desk=desk), is_standing=True)
    assert len(parse(question).pairs) == 30
    assert len(pages(reply)) == 1
    (picture,) = desk.pictures
    assert isinstance(picture, DigestPicture)
    assert len(picture.rows) == 30
    assert reply.text[0].startswith(("Since yesterday:", "The past is too short"))
    counted = [int(n) for n in re.findall(r"\d+", reply.answer)]
    assert sum(counted) == 30


async def test_of_many_pairs_those_that_changed_come_first_and_have_buttons() -> None:
    reply = await replied(f"/digest {EIGHT} 30d", services(now=NEWS))
    start = reply.text.index("") + 1
    signs = [line[:1] for line in reply.text[start:] if line[:1] in "🟢🔶🟥⚪"]
    assert signs == sorted(signs, key="🟥🔶🟢⚪".index)
    *pairs, bell, last = reply.buttons
    restless = sum(n for n in map(int, re.findall(r"[🟥🔶] (\d+)", reply.answer)))
    assert sum(map(len, pairs)) == min(restless, 10) > 0
    assert bell[0].label == f"🔔 {pairs[0][0].label}"
    assert last[0].question == f"/digest {EIGHT} 30d"


async def test_without_a_picture_every_pair_has_its_line() -> None:
    reply = await replied(f"/digest {EIGHT} 30d nochart")
    lines = [line for line in reply.text if line[:1] in "🟢🔶🟥⚪" and "(" in line]
    assert len(lines) >= 28
    assert len(pages(reply)) == 1


async def test_nothing_is_told_by_colour_alone() -> None:
    desk = Desk()
    reply = await replied(
        "/digest BTC ETH SOL XRP DOGE 30d", services(Ailing(broken="DOGE/USDT"), desk=desk)
    )
    (picture,) = desk.pictures
    assert isinstance(picture, DigestPicture)
    assert len(picture.rows) == 10
    assert all(row.verdict_words for row in picture.rows)
    words = {(row.verdict, row.verdict_words) for row in picture.rows}
    assert all(word for _, word in words)
    bare = re.sub(r"[🟢🔶🟥⚪] ", "", written(reply).html)
    assert "steady" in bare


async def test_data_come_as_files() -> None:
    reply = await replied("/digest ETH BTC-PERP 30d, SOL ETH-PERP 30d csv")
    assert len(reply.files) == 3
    rows = list(csv.DictReader(io.StringIO(reply.files[-1].content.decode())))
    assert [row["state"] for row in rows] == [p["state"] for p in reply.numbers["pairs"]]
    assert float(rows[0]["correlation"]) == reply.numbers["pairs"][0]["now"]["correlation"]["value"]
