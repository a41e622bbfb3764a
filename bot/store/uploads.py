"""Pictures that Telegram already has."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select

from bot.store.database import Database
from bot.store.tables import uploads

KEEP_FOR = timedelta(days=7)


def picture_digest(png: bytes) -> str:
    """The name of a picture: equal pictures have equal ones."""
    return hashlib.blake2b(png, digest_size=16).hexdigest()


@dataclass(frozen=True, slots=True, eq=False)
class Uploads:
    """From a picture's digest to the identifier under which Telegram keeps it for this bot."""

    database: Database

    async def file_id(self, digest: str) -> str | None:
        """What to send instead of the picture; None where it has to be uploaded."""
        question = select(uploads.c.file_id).where(uploads.c.digest == digest)
        async with self.database.reading() as connection:
            return (await connection.execute(question)).scalar()

    async def keep(self, digest: str, file_id: str) -> None:
        """Remember an upload."""
        values = {"file_id": file_id, "used_ms": self.database.clock.now_ms()}
        insert = self.database.insert(uploads).values(digest=digest, **values)
        async with self.database.writing() as connection:
            await connection.execute(
                insert.on_conflict_do_update(index_elements=["digest"], set_=values)
            )

    async def forget(self, digest: str) -> None:
        """Note that Telegram does not have it any more."""
        async with self.database.writing() as connection:
            await connection.execute(delete(uploads).where(uploads.c.digest == digest))

    async def forget_file(self, file_id: str) -> None:
        """The same, by the name that Telegram gave it."""
        async with self.database.writing() as connection:
            await connection.execute(delete(uploads).where(uploads.c.file_id == file_id))

    async def prune(self) -> None:
        """Forget old uploads: pictures show the present, and are made anew."""
        before = self.database.clock.ms_before_now(KEEP_FOR)
        async with self.database.writing() as connection:
            await connection.execute(delete(uploads).where(uploads.c.used_ms < before))
