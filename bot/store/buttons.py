"""Questions behind buttons: Telegram carries only a short token."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select

from bot.store.clock import MILLISECOND
from bot.store.database import Database
from bot.store.tables import buttons

LIFETIME = timedelta(days=30)
EXPIRED_FOR = timedelta(days=30)
"""So long an expired button still says what to send again."""
TOKEN_BYTES = 12


@dataclass(frozen=True, slots=True)
class StoredButton:
    """What a tap asks, in which chat, and who may tap.

    ``is_beside`` where its answer comes as a message of its own, and the one above stays as it is.
    """

    chat_id: int
    owner_id: int
    question: str
    is_beside: bool = False


@dataclass(frozen=True, slots=True)
class KnownButton:
    """A button that we have made; an expired one only says what it stood for."""

    stored: StoredButton
    is_expired: bool


@dataclass(frozen=True, slots=True, eq=False)
class Buttons:
    """Unguessable tokens that stand for stored questions and expire."""

    database: Database

    async def tokens(self, stored: Sequence[StoredButton]) -> list[str]:
        """Store questions; return one token each, in their order."""
        if not stored:
            return []
        tokens = [secrets.token_urlsafe(TOKEN_BYTES) for _ in stored]
        expires = self.database.clock.now_ms() + LIFETIME // MILLISECOND
        rows = [
            {
                "token": token,
                "chat_id": item.chat_id,
                "owner_id": item.owner_id,
                "question": item.question,
                "expires_ms": expires,
                "beside": int(item.is_beside),
            }
            for token, item in zip(tokens, stored, strict=True)
        ]
        async with self.database.writing() as connection:
            await connection.execute(buttons.insert(), rows)
        return tokens

    async def button(self, token: str) -> StoredButton | None:
        """What a token stands for; None where it never did or no longer does."""
        known = await self.known(token)
        return None if known is None or known.is_expired else known.stored

    async def known(self, token: str) -> KnownButton | None:
        """What a token stands for, or stood for until it expired."""
        question = select(
            buttons.c.chat_id,
            buttons.c.owner_id,
            buttons.c.question,
            buttons.c.beside,
            buttons.c.expires_ms,
        ).where(buttons.c.token == token)
        async with self.database.reading() as connection:
            row = (await connection.execute(question)).one_or_none()
        if row is None:
            return None
        chat_id, owner_id, asked, beside, expires_ms = row
        known = StoredButton(chat_id, owner_id, asked, is_beside=bool(beside))
        return KnownButton(known, is_expired=expires_ms <= self.database.clock.now_ms())

    async def prune(self) -> None:
        """Forget tokens that expired long ago."""
        long_ago = buttons.c.expires_ms <= self.database.clock.ms_before_now(EXPIRED_FOR)
        async with self.database.writing() as connection:
            await connection.execute(delete(buttons).where(long_ago))
