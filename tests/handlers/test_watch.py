"""What /watch answers: what was understood, what is there now, and what it will do."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.answering.answers import ADMINS_ONLY, Answer, Answers
from bot.store.alerts import SqlAlerts
from bot.store.database import Database
from bot.store.ledger import Ledger
from handlers import Asker, SavedPosition, load_commands, position_of
from handlers._watch.states import Phase
from handlers.watch import COMMAND
from tests.handlers.asking import NOW, services, shown, somebody
from tests.handlers.expecting import assert_it_fits_a_phone
from tests.handlers.test_hedge_portfolio import Shelf


@pytest.fixture
def desk(database: Database) -> Answers:
    book = Shelf(SavedPosition("main", position_of("40 ETH -2.48 BTC-PERP")))
    using = replace(services(), alerts=SqlAlerts(database), book=book)
    return Answers(load_commands(), using)


async def ask(desk: Answers, question: str, asker: Asker | None = None) -> Answer:
    return await desk.answer(question, asker=asker or somebody(1))


async def test_an_alert_is_confirmed_with_its_value_its_meaning_and_its_next_check(
    desk: Answers,
) -> None:
    answer = await ask(desk, "/watch ETH BTC-PERP corr<0.6 30d")
    text = shown(answer.reply)
    assert not answer.is_error
    assert text.startswith("Alert 1 · ETH × BTC-PERP: ρ 0.")
    assert "Fires below 0.60: at 2 checks in a row, one a 1h bar. Over above 0.66." in text
    assert "Next check 15:00 UTC. Ends on 2 Feb 27." in text
    assert "Simulated prices." in text
    (alert,) = await SqlAlerts(kept(desk)).of_chat(1)
    assert alert.check == NOW.replace(hour=15, minute=0, second=15)
    assert alert.expires == NOW + timedelta(days=90)


async def test_an_alert_that_ends_before_its_next_bar_is_looked_at_when_it_ends(
    desk: Answers,
) -> None:
    answer = await ask(desk, "/watch ETH BTC-PERP corr<0.6 1y 1d until=2h")
    assert not answer.is_error
    (alert,) = await SqlAlerts(kept(desk)).of_chat(1)
    assert alert.check == alert.expires == NOW + timedelta(hours=2)


async def test_an_alert_of_a_band_says_how_often_it_would_be_wrong(desk: Answers) -> None:
    answer = await ask(desk, "/watch ETH BTC-PERP break 30d")
    assert "Though nothing changed it would fire" in shown(answer.reply)
    rate = answer.reply.numbers["false_alarms_a_year"]
    assert isinstance(rate, float)
    assert 0 < rate < 12


async def test_the_same_request_again_makes_no_second_alert(desk: Answers) -> None:
    first = await ask(desk, "/watch ETH BTC-PERP corr<0.6 30d")
    again = await ask(desk, "/watch ETH BTC-PERP corr<0.6 30d")
    assert again.reply.title == first.reply.title
    other = await ask(desk, "/watch ETH BTC-PERP corr<0.6", somebody(1, occasion="update:2"))
    assert other.reply.title.startswith("You have this already: Alert 1")
    assert len(await SqlAlerts(kept(desk)).of_chat(1)) == 1


async def test_what_is_true_already_is_said_and_can_be_told_anyway(desk: Answers) -> None:
    answer = await ask(desk, "/watch ETH BTC-PERP corr<0.99")
    assert "already below 0.99. I will tell you when it has risen above 0.99" in shown(answer.reply)
    (button,) = answer.reply.buttons[0]
    assert button.label == "Alert me now anyway"
    (alert,) = await SqlAlerts(kept(desk)).of_chat(1)
    assert alert.state.phase is Phase.UNARMED
    for occasion in ("update:2", "update:2", "update:3"):
        await ask(desk, button.question, somebody(1, occasion=occasion))
        (alert,) = await SqlAlerts(kept(desk)).of_chat(1)
        assert alert.state.phase is Phase.PENDING
        assert alert.version == 2, "armed once, however often it is tapped"
        assert alert.check == NOW


async def test_in_a_group_its_admins_set_alerts_and_anybody_has_their_own(
    desk: Answers, database: Database
) -> None:
    async def never() -> bool:
        return False

    member = replace(somebody(7, is_private=False), may_change=never)
    assert (await ask(desk, "/watch ETH BTC corr<0.5", member)).reply.answer == ADMINS_ONLY
    unknown = await ask(desk, "/watch ETH BTC corr<0.5 dm", member)
    assert "Press Start in a private chat first" in unknown.reply.answer
    ledger = Ledger(database, "one")
    await ledger.intend("reply:1:0", chat_id=7)
    await ledger.confirm("reply:1:0", message_id=1)
    assert not (await ask(desk, "/watch ETH BTC corr<0.5 dm", member)).is_error
    (alert,) = await SqlAlerts(database).of_chat(7)
    assert alert.owner_id == 7
    assert await SqlAlerts(database).of_chat(-100) == []


async def test_a_saved_position_is_watched_by_its_name(desk: Answers) -> None:
    answer = await ask(desk, "/watch main drift>10%")
    assert not answer.is_error, answer.reply.answer
    (alert,) = await SqlAlerts(kept(desk)).of_chat(1)
    assert str(alert.rule) == "40 ETH -2.48 BTC-PERP drift>10% 30d"


REFUSED = {
    "/watch ETHH BTC corr<0.5": "I don't know ETHH",
    "/watch ETH BTC corr<0.5 until=2026-01-01": "That end lies in the past.",
    "/watch ETH BTC corr<1.2": "corr<1.2 is always true.",
}


@pytest.mark.parametrize("question", REFUSED)
async def test_what_cannot_be_watched_is_refused_and_not_kept(desk: Answers, question: str) -> None:
    answer = await ask(desk, question)
    assert answer.is_error
    assert REFUSED[question] in answer.reply.answer
    assert await SqlAlerts(kept(desk)).of_chat(1) == []


async def test_a_bare_command_asks_back(desk: Answers) -> None:
    answer = await ask(desk, "/watch")
    assert answer.is_error
    assert answer.asks_back == COMMAND.placeholder


async def test_without_a_database_nothing_is_promised() -> None:
    answer = await Answers(load_commands(), services()).answer("/watch ETH BTC corr<0.5")
    assert answer.is_error
    assert "Nothing is kept here" in answer.reply.answer


EXAMPLES = [example for example in COMMAND.examples if "spread" not in example]


@pytest.mark.parametrize(
    "example", [*EXAMPLES, "/watch simulated:BTC mirror:BTC spread>20bp every"]
)
async def test_every_kind_of_alert_fits_a_phone(desk: Answers, example: str) -> None:
    answer = await ask(desk, example)
    assert not answer.is_error, answer.reply.answer
    assert_it_fits_a_phone(answer.reply)


def kept(desk: Answers) -> Database:
    alerts = desk.services.alerts
    assert isinstance(alerts, SqlAlerts)
    return alerts.database
