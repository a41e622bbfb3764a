"""``hedgebot check``: is the configuration sound, does everything answer."""

from collections.abc import AsyncIterator

from rich.console import Console
from rich.text import Text

from bot.diagnosis.computing import computing_findings
from bot.diagnosis.database import database_findings
from bot.diagnosis.finding import Finding
from bot.diagnosis.machine import machine_findings
from bot.diagnosis.prices import price_findings
from bot.diagnosis.telegram import telegram_findings
from bot.settings import Settings

__all__ = ["Finding", "check", "findings"]


async def check(settings: Settings) -> int:
    """Print what was found; return 0 where everything is sound, else 2."""
    console = Console(highlight=False)
    is_sound = True
    async for finding in findings(settings):
        mark = Text(
            "ok   " if finding.is_sound else "WRONG", "green" if finding.is_sound else "red"
        )
        console.print(mark, Text(f"{finding.subject}: {finding.sentence}"), soft_wrap=True)
        is_sound &= finding.is_sound
    return 0 if is_sound else 2


async def findings(settings: Settings) -> AsyncIterator[Finding]:
    """Look at everything that ``hedgebot run`` will need."""
    for finding in machine_findings(settings):
        yield finding
    for look in (computing_findings, telegram_findings, database_findings, price_findings):
        async for finding in look(settings):
            yield finding
