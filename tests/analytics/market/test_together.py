"""Several requests at once."""

import asyncio

import pytest

from analytics.errors import SourceError
from analytics.market.together import together


async def _after(event: asyncio.Event, value: int) -> int:
    await event.wait()
    return value


async def _down() -> int:
    raise SourceError("Binance is down.", venue="binance")


async def test_results_keep_the_order_in_which_they_were_asked() -> None:
    first, second = asyncio.Event(), asyncio.Event()
    work = asyncio.ensure_future(together([_after(first, 1), _after(second, 2)]))
    second.set()
    await asyncio.sleep(0)
    assert not work.done()
    first.set()
    assert await work == [1, 2]


async def test_a_failure_ends_the_others_before_it_is_told() -> None:
    ended: list[bool] = []

    async def endless() -> int:
        try:
            return await _after(asyncio.Event(), 1)
        finally:
            await asyncio.sleep(0)
            ended.append(True)

    with pytest.raises(SourceError):
        await together([endless(), _down(), endless()])
    assert ended == [True, True]


async def test_who_leaves_ends_all() -> None:
    ended: list[bool] = []

    async def endless() -> int:
        try:
            return await _after(asyncio.Event(), 1)
        finally:
            ended.append(True)

    work = asyncio.ensure_future(together([endless(), endless()]))
    for _ in range(3):
        await asyncio.sleep(0)
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    assert ended == [True, True]
