"""``hedgebot backup``, ``restore`` and ``requeue``: what operators do to the database."""

import shlex
from pathlib import Path

from rich.console import Console
from sqlalchemy import URL

from analytics.language import tr
from bot.app import POISONED, opened_database
from bot.settings import ConfigurationError, Settings
from bot.store.copies import CopyError, copy_sqlite, refuse_unsound, settle
from bot.store.database import DatabaseUrlError, parsed_url
from bot.store.mail import SqlMail

OK, NOT_DONE = 0, 2


def backup(settings: Settings, file: Path) -> int:
    """Copy a SQLite database that may be in use; of PostgreSQL say what does that.

    Raises
    ------
    ConfigurationError
        The copy cannot be made.

    """
    url = _url(settings)
    if url.get_backend_name() != "sqlite":
        _say(f"PostgreSQL has its own tool for this. Nothing was written. Run:\n{_dump(url, file)}")
        return NOT_DONE
    source = _file_of(url)
    _copied(source, file)
    _say(f"{file} is a checked copy of {source} ({file.stat().st_size / 1e6:,.1f} MB).")
    return OK


async def restore(settings: Settings, file: Path | None) -> int:
    """Put a backup in the database's place, and see to it that nothing is done twice.

    Without a file it does the second half only: for PostgreSQL, after ``pg_restore``.

    Raises
    ------
    ConfigurationError
        The backup is unsound, or the database is there already.

    """
    url = _url(settings)
    if file is not None:
        if url.get_backend_name() != "sqlite":
            _say(
                "PostgreSQL has its own tool for this. Nothing was changed. Run, and then "
                f"`hedgebot restore` without a file:\n{_undump(url, file)}"
            )
            return NOT_DONE
        _refuse_existing(_file_of(url))
        _copied(file, _file_of(url))
    elif url.get_backend_name() == "sqlite" and not _file_of(url).exists():
        raise ConfigurationError(f"There is no database {_file_of(url)} and no FILE was named.")
    async with opened_database(settings) as database:
        settled = await settle(database)
    _say(
        f"Restored. Not done again: {settled.questions} questions that waited (their askers ask "
        f"again), {settled.letters} messages that waited (now dead letters), {settled.in_doubt} "
        "on their way (now in doubt). Subscriptions, books and settings are as they were."
    )
    return OK


async def requeue(settings: Settings, key: str | None) -> int:
    """Have what was given up tried again, all or one, and say what it is."""
    async with opened_database(settings) as database:
        mail = SqlMail(database, POISONED)
        for dead in await mail.dead():
            if key in (None, dead.name):
                _say(f"{dead.name}: given up after {dead.attempts} attempts: {tr(dead.why)}")
        revived = await mail.requeue(key)
    _say(f"{revived} will be tried again.")
    return OK if revived or key is None else NOT_DONE


def _refuse_existing(target: Path) -> None:
    # A write-ahead log of another database beside the file would be played into it.
    for name in (target, *(target.with_name(target.name + end) for end in ("-wal", "-shm"))):
        if name.exists():
            raise ConfigurationError(
                f"{name} is in the way. Stop hedgebot and move it aside; nothing was changed."
            )


def _copied(source: Path, target: Path) -> None:
    try:
        refuse_unsound(source)
        copy_sqlite(source, target)
    except CopyError as error:
        raise ConfigurationError(f"{str(error)[0].upper()}{str(error)[1:]}.") from error


def _url(settings: Settings) -> URL:
    try:
        return parsed_url(settings.database_url)
    except DatabaseUrlError as error:
        raise ConfigurationError(f"HEDGEBOT_DATABASE_URL: {error}") from error


def _file_of(url: URL) -> Path:
    if not url.database:
        raise ConfigurationError("HEDGEBOT_DATABASE_URL names no file: there is nothing to copy.")
    return Path(url.database)


def _dump(url: URL, file: Path) -> str:
    return f"pg_dump --format=custom --file={shlex.quote(str(file))} {_address(url)}"


def _undump(url: URL, file: Path) -> str:
    return (
        "pg_restore --clean --if-exists --single-transaction --no-owner "
        f"--dbname={_address(url)} {shlex.quote(str(file))}"
    )


def _address(url: URL) -> str:
    """The URL for PostgreSQL's own tools, which ask for the password or read ``~/.pgpass``."""
    plain = URL.create(
        "postgresql",
        username=url.username,
        host=url.host,
        port=url.port,
        database=url.database,
        query=url.query,
    )
    return shlex.quote(plain.render_as_string(hide_password=True))


def _say(text: str) -> None:
    Console(highlight=False, markup=False).print(text, soft_wrap=True)
