"""Copies of the database: whole, checked, and never the cause of a second message."""

import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from bot.backup import backup, requeue, restore
from bot.cli import OK, WRONG, main
from bot.settings import ConfigurationError, Settings
from bot.store.clock import now_ms
from bot.store.copies import RESTORED, CopyError, Settled, copy_sqlite, settle
from bot.store.database import Database, open_database
from bot.store.inbox import Inbox, StoredUpdate
from bot.store.ledger import Ledger, State
from bot.store.tables import digests, executors, inbox, outbox

DIGEST = {
    "id": 1,
    "chat_id": 5,
    "owner_id": 5,
    "number": 1,
    "question": "/corr BTC ETH",
    "minute": 480,
    "zone": "Europe/Berlin",
    "due_ms": 9,
    "holder": "old",
    "occasion": "1",
    "created_ms": 1,
}


async def under_way(database: Database) -> None:
    """A subscription, a message that was sent, and one of each kind that was not finished."""
    ledger = Ledger(database)
    for key in ("reply:1:0", "reply:2:0"):
        await ledger.intend(key, chat_id=5)
    await ledger.confirm("reply:1:0", message_id=70)
    await Inbox(database).store([StoredUpdate(3, 5, "{}")])
    async with database.writing() as connection:
        await connection.execute(insert(digests).values(**DIGEST))
        await connection.execute(
            insert(executors).values(name="old", beat_ms=now_ms(), started_ms=1)
        )
        await connection.execute(
            insert(outbox).values(
                key="digest:1:2026-11-22",
                chat_id=5,
                owner_id=5,
                content_id="c",
                kind="digest",
                due_ms=1,
                created_ms=1,
            )
        )


def settings(file: Path) -> Settings:
    return Settings(database_url=f"sqlite:///{file}", _env_file=None)


def names_in(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()}


async def test_what_was_under_way_is_not_done_again_and_not_forgotten(database: Database) -> None:
    await under_way(database)
    assert await settle(database) == Settled(questions=1, letters=1, in_doubt=1)
    assert await settle(database) == Settled(0, 0, 0)
    assert await Inbox(database).waiting() == []
    ledger = Ledger(database)
    sent, doubted = await ledger.entry("reply:1:0"), await ledger.entry("reply:2:0")
    assert sent is not None
    assert (sent.state, sent.message_id) == (State.SENT, 70)
    assert doubted is not None
    assert doubted.state is State.IN_DOUBT
    assert not await ledger.intend("reply:1:0", chat_id=5)
    assert not await ledger.intend("reply:2:0", chat_id=5)
    async with database.reading() as connection:
        letters = (await connection.execute(select(outbox.c.buried_why))).scalars().all()
        kept = (await connection.execute(select(digests.c.question, digests.c.holder))).all()
        alive = (await connection.execute(select(executors.c.name))).all()
        payloads = (await connection.execute(select(inbox.c.payload))).scalars().all()
    assert letters == [RESTORED]
    assert kept == [("/corr BTC ETH", None)]
    assert alive == []
    assert payloads == [""]


async def test_a_backup_of_a_database_in_use_is_restored_elsewhere(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, copy, target = (tmp_path / name for name in ("a.sqlite", "b.bak", "c.sqlite"))
    database = await open_database(f"sqlite:///{source}")
    await under_way(database)
    async with database.writing() as connection:
        await connection.execute(insert(executors).values(name="x", beat_ms=1, started_ms=1))
        assert backup(settings(source), copy) == OK, "a writer in its transaction does not matter"
    await database.close()
    assert "checked copy" in capsys.readouterr().out
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert await restore(settings(target), copy) == OK
    said = capsys.readouterr().out
    assert "1 questions that waited" in said
    assert "Subscriptions" in said
    restored = await open_database(f"sqlite:///{target}")
    async with restored.reading() as connection:
        assert (await connection.execute(select(digests.c.number))).scalars().all() == [1]
    assert (await Ledger(restored).entry("reply:1:0")) is not None
    await restored.close()


async def test_nothing_is_ever_overwritten(tmp_path: Path) -> None:
    source, copy = tmp_path / "a.sqlite", tmp_path / "b.bak"
    await (await open_database(f"sqlite:///{source}")).close()
    backup(settings(source), copy)
    before = copy.read_bytes()
    with pytest.raises(ConfigurationError, match="exists already; nothing was overwritten"):
        backup(settings(source), copy)
    with pytest.raises(ConfigurationError, match=r"is in the way\. Stop hedgebot"):
        await restore(settings(source), copy)
    (tmp_path / "new.sqlite-wal").touch()
    with pytest.raises(ConfigurationError, match=r"new\.sqlite-wal is in the way"):
        await restore(settings(tmp_path / "new.sqlite"), copy)
    assert copy.read_bytes() == before
    assert "b.bak.unfinished" not in names_in(tmp_path)


async def test_a_damaged_backup_is_refused_before_anything_is_changed(tmp_path: Path) -> None:
    source, copy = tmp_path / "a.sqlite", tmp_path / "b.bak"
    await (await open_database(f"sqlite:///{source}")).close()
    backup(settings(source), copy)
    content = bytearray(copy.read_bytes())
    content[4096:8192] = b"\x55" * 4096
    copy.write_bytes(content)
    target = tmp_path / "c.sqlite"
    for wrong in (copy, tmp_path / "absent", tmp_path / "text"):
        (tmp_path / "text").write_text("not a database, only a text that is long enough" * 9)
        with pytest.raises(ConfigurationError):
            await restore(settings(target), wrong)
        assert not target.exists()


def test_a_folder_that_takes_no_file_is_said(tmp_path: Path) -> None:
    source = tmp_path / "a.sqlite"
    with closing(sqlite3.connect(source)) as made:
        made.execute("CREATE TABLE x (y)")
    with pytest.raises(CopyError, match="cannot be written"):
        copy_sqlite(source, tmp_path / "absent" / "b.bak")


@pytest.mark.parametrize("words", [["backup", "/b/x.dump"], ["restore", "/b/x.dump"]])
def test_of_postgresql_the_command_is_said_without_the_password(
    words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    url = "postgresql://bot:hunter22@db.example:5433/hedge?sslmode=require"
    monkeypatch.setenv("HEDGEBOT_DATABASE_URL", url)
    assert main(words) == WRONG
    said = capsys.readouterr().out
    address = "'postgresql://bot@db.example:5433/hedge?sslmode=require'"
    expected = {
        "backup": f"pg_dump --format=custom --file=/b/x.dump {address}",
        "restore": "pg_restore --clean --if-exists --single-transaction --no-owner "
        f"--dbname={address} /b/x.dump",
    }[words[0]]
    assert said.splitlines()[-1] == expected
    assert "hunter22" not in said


def test_a_restore_of_nothing_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HEDGEBOT_DATABASE_URL", f"sqlite:///{tmp_path / 'none.sqlite'}")
    assert main(["restore"]) == WRONG
    assert "no FILE was named" in capsys.readouterr().err


async def test_given_up_letters_are_tried_again_from_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    chosen = settings(tmp_path / "a.sqlite")
    database = await open_database(chosen.database_url)
    await under_way(database)
    await settle(database)
    await database.close()
    assert await requeue(chosen, "digest:absent") == WRONG
    assert await requeue(chosen, None) == OK
    said = capsys.readouterr().out
    assert "digest:1:2026-11-22: given up after 0 attempts: restored from a backup" in said
    assert said.endswith("1 will be tried again.\n")
    assert await requeue(chosen, None) == OK
    assert capsys.readouterr().out == "0 will be tried again.\n"
