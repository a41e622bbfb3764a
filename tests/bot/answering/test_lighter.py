"""What to ask instead of a question that takes too much computing."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.answering.answers import Answers
from handlers import TooExpensiveError, load_commands
from tests.handlers.asking import Desk, services


@dataclass(eq=False)
class Overworked(Desk):
    """Every piece of work goes over its limits."""

    pictures: list[Any] = field(default_factory=list)

    async def compute(self, _work: object) -> Any:
        raise TooExpensiveError


@pytest.mark.parametrize(
    ("question", "instead"),
    [
        ("/corr BTC ETH 1y", ["/corr BTC ETH 90d", "/corr BTC ETH 30d"]),
        ("/corr BTC ETH 7d 1m", ["/corr BTC ETH 7d"]),
        ("/break BTC ETH 30d 15m", ["/break BTC ETH 30d", "/break BTC ETH 7d 15m"]),
    ],
)
async def test_a_question_over_the_limit_can_be_asked_lighter(
    question: str, instead: list[str]
) -> None:
    answers = Answers(load_commands(), services(desk=Overworked()))
    answer = await answers.answer(question)
    assert answer.is_error
    assert answer.reply.numbers["error"] == "request", "nobody's bug, no venue's failure"
    assert answer.reply.answer == (
        "This would take too much computing. Ask for fewer markets or a shorter window."
    )
    assert [button.question for row in answer.reply.buttons for button in row] == instead
