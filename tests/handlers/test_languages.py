"""Every answer in every language: it fits a phone, and its numbers and days are local."""

import pytest

from analytics.language import ENGLISH, languages, speaking
from bot.telegram.markup import CAPTION_LIMIT, LINE_WIDTH, pages, table_lines, written
from handlers import Preferences, load_commands
from tests.analytics.charts.test_layout import faults
from tests.handlers.asking import Desk, answers, services

COMMANDS = load_commands()
TRANSLATED = [language for language in languages() if language != ENGLISH]
EXAMPLES = [example for c in COMMANDS if not c.is_personal for example in c.examples]
BUTTON_LABEL = 64
NOTIFICATION = 125
"""What the lock screens of usual phones show of a caption, and two short words more."""


@pytest.mark.parametrize("language", TRANSLATED)
@pytest.mark.parametrize("example", EXAMPLES)
async def test_examples_are_answered_within_the_limits_of_a_phone(
    example: str, language: str
) -> None:
    desk = Desk()
    router = answers(services(desk=desk))
    answer = await router.answer(example, wanted=Preferences(language=language))
    reply = answer.reply
    assert not answer.is_error, reply.answer
    assert written(reply).length <= (CAPTION_LIMIT if reply.chart else 4096)
    assert len(pages(reply)) == 1
    if reply.facts:
        assert len(f"{reply.title} {reply.answer}") <= NOTIFICATION
    for group in reply.facts:
        for line in table_lines(group):
            assert len(line) <= LINE_WIDTH, line
    for row in reply.buttons:
        for button in row:
            assert 1 <= len(button.label) <= BUTTON_LABEL
    with speaking(language):
        for picture in desk.pictures:
            assert list(faults(picture)) == []
