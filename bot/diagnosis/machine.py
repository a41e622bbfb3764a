"""The machine: who may read the secrets, who may ask, and whether there is room to write."""

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from bot.app import executor_name
from bot.diagnosis.finding import Finding
from bot.settings import ENV_FILE, LOOSE_PERMISSIONS, Settings
from bot.store.database import DatabaseUrlError, parsed_url

ENOUGH_FREE = 200_000_000
"""Bytes: a year of hourly bars of all that people ask for takes a tenth of it."""


def machine_findings(settings: Settings) -> Iterator[Finding]:
    """Look at files, rights and settings, without asking anybody."""
    yield Finding("Process", f"works as {executor_name(settings)}")
    yield _secrets(settings)
    yield _who_may_ask(settings)
    yield from _disk(settings)


def _secrets(settings: Settings) -> Finding:
    file = settings.token_file or Path(ENV_FILE)
    if not file.exists():
        return Finding("Secrets", "come from the environment")
    mode = file.stat().st_mode
    if mode & LOOSE_PERMISSIONS:
        sentence = f"{file} can be read by everybody on this machine: chmod o-rwx it"
        return Finding("Secrets", sentence, is_sound=False)
    return Finding("Secrets", f"{file} is kept from others ({stat.filemode(mode)})")


def _who_may_ask(settings: Settings) -> Finding:
    chats, operators = len(settings.allowed_chats), len(settings.operators)
    may_ask = f"{_counted(chats, 'chat')} may ask" if chats else "everybody may ask"
    return Finding("Access", f"{may_ask}; {_counted(operators, 'operator')}")


def _counted(number: int, noun: str) -> str:
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"


def _disk(settings: Settings) -> Iterator[Finding]:
    try:
        url = parsed_url(settings.database_url)
    except DatabaseUrlError:
        return
    if url.get_backend_name() != "sqlite" or not url.database:
        return
    file = Path(url.database).absolute()
    if not file.parent.is_dir():
        return
    unwritable = [path for path in (file.parent, file) if path.exists() and not _writable(path)]
    if unwritable:
        yield Finding("Disk", f"{unwritable[0]} cannot be written by this user", is_sound=False)
        return
    free = shutil.disk_usage(file.parent).free
    said = f"{free / 1e9:,.1f} GB are free in {file.parent}"
    yield Finding("Disk", said, is_sound=free >= ENOUGH_FREE)


def _writable(path: Path) -> bool:
    return os.access(path, os.W_OK)
