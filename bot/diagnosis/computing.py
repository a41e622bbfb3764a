"""Where answers are computed: do processes start, and do their limits hold."""

from collections.abc import AsyncIterator

from bot.computing.limits import address_space, too_much
from bot.computing.workroom import Workroom
from bot.computing.workshop import THEMES
from bot.diagnosis.finding import Finding
from bot.settings import Settings
from handlers import TooExpensiveError


async def computing_findings(settings: Settings) -> AsyncIterator[Finding]:
    """Compute something, and then too much."""
    room = Workroom(THEMES[settings.theme], loads=False)
    try:
        await room.compute(address_space)
        yield Finding("Computing", "works in processes of its own, which can be ended")
        yield await _limited(room)
    except (OSError, EOFError) as error:
        yield Finding("Computing", f"no process can be started: {error}", is_sound=False)
    finally:
        await room.close()


async def _limited(room: Workroom) -> Finding:
    limits = room.limits
    said = f"a computation has {limits.cpu_s} s and {limits.memory / 1e9:g} GB"
    try:
        await room.compute(too_much)
    except TooExpensiveError:
        return Finding("Limits", said)
    return Finding("Limits", f"{said}, but this system does not hold it to them", is_sound=False)
