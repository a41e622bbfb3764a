"""What a tap on a button does: the same message changes, or a popup says why it does not."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from analytics.errors import RequestError
from analytics.language import later, tr
from bot.answers import Answers
from bot.store.buttons import Buttons, StoredButton
from bot.telegram.arrivals import PRIVATE_BOT
from bot.telegram.delivery import Delivery
from bot.telegram.incoming import Tapped
from bot.telegram.markup import POPUP_LIMIT, popup_text
from bot.telegram.replying import Replying
from bot.telegram.rights import Rights
from handlers import Preferences

FOREIGN = later("Only the person who asked can change this chart. Send your own /corr.")
EXPIRED = later("This button is too old. Send the question again.")
SAME_TAP_S = 10.0
"""Within so many seconds a second tap on the same button means the first."""
MOST_REMEMBERED = 1000


@dataclass(frozen=True, slots=True, eq=False)
class Taps:
    """Refuses what is forged, foreign or old, and answers all others once.

    A tap whose answer takes longer than ``quick`` seconds is acknowledged before it is there.
    """

    answers: Answers
    buttons: Buttons
    delivery: Delivery
    rights: Rights
    replying: Replying
    quick: float
    monotonic: Callable[[], float] = time.monotonic
    _done: OrderedDict[str, float] = field(default_factory=OrderedDict)

    async def tapped(
        self, tapped: Tapped, wanted: Preferences, key: str, *, is_allowed: bool
    ) -> None:
        """Answer a tap, whosever it is."""
        stored = await self.buttons.button(tapped.token)
        refusal = await self._refusal(tapped, stored, is_allowed=is_allowed)
        if refusal is not None or stored is None:
            await self.delivery.popup(tapped.query_id, refusal)
        elif self._is_repeated(tapped.token):
            await self.delivery.popup(tapped.query_id)
        else:
            await self._answered(tapped, stored, wanted, key)

    async def _refusal(
        self, tapped: Tapped, stored: StoredButton | None, *, is_allowed: bool
    ) -> str | None:
        if stored is None or stored.chat_id != tapped.place.chat_id:
            return await self._too_old(tapped)
        if not is_allowed:
            return tr(PRIVATE_BOT)
        try:
            owns = await self.rights.owns(tapped.tapper_id, stored)
        except RequestError as error:
            return error.sentence
        return None if owns else tr(FOREIGN)

    async def _too_old(self, tapped: Tapped) -> str:
        """That a button has expired, with what to send again where it was the tapper's own."""
        was = await self.buttons.expired(tapped.token)
        if was is None or (was.chat_id, was.owner_id) != (tapped.place.chat_id, tapped.tapper_id):
            return tr(EXPIRED)
        named = tr("This button is too old. Send it again: {question}", question=was.question)
        return named if len(named) <= POPUP_LIMIT else tr(EXPIRED)

    def _is_repeated(self, token: str) -> bool:
        """Whether a button was tapped just now: its answer is there, under other buttons."""
        now = self.monotonic()
        is_repeated = now - self._done.get(token, now - 2 * SAME_TAP_S) < SAME_TAP_S
        self._done[token] = now
        self._done.move_to_end(token)
        while len(self._done) > MOST_REMEMBERED:
            self._done.popitem(last=False)
        return is_repeated

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
            edited = self.replying.put_in_place(
                work, place, key, owner_id=owner_id, shows_picture=tapped.shows_picture
            )
            if told:
                await edited
            else:
                # The sign of life and the answer do not wait for each other.
                await asyncio.gather(self.delivery.popup(tapped.query_id), edited)
        finally:
            work.cancel()
