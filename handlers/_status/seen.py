"""What is looked at for one answer to `/status`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from handlers._health import ChatHealth, Overview, VenueHealth
from handlers._mail import Dead, Doubts


@dataclass(frozen=True, slots=True, eq=False)
class Everywhere:
    """What only those see who run the bot; nobody is named."""

    overview: Overview
    dead: Sequence[Dead]


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """The bot at one moment, from one chat; ``warning`` where prices are not live."""

    version: str
    started: datetime
    warning: str | None
    venues: Sequence[VenueHealth]
    waiting: Mapping[str, int]
    chat: ChatHealth
    doubts: Doubts
    everywhere: Everywhere | None = None
