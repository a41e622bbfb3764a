"""Which requests belong to a question about many markets: they leave room for the others."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_IN_BULK: ContextVar[bool] = ContextVar("in_bulk", default=False)


@contextmanager
def in_bulk() -> Iterator[None]:
    """Mark what is asked within, in this task, as part of a long list."""
    token = _IN_BULK.set(True)
    try:
        yield
    finally:
        _IN_BULK.reset(token)


def is_bulk() -> bool:
    """Whether the request being made is part of a long list."""
    return _IN_BULK.get()
