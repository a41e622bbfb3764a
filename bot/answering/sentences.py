"""What is said instead of an answer: the asker's mistake, a venue's failure and our bug differ."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from analytics.errors import Correction, RequestError, SourceError
from analytics.language import tr
from handlers import Button, NotAllowedError, Reply
from handlers._grammar import split_command


def mistake(error: RequestError, question: str, *, asks_back: bool = False) -> Reply:
    """What the asker can put right, with corrections to tap."""
    corrected: tuple[tuple[Button, ...], ...] = tuple(
        (Button(correction.label, correction.applied_to(question)),)
        for correction in _distinct(error.corrections, question)
    )
    if isinstance(error, NotAllowedError) and error.in_private is not None:
        corrected += ((Button(tr("Open"), error.in_private, in_private=True),),)
    split = split_command(question)
    if not corrected and not asks_back and split is not None:
        corrected = ((Button(tr("How to ask"), f"/help {split.name}"),),)
    return Reply(
        title="",
        answer=error.sentence,
        buttons=corrected,
        numbers={
            "error": "request",
            "sentence": error.sentence,
            "corrections": [button.question for row in corrected for button in row],
        },
    )


def not_a_question(reply: Reply) -> Reply:
    """The mistake of somebody who wrote no command, with what can be written.

    Where a correction is offered they know what they want: it stays as it is.
    """
    offered = [button.question for row in reply.buttons for button in row]
    if any(not question.startswith("/help") for question in offered):
        return reply
    hint = tr("I answer questions about markets, such as `/corr BTC ETH-PERP 30d` or `BTC ETH`.")
    return replace(reply, text=(*reply.text, hint), buttons=first_questions())


def first_questions() -> tuple[tuple[Button, ...], ...]:
    """What to tap for somebody who does not know yet what can be asked."""
    return (
        (Button("BTC × ETH-PERP", "/corr BTC ETH-PERP 30d"),),
        (Button(tr("Hedge 2.5 BTC"), "/hedge 2.5 BTC BTC-INV"),),
        (Button(tr("What else?"), "/help"),),
    )


def asked_by_a_link(question: str) -> Reply:
    """That a link wants something done, which whoever opened it has perhaps not read."""
    return Reply(
        title="",
        answer=tr("The link that you opened asks this of me: `{question}`", question=question),
        text=(tr("Shall I do it in this chat?"),),
        buttons=((Button(tr("Yes"), question),),),
    )


def asked_too_late(question: str) -> Reply:
    """What an old button asked, under a new one."""
    return Reply(
        title="",
        answer=tr("That button was too old. Shall I answer `{question}` now?", question=question),
        buttons=((Button(tr("Yes"), question),),),
    )


def outage(error: SourceError, question: str) -> Reply:
    """Which venue failed."""
    return Reply(
        title="",
        answer=error.sentence,
        text=(tr("Nobody's mistake: the venue did not give what the answer needs."),),
        buttons=((Button(tr("Try again"), question),),),
        numbers={"error": "source", "venue": error.venue, "sentence": error.sentence},
    )


def bug(reference: str, question: str) -> Reply:
    """That it was us, and by which reference an operator finds it."""
    return Reply(
        title="",
        answer=tr(
            "Something broke on my side (ref {reference}). Nothing was changed.",
            reference=reference,
        ),
        buttons=((Button(tr("Try again"), question),),),
        numbers={"error": "internal", "reference": reference},
    )


def _distinct(corrections: Sequence[Correction], question: str) -> list[Correction]:
    return list({c.applied_to(question): c for c in corrections}.values())


def reference_of(error: Exception) -> str:
    """Four digits that an asker can quote and an operator can find in the log."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    line = f"{type(error).__name__}:{place.tb_lineno if place else 0}:{error}"
    return hashlib.blake2s(line.encode(), digest_size=2).hexdigest().upper()
