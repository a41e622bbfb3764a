"""A short name for a question and all that its answer was computed from."""

import hashlib
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from analytics.market.candles import FundingHistory
from analytics.market.histories import History
from analytics.market.markets import Market

DIGEST_BYTES = 4


def fingerprint(
    question: str,
    histories: Sequence[History],
    paid: Sequence[FundingHistory] = (),
    *,
    version: str,
) -> str:
    """Eight hexadecimal digits: the same on every machine for the same question on the same data.

    One other close, payment, contract size or version of the program gives others.
    """
    digest = hashlib.blake2b(digest_size=DIGEST_BYTES)
    for part in _parts(question, histories, paid, version):
        # Its length before each part: no two lists of parts run into the same bytes.
        digest.update(len(part).to_bytes(8, "little"))
        digest.update(part)
    return digest.hexdigest()


def _parts(
    question: str, histories: Sequence[History], paid: Sequence[FundingHistory], version: str
) -> Iterator[bytes]:
    yield version.encode()
    yield question.encode()
    for history in histories:
        yield from (_terms(market) for market in history.markets)
        yield str(history.bar.total_seconds()).encode()
        yield str(history.window.total_seconds()).encode()
        yield _bytes(history.close_time)
        yield _bytes(history.closes)
    for payments in paid:
        yield _terms(payments.market)
        yield _bytes(payments.time)
        yield _bytes(payments.rate)


def _terms(market: Market) -> bytes:
    """A market and its arithmetic, which decides on contracts, fees and liquidation."""
    sizes = (market.contract_size, market.lot, market.minimum)
    terms = (*sizes, market.taker_fee, market.maintenance_rate)
    return f"{market.full_name} {terms!r}".encode()


def _bytes(values: npt.NDArray[np.int64] | npt.NDArray[np.float64]) -> bytes:
    """In one byte order, whatever the machine's."""
    kind = "<f8" if np.issubdtype(values.dtype, np.floating) else "<i8"
    return values.astype(kind).tobytes()
