"""Empties the outbox: claims letters, sends each as its kind wants it, and never gives up a chat."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

from analytics.language import ENGLISH, speaking
from bot.living.quarantine import Quarantine
from bot.store.chats import close_reason, close_topic
from bot.store.database import OUR_MISTAKES, DatabaseError
from bot.store.gathering import Gathering
from bot.store.ledger import State
from bot.store.letters import Held, Kind, Letter
from bot.store.outbox import Outbox
from bot.store.replies import UnreadableReplyError
from bot.store.rooms import SqlRooms
from bot.store.watching import UNREADABLE_FOR
from bot.telegram.posting.letters import Letters
from bot.telegram.posting.quiet import quiet_until
from bot.telegram.sending.delivery import Delivery, Outcome
from bot.telegram.sending.pacing import UNHURRIED, URGENT, Haste
from bot.telegram.sending.parcels import Parcel

log = logging.getLogger(__name__)

SENDERS = 16
"""Enough for 25 a second where Telegram takes 300 ms and the database as much."""
FEWEST_AT_ONCE = 4
"""A look into the outbox costs as much for one letter as for several."""
LOOK_EVERY_S = 0.5
DATABASE_RETRY_S = 2.0
TRY_AGAIN_S = 30.0
UNREADABLE_FOR_S = UNREADABLE_FOR.total_seconds()
MOST_ATTEMPTS = 5
DRAIN_S = 8.0
FORGOTTEN = "its words were forgotten"
ENDED_TOO_OFTEN = "each try ended with the process or with a mistake of ours"


@dataclass(slots=True, eq=False)
class Postman:
    """Sends letters, several at once, of a chat one at a time.

    ``now`` decides about quiet hours, by the shared clock where nothing else is given; ``sleep``
    waits between two looks into an empty outbox; ``drain`` is how many seconds what is on its way may
    take at the end.

    Raises
    ------
    ValueError
        The letters are claimed under another name than messages are sent under.

    """

    outbox: Outbox
    delivery: Delivery
    now: Callable[[], datetime] | None = None
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    drain: float = DRAIN_S
    quarantine: Quarantine = field(default_factory=Quarantine)
    _under_way: set[asyncio.Task[None]] = field(default_factory=set)
    _letters: Letters = field(init=False)
    _rooms: SqlRooms = field(init=False)
    _gathering: Gathering = field(init=False)

    def __post_init__(self) -> None:
        if self.outbox.holder != self.delivery.ledger.holder:
            msg = "who holds a letter has to be who sends it: else each looks as if taken by somebody else"
            raise ValueError(msg)
        database = self.outbox.database
        self._letters, self._rooms = Letters(database), SqlRooms(database)
        self._gathering = Gathering(database)

    async def run(self) -> None:
        """Send until cancelled; then let what is on its way arrive, for ``drain`` seconds at most."""
        is_troubled = False
        try:
            while True:
                try:
                    if is_troubled:
                        # What was claimed and not heard of would be ours for ever.
                        await self.outbox.let_go([task.get_name() for task in self._under_way])
                        is_troubled = False
                    if not await self._begin_some():
                        await self._pause()
                except DatabaseError:
                    log.exception("the outbox cannot be read; letters wait")
                    is_troubled = True
                    await self.sleep(DATABASE_RETRY_S)
        finally:
            await self._drain()

    async def _begin_some(self) -> bool:
        """Start on letters for which there are senders; False where there is nothing to start."""
        free = SENDERS - len(self._under_way)
        if free < FEWEST_AT_ONCE:
            return False
        if await self.outbox.has_suspects():
            # Nothing else may be held while one is sent that ends the process, or it would be
            # counted against the innocent too.
            return not self._under_way and await self._began_suspect()
        async with self.quarantine.among_others():
            found = await self.outbox.claim(free)
            for held in found:
                self._begin(held)
        return bool(found)

    async def _began_suspect(self) -> bool:
        """Send one letter while nothing else is under way; False where there is none."""
        async with self.quarantine.alone():
            suspect = await self.outbox.claim_suspect()
            if suspect is not None:
                await asyncio.wait([self._begin(suspect)], timeout=self.quarantine.patience)
            return suspect is not None

    def _begin(self, held: Held) -> asyncio.Task[None]:
        key = held.letter.key
        if known := next((task for task in self._under_way if task.get_name() == key), None):
            # We were taken for dead, and have taken it once more: of two senders one gives it back
            # while the other is about to send it, or takes the other's intent for a doubt.
            return known
        task = asyncio.create_task(self._carry(held), name=key)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        self.quarantine.joined_by(task)
        return task

    async def _pause(self) -> None:
        """Wait for a sender to be free, or for new letters."""
        looking = asyncio.ensure_future(self.sleep(LOOK_EVERY_S))
        try:
            await asyncio.wait([looking, *self._under_way], return_when=asyncio.FIRST_COMPLETED)
        finally:
            looking.cancel()

    async def _drain(self) -> None:
        if self._under_way:
            _, late = await asyncio.wait(self._under_way, timeout=self.drain)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _carry(self, held: Held) -> None:
        """Deal with one letter; whatever happens, the others go on."""
        key = held.letter.key
        try:
            if held.attempts > MOST_ATTEMPTS:
                log.error("letter %s is buried: %s", key, ENDED_TOO_OFTEN)
                await self.outbox.bury(key, ENDED_TOO_OFTEN)
            else:
                await self._deliver(held)
        except asyncio.CancelledError:
            await self.outbox.postpone(key, 0.0)
            raise
        except UnreadableReplyError:
            log.exception("letter %s is left to others: its words cannot be read", key)
            await self._give_back(key, UNREADABLE_FOR_S)
        except DatabaseError as error:
            log.exception("the database takes no notes; letter %s waits", key)
            await self._give_back(key, DATABASE_RETRY_S, counts=isinstance(error, OUR_MISTAKES))
        except Exception:
            # The last fence: one letter must not stop the others.
            log.exception("letter %s could not be sent", key)
            await self._give_back(key, TRY_AGAIN_S, counts=True)

    async def _give_back(self, key: str, wait: float, *, counts: bool = False) -> None:
        """Let go of a letter, however long the database does not listen."""
        while True:
            try:
                if counts:
                    await self.outbox.fail(key, wait)
                else:
                    await self.outbox.postpone(key, wait)
            except DatabaseError:
                log.exception("letter %s waits to be given back", key)
                await asyncio.sleep(DATABASE_RETRY_S)
            else:
                return

    async def _deliver(self, held: Held) -> None:
        chat_id = held.letter.room.chat_id
        preferences = await self._rooms.open_preferences(chat_id)
        if preferences is None:
            # It was written while the chat closed; what it tells of is paused.
            await self.outbox.finish(held.letter.key)
            return
        with speaking(preferences.language or ENGLISH):
            if held.letter.kind is Kind.ALERT:
                quiet = await self._rooms.quiet(chat_id)
                if until := quiet_until(quiet, preferences.time_zone, self._now()):
                    await self.outbox.quieten(chat_id, until)
                    return
                if await self._gathering.gather(held):
                    return
            await self._send(held.letter)

    def _now(self) -> datetime:
        return (self.now or self.outbox.database.clock.now)()

    async def _send(self, letter: Letter) -> None:
        parcels = await self._letters.parcels(letter)
        if parcels is None:
            await self.outbox.bury(letter.key, FORGOTTEN)
            return
        has_left = False
        for number, parcel in enumerate(parcels):
            outcome = await self._sent(letter, parcel, number)
            if outcome.state is None:
                await self.outbox.postpone(letter.key, outcome.wait)
                if outcome.is_chat_full and letter.kind is not Kind.ALERT:
                    await self.outbox.hold_back(letter.room.chat_id, outcome.wait)
                return
            if outcome.state is State.FAILED:
                await self._refused(letter, outcome)
                return
            has_left |= outcome.left_topic
        await self.outbox.finish(letter.key)
        if has_left:
            await close_topic(self.outbox.database, letter.room)

    async def _sent(self, letter: Letter, parcel: Parcel, number: int) -> Outcome:
        """Send one message of a letter, an alert's once more where nobody knows of its fate."""
        haste = _haste(letter.kind)
        outcome = await self._settled(parcel, haste)
        if outcome.state is not State.IN_DOUBT or letter.kind is not Kind.ALERT:
            return outcome
        repeats = await self._letters.parcels(letter, is_repeat=True)
        if repeats is None or number >= len(repeats):
            return outcome
        # The mark may have made one page two; the place in the order is what repeats it.
        repeat = repeats[number]
        repeated = await self._settled(repeat, haste)
        return outcome if repeated.state is State.IN_DOUBT else repeated

    async def _settled(self, parcel: Parcel, haste: Haste) -> Outcome:
        """Send; an intent of ours that nobody works on any more is a doubt.

        The letter is ours alone; only who was taken for dead may still be about to send it.
        """
        outcome = await self.delivery.deliver(parcel, haste)
        if outcome.state is not State.INTENT:
            return outcome
        if outcome.wait:
            return Outcome(None, wait=outcome.wait)
        await self.delivery.ledger.doubt(parcel.key, note="it was not noted how it ended")
        return Outcome(State.IN_DOUBT)

    async def _refused(self, letter: Letter, outcome: Outcome) -> None:
        if await close_reason(self.outbox.database, letter.room.chat_id) is not None:
            await self.outbox.finish(letter.key)
            return
        why = outcome.note or "Telegram refused it"
        log.error("letter %s is buried: %s", letter.key, why)
        await self.outbox.bury(letter.key, why)


def _haste(kind: Kind) -> Haste:
    return URGENT if kind is Kind.ALERT else UNHURRIED
