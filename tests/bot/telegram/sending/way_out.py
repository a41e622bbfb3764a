"""The way out to the emulated Telegram, on a clock that jumps."""

from dataclasses import dataclass
from typing import Any

from bot.store.ledger import Ledger, State
from bot.telegram.incoming import Place
from bot.telegram.sending.delivery import Delivery, Parcel
from tests.bot.telegram.paces import Clock
from tests.emulators.telegram.emulator import TelegramEmulator
from tests.emulators.telegram.people import Person

BAD = "Bad Request: "


@dataclass
class Post:
    """A way out with its clock and its book."""

    telegram: TelegramEmulator
    delivery: Delivery
    ledger: Ledger
    clock: Clock

    def parcel(self, to: Person, *, key: str = "reply:1:0", **more: Any) -> Parcel:
        return Parcel(key, Place(to.chat.id, None, None, is_private=True), "<b>x</b>", **more)

    async def state(self, key: str = "reply:1:0") -> State | None:
        entry = await self.ledger.entry(key)
        return entry.state if entry else None

    def texts(self, place: Any) -> list[str]:
        return [message.words for message in self.telegram.replies(place)]
