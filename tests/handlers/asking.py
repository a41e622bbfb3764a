"""Ask the commands on the simulated venue at a fixed moment, as a chat would."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar

from analytics.charts import LIGHT, Picture
from analytics.charts.renderer import Renderer
from analytics.market.catalog import Catalog
from analytics.market.histories import Histories
from analytics.market.prices import PriceSource
from analytics.market.simulated import SimulatedPrices
from bot.answering.answers import Answer, Answers
from bot.telegram.markup import table_lines
from handlers import Asker, Reply, Room, Services, load_commands

Result = TypeVar("Result")

NOW = datetime(2026, 11, 4, 14, 20, tzinfo=UTC)
"""A Wednesday: no season of the simulated venue turned in the month before it."""


@dataclass(slots=True, eq=False)
class Desk:
    """A workshop in the same thread; it draws with the real pen, or keeps what it was to draw."""

    draws: bool = False
    pictures: list[Picture] = field(default_factory=list)

    async def compute(self, work: Callable[[], Result]) -> Result:
        return work()

    async def draw(self, picture: Picture) -> bytes:
        self.pictures.append(picture)
        return Renderer().draw(picture, LIGHT) if self.draws else b"\x89PNG"

    def in_theme(self, _theme: str) -> "Desk":
        return self


def services(
    source: PriceSource | None = None, *, now: datetime = NOW, desk: Desk | None = None
) -> Services:
    """What an answer may use, with time standing still."""
    source = source or SimulatedPrices(clock=lambda: now)
    return Services(
        histories=Histories(Catalog(source), source), workshop=desk or Desk(), now=lambda: now
    )


def answers(using: Services | None = None) -> Answers:
    """All commands; a busy machine has time to try every correction."""
    return Answers(load_commands(), using or services(), patience_s=60)


async def asked(
    question: str, using: Services | None = None, *, is_standing: bool = False
) -> Answer:
    """The answer to one question, mistakes included."""
    return await answers(using).answer(question, is_standing=is_standing)


async def replied(
    question: str, using: Services | None = None, *, is_standing: bool = False
) -> Reply:
    """The reply to a question that has one."""
    answer = await asked(question, using, is_standing=is_standing)
    assert not answer.is_error, answer.reply.answer
    return answer.reply


async def refused(question: str, using: Services | None = None) -> Reply:
    """The refusal of a question that has no answer."""
    answer = await asked(question, using)
    assert answer.is_error, answer.reply
    assert answer.reply.numbers["error"] == "request", answer.reply
    return answer.reply


def shown(reply: Reply) -> str:
    """A whole reply as a reader sees it, with its buttons below.

    An id, which no two versions share, reads ``id 00000000``.
    """
    paragraphs: list[Sequence[str]] = [[f"{reply.title} {reply.answer}".strip()], reply.text]
    paragraphs += [table_lines(group) for group in reply.facts]
    sources = [re.sub(r"^id [0-9a-f]{8}$", "id 00000000", line) for line in reply.provenance]
    paragraphs += [[f"⚠ {note}" for note in reply.notes], sources]
    paragraphs += [
        ["  ".join(f"[{b.label}{'•' if b.current else ''}]" for b in row) for row in reply.buttons]
    ]
    return "\n\n".join("\n".join(lines) for lines in paragraphs if lines)


def somebody(number: int, *, is_private: bool = True, occasion: str = "update:1") -> Asker:
    """A person who asks, alone or in the group -100."""
    room = Room(number if is_private else -100)
    return Asker(number, is_private=is_private, room=room, occasion=occasion)
