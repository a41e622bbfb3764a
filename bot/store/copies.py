"""Copies of the database, and what must change in one before it is served."""

import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import delete, update

from bot.store.database import Database
from bot.store.ledger import State
from bot.store.tables import (
    alerts,
    computations,
    digests,
    executors,
    inbox,
    leases,
    ledger,
    outbox,
)

RESTORED = "restored from a backup; it may have gone out since"
OWNER_ONLY = 0o600


class CopyError(Exception):
    """A copy cannot be made or trusted; the message says why, in one sentence."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What a restored copy had under way, and nobody will do again by itself."""

    questions: int
    letters: int
    in_doubt: int


def copy_sqlite(source: Path, target: Path) -> None:
    """Write a sound, compact copy of a SQLite file that may be in use.

    It gets its name only when it is whole, checked and on disk.

    Raises
    ------
    CopyError
        The target exists, the source is no database, or the disk takes no more.

    """
    if not source.is_file():
        raise CopyError(f"there is no file {source}")
    if target.exists():
        raise CopyError(f"{target} exists already; nothing was overwritten")
    unfinished = target.with_name(f"{target.name}.unfinished")
    try:
        unfinished.unlink(missing_ok=True)
        unfinished.touch(mode=OWNER_ONLY)
        with closing(
            sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", timeout=30, uri=True)
        ) as read:
            read.execute("VACUUM INTO ?", (str(unfinished),))
        refuse_unsound(unfinished)
        _on_disk(unfinished)
        unfinished.rename(target)
        _on_disk(target.absolute().parent)
    except (OSError, sqlite3.Error) as error:
        raise CopyError(f"{target} cannot be written: {error}") from error
    finally:
        unfinished.unlink(missing_ok=True)


def refuse_unsound(file: Path) -> None:
    """Have SQLite look at every page of a file.

    Raises
    ------
    CopyError
        It is no database, or a damaged one.

    """
    try:
        with closing(
            sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)
        ) as connection:
            found = connection.execute("PRAGMA integrity_check").fetchall()
    except sqlite3.Error as error:
        raise CopyError(f"{file} is no sound SQLite database: {error}") from error
    if found != [("ok",)]:
        raise CopyError(f"{file} is damaged: {found[0][0]}")


async def settle(database: Database) -> Settled:
    """Let nothing that was under way when a copy was made be done a second time.

    Whoever asked was answered since, or asks again; what waited to go out becomes dead letters,
    which an operator may look at and send after all.
    """
    now = database.clock.now_ms()
    async with database.writing() as connection:
        asked = await connection.execute(
            update(inbox)
            .where(inbox.c.finished_ms.is_(None))
            .values(finished_ms=now, payload="", lane=0, holder=None)
            .returning(inbox.c.update_id)
        )
        letters = await connection.execute(
            update(outbox)
            .where(outbox.c.buried_ms.is_(None))
            .values(buried_ms=now, buried_why=RESTORED, holder=None)
            .returning(outbox.c.key)
        )
        doubted = await connection.execute(
            update(ledger)
            .where(ledger.c.state == State.INTENT)
            .values(state=State.IN_DOUBT, note=RESTORED, changed_ms=now, holder=None)
            .returning(ledger.c.key)
        )
        counts = [len(rows.all()) for rows in (asked, letters, doubted)]
        for table in (digests, alerts):
            await connection.execute(update(table).values(holder=None))
        for table in (executors, leases, computations):
            await connection.execute(delete(table))
    return Settled(*counts)


def _on_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
