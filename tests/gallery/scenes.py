"""Ten visits that tell what the bot is for, each with the messages that it leaves on the screen."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tests.emulators.telegram.chats import Message
from tests.gallery.studio import AFTERNOON, Studio

HOUR = timedelta(hours=1)
SEASON_TURNS = datetime(2026, 8, 15, tzinfo=UTC)
"""SOL of the simulated venue leaves the others."""
UNEVENTFUL = timedelta(days=18)
"""So long it takes until the window has filled with the new season."""
MOST_HOURS = 72

Play = Callable[[Studio], Awaitable[Sequence[Message]]]


@dataclass(frozen=True, slots=True)
class Scene:
    """A picture of the gallery: its file's name, and what happens."""

    name: str
    play: Play


def _asked(*questions: str) -> Play:
    async def play(studio: Studio) -> Sequence[Message]:
        return [message for question in questions for message in await studio.ask(question)]

    return play


async def _digest(studio: Studio) -> Sequence[Message]:
    """What arrives in the morning."""
    await studio.ask("/daily ETH BTC-PERP 30d, SOL ETH-PERP 30d, XRP BTC-PERP 30d at=08:00")
    heard = len(studio.telegram.replies(studio.ann))
    studio.now = datetime(2026, 11, 5, 8, 0, 5, tzinfo=UTC)
    await studio.calendar.look()
    await studio.calendar.idle()
    return [await studio.hear(since=heard)]


async def _alert(studio: Studio) -> Sequence[Message]:
    """What rings when two markets part."""
    studio.now = SEASON_TURNS - timedelta(days=1)
    await studio.ask("/watch 300 SOL -0.45 BTC-PERP corr<0.6 30d")
    heard = len(studio.telegram.replies(studio.ann))
    studio.now += UNEVENTFUL
    for _ in range(MOST_HOURS):
        studio.now += HOUR
        await studio.watch.sweep()
        if await studio.rings():
            return [await studio.hear(since=heard)]
    raise LookupError("nothing rang")


async def _mistake(studio: Studio) -> Sequence[Message]:
    """A slip of the finger, and a tap that puts it right."""
    asked, refused = await studio.ask("/corr BTC ETHH-PERP")
    return [asked, refused, *await studio.ask("/corr BTC ETH 12h 1h")]


SCENES = (
    Scene("corr", _asked("/corr BTC ETH-PERP 30d")),
    Scene("matrix", _asked("/corr BTC ETH SOL XRP DOGE PAXG 90d")),
    Scene("hedge", _asked("/hedge 40 ETH BTC-PERP 30d")),
    Scene("hedge-inverse", _asked("/hedge 2.5 BTC BTC-INV")),
    Scene("drift", _asked("/drift 40 ETH -1.1 BTC-PERP 30d")),
    Scene("break", _asked("/break SOL BTC-PERP 180d")),
    Scene("stress", _asked("/stress ETH BTC-PERP 1y")),
    Scene("digest", _digest),
    Scene("alert", _alert),
    Scene("mistake", _mistake),
)


async def played(scene: Scene, studio: Studio) -> Sequence[Message]:
    """The messages of a scene, which begins on the same afternoon whatever was played before."""
    studio.now = AFTERNOON
    return await scene.play(studio)
