"""Commands: each public module here is one, found by ``load_commands``."""

import importlib
import pkgutil

from handlers._asker import Asker
from handlers._book import Book, BookForm, SavedPosition, expanded, position_of
from handlers._command import Command, Services, Workshop
from handlers._errors import NotAllowedError, TooExpensiveError
from handlers._reply import Button, Fact, File, Json, Reply
from handlers._room import Preferences, Quiet, Room, Rooms

__all__ = [
    "Asker",
    "Book",
    "BookForm",
    "Button",
    "Command",
    "Fact",
    "File",
    "Json",
    "NotAllowedError",
    "Preferences",
    "Quiet",
    "Reply",
    "Room",
    "Rooms",
    "SavedPosition",
    "Services",
    "TooExpensiveError",
    "Workshop",
    "expanded",
    "load_commands",
    "position_of",
]


def load_commands() -> tuple[Command, ...]:
    """Every command of this package, in the order of the menu."""
    names = sorted(
        module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_")
    )
    modules = [importlib.import_module(f"{__name__}.{name}") for name in names]
    return tuple(sorted((m.COMMAND for m in modules), key=lambda c: (c.menu_place, c.name)))
