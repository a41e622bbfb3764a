"""Letters that may have arrived, that end the process, or that nobody takes."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from bot.store.dead_letters import DeadLetters
from bot.store.executors import Executors
from bot.store.ledger import Ledger, State
from bot.store.letters import Kind
from bot.store.outbox import Outbox
from bot.store.rooms import SqlRooms
from bot.store.tables import contents, outbox
from bot.telegram.posting.letters import MAY_REPEAT
from handlers import Quiet
from tests.bot.telegram.posting.office import Office
from tests.bot.telegram.sending.way_out import BAD


@pytest.mark.parametrize(
    ("kind", "sent", "states"),
    [
        (Kind.DIGEST, 1, {State.IN_DOUBT}),
        (Kind.NOTICE, 1, {State.IN_DOUBT}),
        (Kind.ALERT, 2, {State.IN_DOUBT, State.SENT}),
    ],
)
async def test_what_is_in_doubt_is_repeated_once_if_it_is_an_alert(
    office: Office, kind: Kind, sent: int, states: set[State]
) -> None:
    ann = office.telegram.person("Ann")
    office.telegram.fault("sendMessage", drop="after")
    await office.letter("a:1", ann, kind=kind)
    await office.emptied()
    texts = office.texts(ann)
    assert len(texts) == sent
    assert MAY_REPEAT not in texts[0]
    assert all(MAY_REPEAT in text for text in texts[1:])
    ledger = Ledger(office.database)
    found = [await ledger.entry(key) for key in ("a:1:0", "a:1:0:again")]
    assert {entry.state for entry in found if entry} == states


async def test_an_alert_without_a_sound_is_an_alert_all_the_same(office: Office) -> None:
    ann = office.telegram.person("Ann")
    rooms = SqlRooms(office.database)
    await rooms.set_quiet(ann.id, Quiet(until=datetime.now(UTC) + timedelta(hours=2)))
    await office.letter("alert:1:1:1", ann, kind=Kind.ALERT, is_silent=True)
    await office.emptied()
    assert office.texts(ann) == [], "it waits while its chat wants quiet"
    await rooms.set_quiet(ann.id, Quiet())
    office.telegram.fault("sendMessage", drop="after")
    await office.emptied()
    first, again = office.texts(ann)
    assert MAY_REPEAT not in first
    assert MAY_REPEAT in again
    calls = office.telegram.calls_of("sendMessage")
    assert [call.params["disable_notification"] for call in calls] == [True, True]


@pytest.mark.parametrize(("kind", "sent"), [(Kind.DIGEST, 0), (Kind.ALERT, 1)])
async def test_a_letter_whose_sender_died_is_taken_up_by_its_policy(
    office: Office, kind: Kind, sent: int
) -> None:
    ann = office.telegram.person("Ann")
    await office.letter("a:1", ann, kind=kind)
    dead = office.postman("dead")
    assert await dead.outbox.claim(5)
    await dead.delivery.ledger.intend("a:1:0", chat_id=ann.id)
    await Executors(office.database, "one").register()
    await office.emptied()
    texts = office.texts(ann)
    assert len(texts) == sent
    assert all(MAY_REPEAT in text for text in texts)


async def test_a_letter_that_ends_the_process_again_and_again_is_buried_and_can_be_revived(
    office: Office,
) -> None:
    ann, bob = office.telegram.person("Ann"), office.telegram.person("Bob")
    await office.letter("poison", ann)
    await office.letter("innocent", bob)
    async with office.database.writing() as connection:
        tried = update(outbox).where(outbox.c.key == "poison").values(attempts=5)
        await connection.execute(tried)
    await office.emptied()
    assert office.texts(ann) == []
    assert len(office.texts(bob)) == 1
    letters = DeadLetters(office.database)
    [dead] = await letters.all()
    assert (dead.key, dead.chat_id) == ("poison", ann.id)
    assert await letters.requeue("poison") == 1
    await office.emptied()
    assert len(office.texts(ann)) == 1
    assert await letters.all() == []


async def test_what_telegram_refuses_for_our_mistake_is_buried_with_its_reason(
    office: Office,
) -> None:
    ann = office.telegram.person("Ann")
    office.telegram.fault("sendMessage", code=400, description=BAD + "BUTTON_DATA_INVALID")
    await office.letter("a", ann)
    await office.emptied()
    [dead] = await DeadLetters(office.database).all()
    assert "button_data_invalid" in dead.why.casefold()
    assert await DeadLetters(office.database).requeue() == 1
    await office.emptied()
    assert len(office.texts(ann)) == 1


async def test_a_letter_without_its_words_is_buried(office: Office) -> None:
    ann = office.telegram.person("Ann")
    await office.letter("a", ann)
    async with office.database.writing() as connection:
        await connection.execute(contents.delete())
    await office.emptied()
    [dead] = await DeadLetters(office.database).all()
    assert dead.why == "its words were forgotten"


async def test_refused_markup_goes_out_plain_once(office: Office) -> None:
    ann = office.telegram.person("Ann")
    office.telegram.fault("sendMessage", code=400, description=BAD + "can't parse entities: x")
    await office.letter("d", ann)
    await office.emptied()
    assert office.texts(ann) == ["Title d"]
    assert len(office.telegram.calls_of("sendMessage")) == 2


async def test_a_revoked_token_drops_nothing(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    people = [office.telegram.person(f"P{n}") for n in range(4)]
    for who in people:
        await office.letter(f"d:{who.id}", who)
    office.telegram.fault("sendMessage", code=401, description="Unauthorized", times=2)
    await office.emptied()
    assert "refuses the bot's token" in caplog.text
    assert [len(office.texts(who)) for who in people] == [1] * 4


async def test_a_database_that_is_away_for_a_while_loses_no_letter(office: Office) -> None:
    ann = office.telegram.person("Ann")
    postman = office.postman()
    await office.letter("d", ann)
    [held] = await postman.outbox.claim(5)
    other = Outbox(office.database, "two")
    assert await other.claim(5) == []
    await other.finish("nothing")
    await postman.outbox.postpone(held.letter.key, 0.0)
    assert (await other.claim(5))[0].attempts == 1, "an orderly return does not count"
    await other.fail("d", 0.0)
    assert (await postman.outbox.claim(5))[0].attempts == 2
