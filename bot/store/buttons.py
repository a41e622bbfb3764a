"""Questions behind buttons: Telegram carries only a short token."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, delete, select

from bot.store.clock import MILLISECOND, ms_before_now, now_ms
from bot.store.database import Database
from bot.store.tables import buttons

LIFETIME = timedelta(days=30)
EXPIRED_FOR = timedelta(days=30)
"""So long an expired button still says what to send again."""
TOKEN_BYTES = 12


@dataclass(frozen=True, slots=True)
class StoredButton:
    """What a tap asks, in which chat, and who may tap."""

    chat_id: int
    owner_id: int
    question: str


@dataclass(frozen=True, slots=True, eq=False)
class Buttons:
    """Unguessable tokens that stand for stored questions and expire."""

    database: Database

    async def tokens(self, stored: Sequence[StoredButton]) -> list[str]:
        """Store questions; return one token each, in their order."""
        if not stored:
            return []
        tokens = [secrets.token_urlsafe(TOKEN_BYTES) for _ in stored]
        expires = now_ms() + LIFETIME // MILLISECOND
        rows = [
            {
                "token": token,
                "chat_id": item.chat_id,
                "owner_id": item.owner_id,
                "question": item.question,
                "expires_ms": expires,
            }
            for token, item in zip(tokens, stored, strict=True)
        ]
        async with self.database.writing() as connection:
            await connection.execute(buttons.insert(), rows)
        return tokens

    async def button(self, token: str) -> StoredButton | None:
        """What a token stands for; None where it never did or no longer does."""
        return await self._found(token, buttons.c.expires_ms > now_ms())

    async def expired(self, token: str) -> StoredButton | None:
        """What a token stood for until it expired; nobody may ask it by this token any more."""
        return await self._found(token, buttons.c.expires_ms <= now_ms())

    async def prune(self) -> None:
        """Forget tokens that expired long ago."""
        long_ago = buttons.c.expires_ms <= ms_before_now(EXPIRED_FOR)
        async with self.database.writing() as connection:
            await connection.execute(delete(buttons).where(long_ago))

    async def _found(self, token: str, condition: ColumnElement[bool]) -> StoredButton | None:
        question = select(buttons.c.chat_id, buttons.c.owner_id, buttons.c.question).where(
            buttons.c.token == token, condition
        )
        async with self.database.reading() as connection:
            row = (await connection.execute(question)).one_or_none()
        return StoredButton(*row) if row else None
