"""Uploads each picture once, whoever it is for."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta

from telegram import Message

from bot.store.database import SOLE, DatabaseError
from bot.store.leases import Lease
from bot.store.uploads import Uploads
from bot.telegram.sending.parcels import Photo

log = logging.getLogger(__name__)

MOST_KNOWN = 1000
UPLOADS_WITHIN = timedelta(seconds=15)
"""So long other processes wait for the one that uploads, unless it says before that it is done."""
LOOK_EVERY_S = 0.1


class UploadUnderWayError(Exception):
    """Somebody else's upload of the picture takes longer than one wants to wait."""


@dataclass(slots=True, eq=False)
class _Line:
    """Those who want to send a picture that nobody has uploaded yet."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    waiting: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Pictures:
    """What stands for a picture: its bytes the first time, then Telegram's name of it."""

    uploads: Uploads
    holder: str = SOLE
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    _lines: dict[str, _Line] = field(default_factory=dict)
    _known: dict[str, str] = field(default_factory=dict)

    @asynccontextmanager
    async def one_uploads(
        self, photo: Photo | None, *, patience: float | None = None
    ) -> AsyncIterator[None]:
        """Keep others from uploading the same picture meanwhile; known ones keep nobody.

        Raises
        ------
        UploadUnderWayError
            Another one of this process has not ended within ``patience`` seconds.

        """
        if photo is None or await self._name(photo) is not None:
            yield
            return
        line = self._lines.setdefault(photo.digest, _Line())
        line.waiting += 1
        try:
            async with _held(line.lock, patience):
                if await self._name(photo) is None:
                    async with self._one_process(photo):
                        yield
                    return
            yield
        finally:
            line.waiting -= 1
            if not line.waiting:
                self._lines.pop(photo.digest, None)

    @asynccontextmanager
    async def _one_process(self, photo: Photo) -> AsyncIterator[None]:
        """Wait until the picture is known or ours to upload, among all processes."""
        lease = Lease(self.uploads.database, f"upload:{photo.digest}", self.holder, UPLOADS_WITHIN)
        while await self._name(photo) is None:
            if await lease.take():
                try:
                    yield
                finally:
                    with suppress(DatabaseError):
                        await lease.release()
                return
            await self.sleep(LOOK_EVERY_S)
        yield

    async def to_send(self, photo: Photo | None) -> bytes | str | None:
        """Telegram's name of a picture, else its bytes; None where there is no picture."""
        if photo is None:
            return None
        return await self._name(photo) or await photo.load()

    async def sent(self, photo: Photo | None, picture: object, message: Message | None) -> None:
        """Remember what Telegram calls a picture that was uploaded; a failure costs an upload."""
        if photo is None or not isinstance(picture, bytes) or not (message and message.photo):
            return
        try:
            await self.uploads.keep(photo.digest, message.photo[-1].file_id)
        except DatabaseError:
            log.exception("an upload was not remembered")

    async def forget(self, photo: Photo | None) -> None:
        """Upload anew: Telegram does not know its own name of the picture any more."""
        if photo is not None:
            self._known.pop(photo.digest, None)
            await self.uploads.forget(photo.digest)

    async def forget_name(self, file_id: str) -> None:
        """The same for a name of which the picture is not at hand."""
        for digest in [one for one, name in self._known.items() if name == file_id]:
            del self._known[digest]
        await self.uploads.forget_file(file_id)

    async def _name(self, photo: Photo) -> str | None:
        if photo.digest not in self._known:
            found = await self.uploads.file_id(photo.digest)
            if found is None:
                return None
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            self._known[photo.digest] = found
        return self._known[photo.digest]


@asynccontextmanager
async def _held(lock: asyncio.Lock, patience: float | None) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(patience):
            await lock.acquire()
    except TimeoutError as error:
        raise UploadUnderWayError from error
    try:
        yield
    finally:
        lock.release()
