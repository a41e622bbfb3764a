"""How fast a burst is answered, as Telegram counts it."""

import pytest

from tests.emulators.telegram.emulator import TelegramEmulator
from tests.emulators.telegram.throttle import Throttle
from tests.process.running import Hedgebot
from tests.soak.kill import Tally

PEOPLE = 100
IN_THE_GROUP = 5


@pytest.mark.slow
async def test_a_burst_of_questions_stays_within_every_limit(
    hedgebot: Hedgebot, telegram: TelegramEmulator
) -> None:
    telegram.throttle = Throttle()
    people = [telegram.person(f"Person {number}") for number in range(PEOPLE)]
    group = telegram.group("Desk", people)
    asked = [who.says("/start") for _ in range(2) for who in people]
    asked += [who.says("/start", chat=group) for who in people[:IN_THE_GROUP]]
    tally = Tally(telegram)
    await hedgebot.serve()
    await hedgebot.until(lambda: len(tally.answers()) == len(asked))
    await hedgebot.stop()
    rates = telegram.rates()
    assert 15 <= rates.per_second <= 30, "what is held up on its way is still within the limit"
    assert rates.worst_chat_per_second <= 2, "one a second, but the way to Telegram may vary"
    assert rates.worst_group_per_minute <= 20
    assert [call.description for call in telegram.calls if call.code == 429] == []
    assert set(tally.answers().values()) == {1}
