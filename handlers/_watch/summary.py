"""Several alerts of one chat in one message."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from analytics.language import tr
from handlers._reply import Button, Json, Reply

SEVERITY = ("fired", "broken", "blind", "recovered", "sighted", "expired", "expiring")
"""Events, the worst first; of two alike the older goes first."""
NAMED = 2
"""Alerts whose names stand in the first line."""
A_ROW = 5


def summary_of_many(replies: Sequence[Reply]) -> Reply:
    """One message of several: each its first line, the worst first; one alone stays as it is.

    Raises
    ------
    ValueError
        There is none.

    """
    if not replies:
        raise ValueError("a summary of nothing")
    if len(replies) == 1:
        return replies[0]
    ordered = sorted(replies, key=_severity)
    return Reply(
        title=_title(ordered),
        answer=_named(ordered),
        text=tuple(map(_line, ordered)),
        notes=tuple(dict.fromkeys(note for reply in ordered for note in reply.notes)),
        provenance=tuple(dict.fromkeys(r.provenance[-1] for r in ordered if r.provenance))[:1],
        buttons=_buttons(ordered),
        numbers={
            "command": "alerts",
            "event": "many",
            "replies": [_kept(reply) for reply in ordered],
        },
    )


def without(summary: Reply, letters: str) -> Reply | None:
    """The summary without the replies of letters whose names begin so; None where none is left.

    The same where it has none of them. What is said of one alert alone comes without its picture.
    """
    known = summary.numbers.get("replies")
    kept = [one for one in known if isinstance(one, dict)] if isinstance(known, list) else []
    left = [one for one in kept if not str(one.get("letter", "")).startswith(letters)]
    if len(left) == len(kept):
        return summary
    if not left:
        return None
    replies = [_reply_of(one) for one in left]
    whole = summary_of_many(replies)
    numbers: dict[str, Json] = {**whole.numbers, "replies": [*left]}
    return replace(whole, buttons=_buttons(replies), numbers=numbers)


def _kept(reply: Reply) -> dict[str, Json]:
    """What a summary takes of a reply, to be read again."""
    return dict(reply.numbers) | {
        "title": reply.title,
        "answer": reply.answer,
        "notes": list(reply.notes),
        "provenance": list(reply.provenance[-1:]),
    }


def _reply_of(kept: Mapping[str, Json]) -> Reply:
    return Reply(
        title=str(kept["title"]),
        answer=str(kept["answer"]),
        notes=_words(kept["notes"]),
        provenance=_words(kept["provenance"]),
        numbers=kept,
    )


def _words(kept: Json) -> tuple[str, ...]:
    return tuple(map(str, kept)) if isinstance(kept, list) else ()


def _severity(reply: Reply) -> int:
    event = reply.numbers.get("event")
    return SEVERITY.index(event) if event in SEVERITY else len(SEVERITY)


def _title(ordered: Sequence[Reply]) -> str:
    fired = sum(_severity(reply) == 0 for reply in ordered)
    others = len(ordered) - fired
    if not fired:
        return f"⚪ {tr('{n} messages of your alerts:', n=others)}"
    if not others:
        return f"🔴 {tr('{n} alerts fired:', n=fired)}"
    return f"🔴 {tr('{n} alerts fired, {others} more messages:', n=fired, others=others)}"


def _named(ordered: Sequence[Reply]) -> str:
    names = ", ".join(_short(reply) for reply in ordered[:NAMED])
    left = len(ordered) - NAMED
    return tr("{names} and {n} more", names=names, n=left) if left > 0 else names


def _short(reply: Reply) -> str:
    """The title without its sign and its colon."""
    sign, _, words = reply.title.partition(" ")
    return (words if words and not sign.isalnum() else reply.title).rstrip(":")


def _line(reply: Reply) -> str:
    line = f"{reply.title} {reply.answer}".strip()
    number = reply.numbers.get("alert")
    return line if number is None else f"{line} · {tr('alert {number}', number=number)}"


def _buttons(ordered: Sequence[Reply]) -> tuple[tuple[Button, ...], ...]:
    found: list[Json] = [r.numbers.get("alert") for r in ordered]
    numbers = dict.fromkeys(number for number in found if isinstance(number, int))
    single = [Button(str(number), f"/alerts {number}") for number in numbers]
    if len(single) == 1:
        # Among others the number stands in its line.
        single = [replace(one, label=tr("Alert {number}", number=one.label)) for one in single]
    rows = tuple(tuple(single[at : at + A_ROW]) for at in range(0, len(single), A_ROW))
    return (*rows, (Button(tr("All alerts"), "/alerts"), Button(tr("Mute 8h"), "/mute 8h")))
