"""What happens when we come into a chat, leave it, or were not wanted there in the first place."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass

from analytics.language import later, tr
from bot.answering.answers import Answer
from bot.answering.sentences import first_questions
from bot.store.chats import Resumed, former_id, move_chat, open_chat
from bot.store.database import Database
from bot.telegram.incoming import LetIn, Migrated, Place
from bot.telegram.sending.parcels import Parcel
from bot.telegram.talking.replying import Replying
from handlers import Reply

log = logging.getLogger(__name__)

PRIVATE_BOT = later("This bot is private. Its operator decides who may ask.")


@dataclass(frozen=True, slots=True, eq=False)
class Arrivals:
    """Greets, resumes, and leaves where it may not be; an empty ``allowed_chats`` allows all."""

    database: Database
    replying: Replying
    allowed_chats: frozenset[int]

    async def is_allowed(self, chat_id: int) -> bool:
        """Whether the operator lets a chat ask; a group that became a supergroup is still it."""
        if not self.allowed_chats or chat_id in self.allowed_chats:
            return True
        return await former_id(self.database, chat_id) in self.allowed_chats

    async def let_in(self, arrival: LetIn, key: str) -> None:
        """Say what can be asked here, or what goes on; leave where the operator does not want us."""
        place = Place(arrival.chat_id, None, None, is_private=arrival.chat_id > 0)
        if not place.is_private and not await self.is_allowed(arrival.chat_id):
            await self.turn_away(place, key, aloud=arrival.added_by is not None)
            return
        resumed = await open_chat(self.database, arrival.chat_id)
        if resumed is not None and (resumed.digests or resumed.alerts):
            words = Reply("", tr("I may write here again."), text=(_going_on(resumed),))
        elif arrival.added_by is None or await former_id(self.database, arrival.chat_id):
            return
        else:
            words = _welcome()
        owner = arrival.added_by or arrival.chat_id
        await self.replying.send(Answer(words), place, key, owner_id=owner)

    async def turn_away(self, place: Place, key: str, *, aloud: bool = True) -> None:
        """Say once that this bot is private; do not stay in a group that may not ask."""
        if aloud:
            await self.replying.delivery.send(Parcel(f"{key}:0", place, tr(PRIVATE_BOT)))
        if not place.is_private:
            log.info("left chat %d, which is not among the allowed", place.chat_id)
            await self.replying.delivery.leave(place.chat_id)

    async def moved(self, move: Migrated) -> None:
        """Take along all that is known of a group."""
        await move_chat(self.database, move.old, move.new)
        # The old group may have been closed to us before we heard of the new one.
        await open_chat(self.database, move.new)
        if move.old in self.allowed_chats:
            log.info("an allowed group has another id now; it stays allowed")


def _going_on(resumed: Resumed) -> str:
    return tr("What goes on: {what}.", what=", ".join(_counted(resumed)))


def _counted(resumed: Resumed) -> Iterator[str]:
    if resumed.digests:
        yield tr("daily digests: {n}", n=resumed.digests)
    if resumed.alerts:
        yield tr("alerts: {n}", n=resumed.alerts)


def _welcome() -> Reply:
    return Reply(
        title="Hedgebot",
        answer=tr("tells how closely two markets move, and how to hedge one with another."),
        text=(
            tr("Anybody here may ask: `/corr BTC ETH-PERP 30d`, `/hedge 2.5 BTC BTC-INV`."),
            tr("Alerts and digests are for admins to set. I read commands and replies to me only."),
        ),
        buttons=first_questions(),
    )
