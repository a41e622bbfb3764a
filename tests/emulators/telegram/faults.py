"""Troubles on the way to Telegram, ordered in advance."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from tests.emulators.telegram.calls import Call


@dataclass(slots=True, eq=False)
class Fault:
    """What happens to the calls it matches, after `skip` of them, for `times` of them.

    `delay` comes before the effect, `answer_delay` between effect and answer. `drop` cuts the
    connection "before" or "after" the effect. `code` or `body` answer instead of any effect.
    """

    method: str | None = None
    when: Callable[[Call], bool] | None = None
    times: int | None = 1
    skip: int = 0
    code: int | None = None
    description: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    body: bytes | None = None
    delay: float = 0.0
    answer_delay: float = 0.0
    drop: Literal["before", "after"] | None = None
    hits: int = 0
    seen: int = 0
    cancelled: bool = False

    def cancel(self) -> None:
        self.cancelled = True

    def strikes(self, call: Call) -> bool:
        """Tell whether this call is hit, and count it."""
        spent = self.times is not None and self.hits >= self.times
        if self.cancelled or spent or not self._matches(call):
            return False
        self.seen += 1
        if self.seen <= self.skip:
            return False
        self.hits += 1
        return True

    @property
    def name(self) -> str:
        """How a call's record names it."""
        if self.drop:
            return f"drop {self.drop} effect"
        if self.code or self.body is not None:
            return f"answer {self.code or 200}"
        return "delay"

    def _matches(self, call: Call) -> bool:
        if self.method is not None and self.method.lower() != call.method.lower():
            return False
        return self.when is None or self.when(call)
