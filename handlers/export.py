"""/export: everything that is kept of this chat, as one JSON file."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analytics.language import later, tr
from handlers._command import Command, Services
from handlers._memory import Kept
from handlers._opened import opened, refuse_words
from handlers._privacy.kinds import counted_lines
from handlers._reply import Button, File, Reply


@dataclass(frozen=True, slots=True)
class ExportQuery:
    """All of it."""


def parse(text: str) -> ExportQuery:
    """Read nothing: all is meant."""
    refuse_words(text, "export")
    return ExportQuery()


async def answer(_query: ExportQuery, services: Services) -> Reply:
    """Write it into a file; tables without a row are there too, as proof that they are empty."""
    memory, asker = opened(services.memory, services)
    now = services.now()
    kept = await memory.everything(asker.room.chat_id)
    written = {"made": now.isoformat(), "chat": asker.room.chat_id, "kept": kept}
    content = json.dumps(written, indent=2, ensure_ascii=False).encode()
    return Reply(
        title=tr("Everything that I keep of this chat"),
        answer=tr("is in the file below."),
        text=(tr("Times are UTC. Pictures are drawn anew from the words, so they are left out."),),
        facts=(counted_lines(_counts(kept)),),
        buttons=((Button(tr("How long?"), "/privacy"),),),
        files=(File(f"hedgebot-{now:%Y-%m-%d}.json", content),),
        numbers={"command": "export", "rows": {name: len(rows) for name, rows in kept.items()}},
    )


def _counts(kept: Mapping[str, Any]) -> Sequence[Kept]:
    return [Kept(name, len(rows)) for name, rows in kept.items() if rows]


def _always(_query: ExportQuery) -> bool:
    return True


COMMAND = Command(
    name="export",
    summary=later("everything that is kept of this chat, as a file"),
    usage="/export",
    examples=("/export",),
    parse=parse,
    answer=answer,
    menu_place=83,
    is_personal=True,
    changes=_always,
)
