"""A message that says how far a long answer has got, and goes when the answer comes."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from bot.telegram.sending.delivery import Delivery
from bot.telegram.sending.parcels import Parcel

EVERY_S = 3.0
"""Edits count against Telegram's limits."""
ON_ITS_WAY_S = 1.0
"""So long an answer waits for a message that is being sent; without one it does not wait."""

Tell = Callable[[str], Awaitable[None]]


@dataclass(slots=True)
class _News:
    """The newest sentence, and whether the answer has come."""

    sentence: str | None = None
    is_over: asyncio.Event = field(default_factory=asyncio.Event)


@asynccontextmanager
async def progress(
    delivery: Delivery, parcel: Parcel, *, every: float = EVERY_S
) -> AsyncIterator[Tell]:
    """Give a function that shows a sentence; it never waits for Telegram.

    ``parcel`` says where, and under which key: after a crash the same message is taken up again.
    """
    news = _News()
    showing = asyncio.create_task(_show(delivery, parcel, news, every))

    async def tell(sentence: str) -> None:
        news.sentence = sentence

    try:
        yield tell
    finally:
        news.is_over.set()
        # Cut off on its way, a message would be in doubt, and nobody could take it back.
        await asyncio.wait([showing], timeout=ON_ITS_WAY_S)
        showing.cancel()
        await asyncio.gather(showing, return_exceptions=True)
        await delivery.remove(parcel)


async def _show(delivery: Delivery, parcel: Parcel, news: _News, every: float) -> None:
    shown: str | None = None
    while not await _comes(news.is_over, within=every):
        if news.sentence is None or news.sentence == shown:
            continue
        shown = news.sentence
        current = replace(parcel, html=shown)
        message_id = await delivery.message_id(parcel)
        if message_id is None:
            await delivery.send(current)
        else:
            place = replace(parcel.place, message_id=message_id)
            await delivery.edit(replace(current, place=place), shows_picture=False)


async def _comes(event: asyncio.Event, *, within: float) -> bool:
    try:
        async with asyncio.timeout(within):
            return await event.wait()
    except TimeoutError:
        return False
