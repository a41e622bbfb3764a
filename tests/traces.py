"""Looks for somebody in everything that a database keeps, byte by byte."""

from pathlib import Path

from sqlalchemy import text

from bot.store.database import Database
from bot.store.tables import metadata

BEFORE_SQLITE_USES_FEWER_BYTES = 2**31


def spellings(number: int) -> dict[str, bytes]:
    """Every way in which a number may lie in a file: in digits, and as SQLite stores integers."""
    assert abs(number) > BEFORE_SQLITE_USES_FEWER_BYTES, "too short to be looked for among bytes"
    return {
        "digits": str(number).encode(),
        "record": number.to_bytes(6, "big", signed=True),
        "big-endian": number.to_bytes(8, "big", signed=True),
        "little-endian": number.to_bytes(8, "little", signed=True),
        "varint": _varint(number),
    }


def in_files(folder: Path, needles: dict[str, bytes]) -> dict[str, int]:
    """How often each is found in the files of a folder; those that are nowhere are left out."""
    found = {}
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        content = file.read_bytes()
        for name, needle in needles.items():
            if n := content.count(needle):
                found[f"{file.name}: {name}"] = n
    return found


async def in_tables(database: Database, *words: str) -> dict[str, int]:
    """How many rows of each table hold one of these words, in any column."""
    found = {}
    async with database.reading() as connection:
        for name, table in metadata.tables.items():
            rows = await connection.execute(table.select())
            n = sum(any(word in str(value) for word in words for value in row) for row in rows)
            if n:
                found[name] = n
        known = set(metadata.tables) | {"alembic_version"}
        if connection.dialect.name == "postgresql":
            listed = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        else:
            listed = "SELECT name FROM sqlite_master WHERE type = 'table'"
        names = (await connection.execute(text(listed))).scalars()
        assert {n for n in names if not n.startswith("sqlite_")} == known, "a table was overlooked"
    return found


def _varint(number: int) -> bytes:
    left = number & (2**64 - 1)
    groups = [left & 0x7F]
    while left := left >> 7:
        groups.append(left & 0x7F)
    assert len(groups) <= 8 or number < 0
    return bytes(group | (0x80 if place else 0) for place, group in enumerate(groups))[::-1]
