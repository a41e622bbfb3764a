"""Same data, same numbers: the name of a question and its data."""

import re
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from analytics.market.candles import FundingHistory
from analytics.market.fingerprints import fingerprint
from analytics.market.histories import History
from analytics.market.windows import DAY, HOUR
from tests.analytics.studies.pasts import coupled, written_past

PAST = written_past(coupled(0.6, 100))
PAID = FundingHistory(
    PAST.markets[1], np.array([3_600_000, 7_200_000]), np.array([0.0001, -0.0002])
)


def named(history: History = PAST, paid: tuple[FundingHistory, ...] = (PAID,)) -> str:
    return fingerprint("corr", [history], paid, version="1.0")


def test_it_is_known_for_ever() -> None:
    # Written down once: other digits on any machine would be a broken promise.
    bars = replace(
        PAST,
        close_time=np.array([0, 3_600_000]),
        closes=np.array([[1.0, 2.0], [1.5, 2.5]]),
        window=DAY,
    )
    assert fingerprint("corr", [bars], (PAID,), version="1.0") == "fb88c4af"
    assert re.fullmatch("[0-9a-f]{8}", named())
    assert named() == named(replace(PAST, closes=PAST.closes.copy(), notes=("late",)))


def moved(history: History, row: int, column: int) -> History:
    closes = history.closes.copy()
    closes[row, column] = np.nextafter(closes[row, column], np.inf)
    return replace(history, closes=closes)


@pytest.mark.parametrize(
    "other",
    [
        lambda past: moved(past, 0, 0),
        lambda past: moved(past, 50, 1),
        lambda past: moved(past, -1, 0),
        lambda past: replace(past, close_time=past.close_time + 1),
        lambda past: replace(past, closes=past.closes[:, ::-1]),
        lambda past: replace(past, close_time=past.close_time[1:], closes=past.closes[1:]),
        lambda past: replace(past, bar=2 * HOUR),
        lambda past: replace(past, window=29 * DAY),
        lambda past: replace(past, markets=past.markets[::-1]),
        lambda past: replace(past, markets=(past.markets[0], replace(past.markets[1], lot=0.1))),
    ],
    ids=[
        "the first close",
        "a close inside",
        "the last close",
        "the times",
        "the columns",
        "one bar fewer",
        "the bar",
        "the window",
        "the markets",
        "the lot",
    ],
)
def test_one_other_close_is_another_name(other: Callable[[History], History]) -> None:
    assert named(other(PAST)) != named()


def test_payments_question_and_version_count_too() -> None:
    rate = PAID.rate.copy()
    rate[1] += 1e-9
    others = {
        named(paid=()),
        named(paid=(replace(PAID, rate=rate),)),
        named(paid=(replace(PAID, time=PAID.time + 1),)),
        named(paid=(PAID, PAID)),
        fingerprint("corr 99", [PAST], (PAID,), version="1.0"),
        fingerprint("corr", [PAST], (PAID,), version="1.1"),
        fingerprint("corr", [PAST, PAST], (PAID,), version="1.0"),
        named(),
    }
    assert len(others) == 8


def test_the_byte_order_of_the_machine_does_not_count() -> None:
    foreign = replace(
        PAST, closes=PAST.closes.astype(">f8"), close_time=PAST.close_time.astype(">i8")
    )
    assert named(foreign) == named()
    assert named(replace(PAST, closes=np.asfortranarray(PAST.closes))) == named()
