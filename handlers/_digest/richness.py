"""How much a digest says of each pair: less of each where many need the room."""

from dataclasses import dataclass, replace
from enum import Enum, auto

from handlers._digest.upkeep import Length

CAPTION_ROOM, MESSAGE_ROOM = 1000, 3800
"""Characters; a caption holds 1,024, a message without a picture 4,096."""
FEW = 10
"""Of more pairs those that changed are told before those that are as usual have lines."""


class Calm(Enum):
    """How pairs are told that are as usual."""

    LINES = auto()
    NAMES = auto()
    PICTURE = auto()
    """By their number in the first line, and by the picture."""


@dataclass(frozen=True, slots=True)
class Detail:
    """How much is said of each pair; the first three are numbers of things.

    ``lines`` is how many pairs have one where those that are as usual have none.
    """

    contracts: int
    remarks: int
    news: int
    normal: bool = False
    interval: bool = True
    likely: bool = True
    removed: bool = True
    reasons: bool = True
    legend: bool = False
    drift: Length = Length.WHOLE
    calm: Calm = Calm.LINES
    lines: int = 30


RICHEST = Detail(20, 20, 10, normal=True)
_PLAIN = Detail(6, 6, 10)
_TIGHT = Detail(3, 2, 4, removed=False, legend=True, drift=Length.SHORT)
BAREST = Detail(
    0, 0, 0, interval=False, likely=False, removed=False, reasons=False, drift=Length.COUNT
)
POORER = (
    _PLAIN,
    replace(_PLAIN, contracts=4, remarks=4, news=5, drift=Length.ORDERS),
    replace(_PLAIN, contracts=4, remarks=4, news=5, drift=Length.SHORT),
    _TIGHT,
    replace(_TIGHT, contracts=2, remarks=1, news=2, reasons=False),
    replace(_TIGHT, contracts=2, remarks=1, news=2, reasons=False, interval=False),
    replace(_TIGHT, contracts=2, remarks=1, news=1, reasons=False, interval=False, likely=False),
    BAREST,
    replace(_TIGHT, contracts=2, remarks=1, news=4, legend=False, likely=False, calm=Calm.NAMES),
    replace(BAREST, contracts=2, remarks=1, news=4, interval=True, calm=Calm.NAMES),
    replace(BAREST, remarks=1, news=2, calm=Calm.NAMES, lines=8),
    replace(BAREST, remarks=1, news=4, interval=True, calm=Calm.PICTURE, lines=8),
    replace(BAREST, news=2, calm=Calm.PICTURE, lines=5),
    replace(BAREST, calm=Calm.PICTURE, lines=2),
)
"""What goes first where many pairs need the room; the picture shows ranges and intervals anyway."""
