"""How far away Telegram is in a run, and what that lets be on its way when a process dies."""

from tests.emulators.telegram.calls import SENDS
from tests.emulators.telegram.emulator import TelegramEmulator

LATENCY_S = 0.05
"""To Telegram, and as much back again."""
IN_FLIGHT = 8
"""Messages that may be on their way at a death: 25 a second, each some 100 ms."""


def move_away(telegram: TelegramEmulator) -> None:
    """Let every message take that long."""
    for method in SENDS:
        telegram.fault(method, times=None, delay=LATENCY_S, answer_delay=LATENCY_S)
