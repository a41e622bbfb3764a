"""How a long answer shows that it is under way."""

from telegram import Bot

from bot.store.database import Database
from bot.store.ledger import Ledger
from bot.telegram.incoming import Place
from bot.telegram.sending.delivery import Delivery, Parcel
from bot.telegram.talking.progress import progress
from tests.bot.telegram.paces import unpaced
from tests.emulators.telegram.emulator import TelegramEmulator
from tests.emulators.telegram.people import Person


def _delivery(bot: Bot, database: Database) -> Delivery:
    return Delivery(bot, Ledger(database), unpaced(database))


def _parcel(person: Person) -> Parcel:
    return Parcel("progress:reply:1", Place(person.id, None, None, is_private=True), "")


async def test_progress_is_one_message_that_changes_and_goes(
    emulator: TelegramEmulator, bot: Bot, sqlite: Database
) -> None:
    ann = emulator.person("Ann")
    async with progress(_delivery(bot, sqlite), _parcel(ann), every=0.01) as tell:
        await tell("Asking Binance… 40 of 200")
        await emulator.wait("sendMessage")
        await tell("Asking Binance… 80 of 200")
        await emulator.wait("editMessageText")
        assert [m.words for m in emulator.replies(ann)] == ["Asking Binance… 80 of 200"]
    assert [m for m in emulator.replies(ann) if not m.deleted] == []


async def test_a_quick_answer_shows_no_progress(
    emulator: TelegramEmulator, bot: Bot, sqlite: Database
) -> None:
    ann = emulator.person("Ann")
    async with progress(_delivery(bot, sqlite), _parcel(ann), every=60) as tell:
        await tell("Asking Binance… 40 of 200")
    assert emulator.calls_of("sendMessage", "deleteMessage") == []


async def test_after_a_crash_the_same_message_is_taken_up_and_removed(
    emulator: TelegramEmulator, bot: Bot, sqlite: Database
) -> None:
    ann = emulator.person("Ann")
    delivery, parcel = _delivery(bot, sqlite), _parcel(ann)
    left = Parcel(parcel.key, parcel.place, "Asking Binance… 40 of 200")
    await delivery.send(left)
    async with progress(delivery, parcel, every=0.01) as tell:
        await tell("Asking Binance… 10 of 200")
        await emulator.wait("editMessageText")
    assert len(emulator.calls_of("sendMessage")) == 1
    assert [m for m in emulator.replies(ann) if not m.deleted] == []


async def test_a_message_that_is_on_its_way_when_the_answer_comes_goes_too(
    emulator: TelegramEmulator, bot: Bot, sqlite: Database
) -> None:
    ann, delivery = emulator.person("Ann"), _delivery(bot, sqlite)
    emulator.fault("sendMessage", answer_delay=0.1)
    async with progress(delivery, _parcel(ann), every=0.01) as tell:
        await tell("Asking Binance… 40 of 200")
        await emulator.until(lambda: emulator.replies(ann))
    assert [call.ok for call in emulator.calls_of("deleteMessage")] == [True]
    assert emulator.replies(ann) == []
    assert await delivery.ledger.in_doubt() == []


async def test_an_answer_does_not_wait_for_a_message_that_hangs(
    emulator: TelegramEmulator, bot: Bot, sqlite: Database
) -> None:
    ann, delivery = emulator.person("Ann"), _delivery(bot, sqlite)
    emulator.fault("sendMessage", delay=60)
    async with progress(delivery, _parcel(ann), every=0.01) as tell:
        await tell("Asking Binance… 40 of 200")
        await emulator.until(lambda: emulator.calls_of("sendMessage"))
    assert [call.ok for call in emulator.calls_of("sendMessage")] == [None]


async def test_a_message_that_cannot_be_removed_spoils_nothing(
    emulator: TelegramEmulator, bot: Bot, sqlite: Database
) -> None:
    ann = emulator.person("Ann")
    emulator.fault("deleteMessage", code=400, description="Bad Request: message can't be deleted")
    async with progress(_delivery(bot, sqlite), _parcel(ann), every=0.01) as tell:
        await tell("Asking Binance… 40 of 200")
        await emulator.wait("sendMessage")
    [stays] = emulator.replies(ann)
    assert not stays.deleted
    assert [call.ok for call in emulator.calls_of("deleteMessage")] == [False]
