"""What a tap on a button does: the same message changes, or a popup says why it does not.

Under a message that came by itself, as an alert does, the answer comes beside it.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from analytics.errors import RequestError
from analytics.language import later, tr
from bot.answering.answers import Answer, Answers
from bot.answering.sentences import asked_too_late
from bot.store.buttons import Buttons, StoredButton
from bot.telegram.incoming import Place, Tapped
from bot.telegram.markup import popup_text
from bot.telegram.sending.delivery import Delivery
from bot.telegram.talking.arrivals import PRIVATE_BOT
from bot.telegram.talking.replying import Replying
from bot.telegram.talking.rights import Rights
from handlers import Preferences

FOREIGN = later(
    "Only the person who asked can use this button. Ask the same yourself, and you get your own."
)
FOR_ADMINS = later("This button is for admins of this group.")
EXPIRED = later("This button is too old. Send the question again.")
OFFERED = later("This button is too old. Its question comes below, to ask again.")
SAME_TAP_S = 10.0
"""Within so many seconds a second tap on the same button means the first."""
MOST_REMEMBERED = 1000


@dataclass(frozen=True, slots=True)
class Expired:
    """A button that is the tapper's own, and too old to do anything by itself."""

    stored: StoredButton


@dataclass(frozen=True, slots=True, eq=False)
class Taps:
    """Refuses what is forged or foreign, offers what is old once more, answers all others once.

    A tap whose answer takes longer than ``quick`` seconds is acknowledged before it is there.
    """

    answers: Answers
    buttons: Buttons
    delivery: Delivery
    rights: Rights
    replying: Replying
    quick: float
    monotonic: Callable[[], float] = time.monotonic
    _done: OrderedDict[str, tuple[float, str]] = field(default_factory=OrderedDict)

    async def tapped(
        self, tapped: Tapped, wanted: Preferences, key: str, *, is_allowed: bool
    ) -> None:
        """Answer a tap, whosever it is."""
        found = await self.verdict_on(tapped, is_allowed=is_allowed)
        if isinstance(found, str):
            await self.delivery.popup(tapped.query_id, found)
        elif self._is_repeated(tapped.token, key):
            await self.delivery.popup(tapped.query_id)
        elif isinstance(found, Expired):
            await self._offered_anew(tapped, found.stored, key)
        else:
            await self._answered(tapped, found, wanted, key)

    async def verdict_on(self, tapped: Tapped, *, is_allowed: bool) -> StoredButton | Expired | str:
        """What a tap asks, or would have asked in time, or the sentence that refuses it."""
        known = await self.buttons.known(tapped.token)
        if known is None or known.stored.chat_id != tapped.place.chat_id:
            return tr(EXPIRED)
        stored = known.stored
        if not is_allowed:
            return tr(PRIVATE_BOT)
        try:
            owns = await self.rights.owns(tapped.tapper_id, stored)
        except RequestError as error:
            return error.sentence
        if known.is_expired:
            return Expired(stored) if owns else tr(EXPIRED)
        if not owns:
            return tr(FOREIGN) if stored.owner_id > 0 else tr(FOR_ADMINS)
        return stored

    def _is_repeated(self, token: str, key: str) -> bool:
        """Whether a button was tapped just now: its answer is there, under other buttons.

        The same tap that is handled once more, because the database failed, is no second one.
        """
        now = self.monotonic()
        when, first = self._done.get(token, (now - 2 * SAME_TAP_S, key))
        is_repeated = first != key and now - when < SAME_TAP_S
        self._done[token] = (now, first if is_repeated else key)
        self._done.move_to_end(token)
        while len(self._done) > MOST_REMEMBERED:
            self._done.popitem(last=False)
        return is_repeated

    async def _offered_anew(self, tapped: Tapped, stored: StoredButton, key: str) -> None:
        """Put the question under a button that works: nobody does by an old tap what was meant then.

        It comes as a message, since a popup can neither be tapped nor copied on a phone.
        """
        asker = self.rights.asker(stored.owner_id, tapped.place, key)
        await self.delivery.popup(tapped.query_id, tr(OFFERED), in_passing=True)
        await asker.pays(1)
        offer = Answer(asked_too_late(stored.question))
        await self.replying.send(offer, tapped.place, key, owner_id=stored.owner_id)

    async def _answered(
        self, tapped: Tapped, stored: StoredButton, wanted: Preferences, key: str
    ) -> None:
        told: list[str] = []

        async def say(sentence: str) -> None:
            told.append(sentence)
            await self.delivery.popup(tapped.query_id, sentence, in_passing=True)

        place, owner_id = tapped.place, stored.owner_id
        asker = self.rights.asker(owner_id, place, key, say=say)
        await asker.pays(1)
        work = asyncio.ensure_future(
            self.answers.answer(stored.question, asker=asker, wanted=wanted)
        )
        try:
            done, _ = await asyncio.wait([work], timeout=self.quick)
            if done and work.result().is_error and not told:
                await self.delivery.popup(tapped.query_id, popup_text(work.result().reply))
                self._done.pop(tapped.token, None)
                return
            if stored.is_beside:
                told_answer = self._put_beside(work, place, key, owner_id=owner_id)
            else:
                told_answer = self.replying.put_in_place(
                    work, place, key, owner_id=owner_id, shows_picture=tapped.shows_picture
                )
            if told:
                await told_answer
            else:
                # The sign of life and the answer do not wait for each other.
                await asyncio.gather(self.delivery.popup(tapped.query_id), told_answer)
        finally:
            work.cancel()

    async def _put_beside(
        self, work: Awaitable[Answer], place: Place, key: str, *, owner_id: int
    ) -> None:
        """Answer the message that was tapped, which stays as it is with all its buttons."""
        async with self.delivery.at_work(place):
            answer = await work
        await self.replying.send(answer, place, key, owner_id=owner_id)
