"""The database: does it answer, is it whole, what has piled up in it."""

from collections.abc import AsyncIterator
from datetime import timedelta

from bot.answering.routing import Routing
from bot.app import opened_database
from bot.diagnosis.finding import Finding
from bot.settings import ConfigurationError, Settings
from bot.store.backlog import Backlog, backlog
from bot.store.clock import MILLISECOND, database_now_ms, now_ms
from bot.store.database import Database, DatabaseError
from bot.store.ledger import Ledger
from bot.store.soundness import damage
from bot.store.unreadable import Unreadable, unreadable
from handlers import load_commands

TOLERATED_SKEW = timedelta(seconds=2)


async def database_findings(settings: Settings) -> AsyncIterator[Finding]:
    """Open the database as ``run`` does, and look."""
    try:
        async with opened_database(settings) as database:
            yield Finding("Database", f"{database.engine.dialect.name} answers, schema is current")
            yield await (_integrity(database) if database.turn else _clock(database))
            yield _work(await backlog(database))
            left = await unreadable(database, Routing(load_commands()).reads)
            if left != Unreadable(0, 0, 0):
                yield _newer(left)
            doubts = await Ledger(database).in_doubt()
            if doubts:
                keys = ", ".join(entry.key for entry in doubts)
                yield Finding("In doubt", f"{len(doubts)} messages may not have arrived: {keys}")
    except (ConfigurationError, DatabaseError) as error:
        yield Finding("Database", str(error).partition("\n")[0], is_sound=False)


async def _integrity(database: Database) -> Finding:
    wrong = await damage(database)
    sentence = f"the file is damaged: {wrong}" if wrong else "every page is sound"
    return Finding("Integrity", sentence, is_sound=not wrong)


async def _clock(database: Database) -> Finding:
    async with database.reading() as connection:
        before = now_ms()
        theirs = await database_now_ms(connection)
        skew = (theirs - (before + now_ms()) // 2) * MILLISECOND
    sentence = f"the database's clock and ours differ by {skew.total_seconds():+.1f} s"
    return Finding("Clock", sentence, is_sound=abs(skew) <= TOLERATED_SKEW)


def _newer(left: Unreadable) -> Finding:
    sentence = (
        f"letters {left.letters}, digests {left.digests}, alerts {left.alerts} say what this version "
        "does not know; it leaves them to a newer one"
    )
    return Finding("Newer", sentence, is_sound=False)


def _work(found: Backlog) -> Finding:
    waiting = ", ".join(f"{queue.name} {queue.waiting}" for queue in found.queues)
    dead = sum(queue.dead for queue in found.queues)
    sentence = (
        f"{found.executors_alive} processes serve now; due and not done: {waiting}; "
        f"{dead} dead letters"
    )
    return Finding("Work", f"{sentence}: `hedgebot requeue` tries them again" if dead else sentence)
