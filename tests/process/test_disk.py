"""A disk that is full or read-only: said in a sentence, nothing damaged, and on it goes."""

import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.store.copies import refuse_unsound
from bot.store.database import DatabaseError, open_database
from bot.store.inbox import Inbox, StoredUpdate
from tests.emulators.telegram.emulator import TelegramEmulator
from tests.process.running import Hedgebot
from tests.soak.kill import Tally


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of three megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    made = ["mount", "-t", "tmpfs", "-o", "size=3m", "hedgebot-test", str(folder)]
    if subprocess.run(made, capture_output=True, check=False).returncode:
        pytest.skip("this user may not mount a small disk")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def made_read_only(folder: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)


def made_writable(folder: Path) -> None:
    subprocess.run(["mount", "-o", "remount,rw", str(folder)], check=True)


def filled(folder: Path) -> None:
    """Let nothing more go onto a disk."""
    with (folder / "ballast").open("wb", buffering=0) as ballast, suppress(OSError):
        while True:
            ballast.write(b"x" * 4096)


async def test_a_full_disk_is_said_and_damages_nothing(small_disk: Path) -> None:
    file = small_disk / "a.sqlite"
    database = await open_database(f"sqlite:///{file}")
    inbox = Inbox(database)
    await inbox.store([StoredUpdate(1, 5, "{}")])
    filled(small_disk)
    many = [StoredUpdate(number, 5, "y" * 20_000) for number in range(2, 200)]
    with pytest.raises(DatabaseError, match="full"):
        await inbox.store(many)
    assert 1 in {item.update_id for item in await inbox.waiting()}, "what was said to be kept is"
    (small_disk / "ballast").unlink()
    await inbox.store([StoredUpdate(1000, 5, "z" * 20_000)])
    async with database.reading() as connection:
        assert (await connection.execute(text("PRAGMA integrity_check"))).scalar() == "ok"
    await database.close()
    refuse_unsound(file)


async def test_a_disk_that_is_full_while_it_serves_is_waited_out(
    hedgebot: Hedgebot, telegram: TelegramEmulator, small_disk: Path
) -> None:
    hedgebot.settings["HEDGEBOT_DATABASE_URL"] = f"sqlite:///{small_disk / 'a.sqlite'}"
    await hedgebot.serve()
    ann = telegram.person("Ann")
    await hedgebot.reply(ann.says("/start"))
    filled(small_disk)
    asked = ann.says("/help")
    polls = len(telegram.calls_of("getUpdates"))
    await hedgebot.until(lambda: len(telegram.calls_of("getUpdates")) > polls + 1)
    assert "disk is full" in hedgebot.log
    assert [said for said in telegram.replies(asked.chat) if said.id > asked.id] == []
    (small_disk / "ballast").unlink()
    await hedgebot.reply(asked)
    await hedgebot.stop()
    refuse_unsound(small_disk / "a.sqlite")


async def test_a_file_on_a_read_only_disk_is_one_sentence(
    hedgebot: Hedgebot, small_disk: Path
) -> None:
    hedgebot.settings["HEDGEBOT_DATABASE_URL"] = f"sqlite:///{small_disk / 'a.sqlite'}"
    made_read_only(small_disk)
    await hedgebot.start()
    assert await hedgebot.ended() == 2
    assert hedgebot.log.startswith("HEDGEBOT_DATABASE_URL: ")
    assert "Traceback" not in hedgebot.log


async def test_after_a_read_only_disk_it_goes_on_where_it_was(
    hedgebot: Hedgebot, telegram: TelegramEmulator, small_disk: Path
) -> None:
    hedgebot.settings["HEDGEBOT_DATABASE_URL"] = f"sqlite:///{small_disk / 'a.sqlite'}"
    ann = telegram.person("Ann")
    await hedgebot.serve()
    await hedgebot.reply(ann.says("/start"))
    await hedgebot.kill()
    asked = ann.says("/help")
    made_read_only(small_disk)
    await hedgebot.start()
    assert await hedgebot.ended() == 2
    assert telegram.queue_size == 1, "nothing is acknowledged that cannot be kept"
    made_writable(small_disk)
    await hedgebot.serve()
    await hedgebot.reply(asked)
    await hedgebot.stop()
    refuse_unsound(small_disk / "a.sqlite")
    assert Tally(telegram).answers().total() == 2
