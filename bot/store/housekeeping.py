"""Forgets the rows that have served their purpose."""

import asyncio
import logging

from bot.store.buttons import Buttons
from bot.store.computations import Computations
from bot.store.contents import prune_contents
from bot.store.database import SOLE, Database, DatabaseError
from bot.store.dead_letters import DeadLetters
from bot.store.forgetting import Farewells
from bot.store.gates import Gates
from bot.store.inbox import Inbox
from bot.store.ledger import Ledger
from bot.store.uploads import Uploads

log = logging.getLogger(__name__)

PRUNE_EVERY_S = 600.0


async def keep_house(database: Database) -> None:
    """Forget old rows of every kind, again and again until cancelled."""
    while True:
        try:
            await Inbox(database).prune()
            await Ledger(database).prune()
            await DeadLetters(database).prune()
            await Buttons(database).prune()
            await Computations(database, SOLE).prune()
            await prune_contents(database)
            await Gates(database).prune()
            await Uploads(database).prune()
            await Farewells(database).forget_closed()
        except DatabaseError:
            log.exception("old rows could not be forgotten")
        await asyncio.sleep(PRUNE_EVERY_S)
