"""Pictures of letters: uploaded once for all whom they are for."""

from dataclasses import replace
from datetime import timedelta

from bot.store.clock import now_ms
from bot.store.leases import Lease
from bot.store.uploads import picture_digest
from bot.telegram.posting.postman import SENDERS
from handlers import Reply
from tests.bot.telegram.posting.office import Office
from tests.bot.telegram.sending.way_out import BAD
from tests.emulators.telegram.client import client
from tests.emulators.test_telegram_sending import picture


async def test_one_picture_is_uploaded_once_for_all(office: Office) -> None:
    people = [office.telegram.person(f"P{n}") for n in range(30)]
    for who in people:
        await office.letter(f"digest:{who.id}", who, Reply("A", "b", chart=picture()))
    await office.emptied()
    calls = office.telegram.calls_of("sendPhoto")
    assert len(calls) == 30
    assert sum(bool(call.files) for call in calls) == 1
    assert {office.telegram.replies(who)[0].photo for who in people} == {picture()}


async def test_processes_upload_a_picture_once_together(office: Office) -> None:
    people = [office.telegram.person(f"P{n}") for n in range(30)]
    for who in people:
        await office.letter(f"digest:{who.id}", who, Reply("A", "b", chart=picture()))
    # Slow enough that the other process wants to upload it meanwhile.
    office.telegram.fault("sendPhoto", delay=0.3)
    await office.emptied(office.postman("one"), office.postman("two"))
    calls = office.telegram.calls_of("sendPhoto")
    assert len(calls) == 30
    assert sum(bool(call.files) for call in calls) == 1


async def test_a_process_that_died_while_it_uploaded_keeps_nobody_for_long(
    office: Office,
) -> None:
    ann = office.telegram.person("Ann")
    await office.letter("digest:1", ann, Reply("A", "b", chart=picture()))
    name = f"upload:{picture_digest(picture())}"
    soon = timedelta(seconds=1)
    assert await Lease(office.database, name, "dead", soon).take()
    await office.emptied()
    assert office.texts(ann) == ["A b"]


async def test_a_picture_that_telegram_forgot_is_uploaded_anew(office: Office) -> None:
    ann, bob = office.telegram.person("Ann"), office.telegram.person("Bob")
    reply = Reply("A", "b", chart=picture())
    await office.letter("digest:1", ann, reply)
    await office.emptied()
    refusal = {"code": 400, "description": BAD + "wrong file identifier/HTTP URL specified"}
    office.telegram.fault("sendPhoto", **refusal)
    await office.letter("digest:2", bob, reply)
    await office.emptied()
    assert [bool(call.files) for call in office.telegram.calls_of("sendPhoto")] == [
        True,
        False,
        True,
    ]
    assert office.texts(bob) == ["A b"]


async def test_an_upload_that_hangs_in_one_chat_keeps_no_other_letter_waiting(
    office: Office,
) -> None:
    people = [office.telegram.person(f"P{number}") for number in range(SENDERS + 4)]
    reply = Reply("Daily", "digest", chart=picture())
    for number, who in enumerate(people):
        await office.letter(f"digest:{number}", who, reply, due_ms=now_ms() - 1000 + number)
    bob = office.telegram.person("Bob")
    await office.letter("digest:of Bob", bob)
    hangs = office.telegram.fault("sendPhoto", delay=60.0)
    async with client(office.telegram, read_timeout=60.0) as patient:
        postman = replace(office, bot=patient).postman(drain=0.1)
        async with office.open(postman):
            await office.telegram.until(lambda: hangs.hits == 1)
            await office.telegram.until(lambda: len(office.texts(bob)) == 1, timeout=30)
            assert [office.texts(who) for who in people] == [[]] * len(people)
