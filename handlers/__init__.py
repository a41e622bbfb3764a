"""Commands: each public module here is one, found by ``load_commands``.

``_NAME/`` is what one command needs beside its own file. What several need:

- the vocabulary: ``_command``, ``_reply``, ``_asker``, ``_room``, ``_errors``;
- what is typed: ``_grammar/``, ``_held`` and ``_hedged`` (holdings and contracts), ``_position``,
  ``_turned`` (amounts behind their coins), ``_until``, ``_wall_clock`` and ``_zones`` (moments), ``_talk``
  and ``_requests`` (no command at all), ``_beyond`` (what is not done here),
  ``_suggestions`` (half a command), ``_preferred`` (what a chat has settled);
- what is fetched: ``_markets``, ``_universe``, ``_funding``, ``_costs``;
- what is said: ``_format`` to people and ``_numbers`` to machines, ``_restated``, ``_questions``
  (buttons), ``_pictured`` and ``_ranking_picture``, ``_evidence``, ``_files``, ``_likely``,
  ``_liquidation``, ``_muting``, ``_terms/`` (for ``/explain``);
- what is kept, as ports: ``_book``, ``_memory``, ``_mail``, ``_health``; ``_opened`` asks for them.
"""

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
