"""What is expected of every refusal and of every reply."""

from collections.abc import Callable

import pytest

from analytics.errors import RequestError
from bot.telegram.markup import CAPTION_LIMIT, LINE_WIDTH, table_lines, written
from handlers import Reply
from tests.handlers.asking import asked


def refusal(parse: Callable[[str], object], command: str, asked: str) -> RequestError:
    """That of words behind a command; what it offers to the same command can be read."""
    with pytest.raises(RequestError) as caught:
        parse(asked)
    assert caught.value.corrections
    for correction in caught.value.corrections:
        whole = correction.applied_to(f"{command} {asked}")
        if whole.split()[0] == command:
            parse(whole.removeprefix(command).lstrip())
    return caught.value


def assert_it_fits_a_phone(reply: Reply, *, most: int = CAPTION_LIMIT) -> None:
    """It is one message, a caption where nothing else is said, and no line of a table breaks."""
    assert written(reply).length <= most
    for group in reply.facts:
        for line in table_lines(group):
            assert len(line) <= LINE_WIDTH, line


async def answers_all(reply: Reply) -> None:
    """Tap every button of a refusal: each gives an answer."""
    assert reply.buttons
    for row in reply.buttons:
        for button in row:
            answer = await asked(button.question)
            assert not answer.is_error, (button.question, answer.reply.answer)
