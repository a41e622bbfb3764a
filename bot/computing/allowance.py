"""What one answer may use up, out of however many pieces of work it consists."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

ANSWER_S = 9
"""The kernel counts whole seconds and lets the last piece have one more: no answer takes over ten."""


@dataclass(slots=True)
class Allowance:
    """Seconds of processor time that are left."""

    left_s: float


_current: ContextVar[Allowance | None] = ContextVar("allowance", default=None)


@contextmanager
def allowance(seconds: float = ANSWER_S) -> Iterator[Allowance]:
    """Let all that is computed within share so much; what runs side by side begins with the same."""
    given = Allowance(seconds)
    token = _current.set(given)
    try:
        yield given
    finally:
        _current.reset(token)


def current_allowance() -> Allowance | None:
    """What is left for the answer that is being worked out; None where nobody set a limit."""
    return _current.get()
