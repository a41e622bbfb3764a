"""Several alerts of one chat in one message."""

from collections.abc import Sequence

from analytics.language import tr
from handlers._reply import Button, Reply

MOST_SHOWN = 12


def summary_of_many(replies: Sequence[Reply]) -> Reply:
    """One message for alerts that waited or fired together: a line each, newest last."""
    shown = replies[:MOST_SHOWN]
    lines = [f"• {line}" for line in map(_first_line, shown)]
    if len(replies) > len(shown):
        lines.append(tr("… and {n} more: /alerts", n=len(replies) - len(shown)))
    return Reply(
        title=tr("{n} alerts:", n=len(replies)),
        answer=tr("the newest last"),
        text=("\n".join(lines),),
        notes=tuple(dict.fromkeys(note for reply in replies for note in reply.notes)),
        buttons=((Button(tr("All alerts"), "/alerts"),),),
        numbers={"alerts": [dict(reply.numbers) for reply in replies]},
    )


def _first_line(reply: Reply) -> str:
    return f"{reply.title} {reply.answer}".strip()
