"""A reply as text, to be kept and read again by any later process."""

import json
from base64 import b64decode, b64encode
from typing import Any

from handlers import Button, Fact, File, Reply


def reply_as_text(reply: Reply) -> str:
    """Everything but the picture, as JSON."""
    kept = {
        "title": reply.title,
        "answer": reply.answer,
        "facts": [[[f.label, f.value, *f.below] for f in group] for group in reply.facts],
        "text": reply.text,
        "notes": reply.notes,
        "provenance": reply.provenance,
        "buttons": [
            [[b.label, b.question, b.current, b.in_private] for b in row] for row in reply.buttons
        ],
        "numbers": dict(reply.numbers),
        "files": [[file.name, b64encode(file.content).decode()] for file in reply.files],
    }
    return json.dumps(kept, ensure_ascii=False)


class UnreadableReplyError(ValueError):
    """A newer version may have kept what this one does not know."""


def reply_of(text: str, picture: bytes | None) -> Reply:
    """The reply that was kept.

    Raises
    ------
    UnreadableReplyError
        It says what this version does not know.

    """
    try:
        return _reply_of(json.loads(text), picture)
    except (KeyError, TypeError, ValueError) as error:
        raise UnreadableReplyError(str(error)) from error


def _reply_of(kept: dict[str, Any], picture: bytes | None) -> Reply:
    return Reply(
        title=kept["title"],
        answer=kept["answer"],
        facts=tuple(
            tuple(Fact(label, value, tuple(below)) for label, value, *below in group)
            for group in kept["facts"]
        ),
        text=tuple(kept["text"]),
        notes=tuple(kept["notes"]),
        provenance=tuple(kept["provenance"]),
        chart=picture,
        buttons=tuple(tuple(Button(*button) for button in row) for row in kept["buttons"]),
        numbers=kept["numbers"],
        files=tuple(File(name, b64decode(content)) for name, content in kept["files"]),
    )
