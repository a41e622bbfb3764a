"""Telegram's published speed limits, for tests that want them."""

import math
from collections import defaultdict, deque
from dataclasses import dataclass, field

from tests.emulators.telegram.calls import EDITS, SENDS, Call
from tests.emulators.telegram.refusals import too_many_requests


@dataclass(slots=True, eq=False)
class Throttle:
    """Sliding windows overall, per private chat and per group; a refused call costs nothing.

    `chat_burst` messages within `chat_burst` seconds are tolerated, as one per second would be.
    """

    overall_per_second: int = 30
    chat_burst: int = 3
    group_per_minute: int = 20
    _sent: dict[tuple[str, int], deque[float]] = field(default_factory=lambda: defaultdict(deque))

    def admit(self, call: Call, chat_id: int) -> None:
        """Count a message, or refuse it with the seconds to wait."""
        if call.method not in SENDS | EDITS:
            return
        windows = self._windows(chat_id)
        waits = [self._wait(key, most, span, call.monotonic) for key, most, span in windows]
        if max(waits) > 0:
            raise too_many_requests(math.ceil(max(waits)))
        for key, _, _ in windows:
            self._sent[key].append(call.monotonic)

    def _windows(self, chat_id: int) -> list[tuple[tuple[str, int], int, float]]:
        overall = (("all", 0), self.overall_per_second, 1.0)
        if chat_id < 0:
            return [overall, (("group", chat_id), self.group_per_minute, 60.0)]
        return [overall, (("chat", chat_id), self.chat_burst, float(self.chat_burst))]

    def _wait(self, key: tuple[str, int], most: int, span: float, now: float) -> float:
        sent = self._sent[key]
        while sent and sent[0] <= now - span:
            sent.popleft()
        return sent[0] + span - now if len(sent) >= most else 0.0
