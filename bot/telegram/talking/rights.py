"""Who may do what in a chat, and how much of it."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial

from analytics.errors import Correction
from analytics.language import counted, later, tr
from bot.store.buttons import StoredButton
from bot.store.gates import Limit, Rate
from bot.store.quotas import Quotas
from bot.telegram.incoming import Place
from bot.telegram.lanes import Places
from bot.telegram.sending.delivery import Delivery
from handlers import Asker, NotAllowedError, Room

UNITS_A_MINUTE = 20
"""What one person may ask in a minute: a question is a unit, one about fifty markets eight."""
CHAT_OF = 2
"""A group may ask as much as so many people."""
WORTH_A_WORD_S = 2.0
UNCONFIRMED = later(
    "Telegram does not tell me just now who runs this group, so nothing was changed."
)

Say = Callable[[str], Awaitable[None]]


async def nothing_said(_sentence: str) -> None:
    """Say nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class Rights:
    """Asks Telegram who is an admin, each time anew: rights are taken away, too.

    Without ``quotas`` anybody may ask without end. Whoever has to wait leaves their place of
    ``places`` to others.
    """

    delivery: Delivery
    operators: frozenset[int] = frozenset()
    quotas: Quotas | None = None
    units_a_minute: int = UNITS_A_MINUTE
    places: Places = field(default_factory=Places)
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    _queues: defaultdict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    """What those cost who wait, by chat: all of a chat is handled by one process at a time."""

    def asker(self, person_id: int, place: Place, key: str, *, say: Say = nothing_said) -> Asker:
        """Who asks; ``say`` tells them that their question has to wait."""
        return Asker(
            person_id,
            is_private=place.is_private,
            room=Room(place.chat_id, place.thread_id),
            occasion=key,
            may_change=partial(self._decides, person_id, place),
            pays=partial(self.pay, person_id, place, say=say),
            is_operator=place.is_private and person_id in self.operators,
        )

    async def owns(self, tapper_id: int, button: StoredButton) -> bool:
        """Whether a button is somebody's to tap.

        Who asks as a group or a channel taps as a person: so those buttons are for admins.

        Raises
        ------
        NotAllowedError
            Telegram does not say.

        """
        if tapper_id == button.owner_id:
            return True
        return button.owner_id < 0 and await self._is_admin(button.chat_id, tapper_id)

    async def pay(
        self, person_id: int, place: Place, cost: int, *, say: Say = nothing_said
    ) -> None:
        """Wait until the person and the chat may ask something that costs so much."""
        if self.quotas is None:
            return
        limits = self._limits(person_id, place)
        wait = await self.quotas.take(cost, limits)
        if wait <= 0:
            return
        # In private it is empty: there the lane itself keeps the order.
        queue = self._queues[place.chat_id]
        before = tuple(queue)
        queue.append(cost)
        try:
            is_told = False
            while wait > 0:
                expected = wait + sum(before) * limits[-1].rate.interval
                if not is_told and expected > WORTH_A_WORD_S:
                    await say(_queued(expected, len(before), place))
                    is_told = True
                async with self.places.aside():
                    await self.sleep(wait)
                wait = await self.quotas.take(cost, limits)
        finally:
            queue.remove(cost)
            if not queue:
                self._queues.pop(place.chat_id, None)

    async def may_type(self, person_id: int, cost: int) -> float:
        """Pay for what somebody types in any chat; else after how many seconds that may be."""
        if self.quotas is None:
            return 0.0
        own = Place(person_id, None, None, is_private=True)
        return await self.quotas.take(cost, self._limits(person_id, own))

    async def is_worth_a_word(self, person_id: int) -> bool:
        """Whether somebody who asks far too much was not told so within the last minute."""
        limit = Limit(f"refused:{person_id}", Rate(60.0))
        return self.quotas is not None and await self.quotas.take(1, [limit]) == 0

    def _limits(self, person_id: int, place: Place) -> list[Limit]:
        person = Rate(60 / self.units_a_minute, burst=self.units_a_minute)
        limits = [Limit(f"asker:{person_id}", person)]
        if not place.is_private:
            units = CHAT_OF * self.units_a_minute
            limits.append(Limit(f"asks:{place.chat_id}", Rate(60 / units, burst=units)))
        return limits

    async def _decides(self, person_id: int, place: Place) -> bool:
        # An anonymous admin asks as the group itself.
        if place.is_private or person_id == place.chat_id:
            return True
        return person_id > 0 and await self._is_admin(place.chat_id, person_id)

    async def _is_admin(self, chat_id: int, person_id: int) -> bool:
        is_admin = await self.delivery.is_admin(chat_id, person_id)
        if is_admin is None:
            again = Correction(tr("Try again"), "", wrong="")
            raise NotAllowedError(tr(UNCONFIRMED), corrections=(again,))
        return is_admin


def _queued(wait: float, before: int, place: Place) -> str:
    seconds = max(1, round(wait))
    if place.is_private:
        return tr("You have asked much within a minute. This runs in {s} s.", s=seconds)
    if not before:
        return tr("This chat has asked much within a minute. Yours is next, in {s} s.", s=seconds)
    return counted(
        "This chat has asked much within a minute. 1 question is before yours: about {s} s.",
        "This chat has asked much within a minute. {n} questions are before yours: about {s} s.",
        before,
        s=seconds,
    )
