"""How values are read back to the asker."""

from collections.abc import Iterable
from datetime import timedelta

from analytics.language import tr
from analytics.language.lists import all_of
from analytics.market.windows import spelled

MOST_NAMES = 8


def listed(names: Iterable[str]) -> str:
    """Names in a row: ``BTC, ETH and 30d``; a long row is counted from some name on."""
    row = list(names)
    if len(row) > MOST_NAMES:
        row[MOST_NAMES - 1 :] = [tr("{n} more", n=len(row) - MOST_NAMES + 1)]
    return all_of(row)


def spelled_value(value: object) -> str:
    """A market, a holding or a length of time as people type it."""
    return spelled(value) if isinstance(value, timedelta) else str(value)


def shortened(word: str, *, most: int = 40) -> str:
    """A word that can stand in code marks inside a sentence."""
    shown = word.replace("`", "'")
    return shown if len(shown) <= most else f"{shown[: most - 1]}…"
