"""Buttons under a message: each carries a token that stands for a stored question."""

from collections.abc import Sequence

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.store.buttons import Buttons, StoredButton
from handlers import Button

CURRENT = "•"


async def keyboard(
    buttons: Buttons, rows: Sequence[Sequence[Button]], *, chat_id: int, owner_id: int
) -> InlineKeyboardMarkup | None:
    """Store the questions behind the buttons; None where there are no buttons."""
    questions = [button.question for row in rows for button in row]
    if not questions:
        return None
    tokens = iter(
        await buttons.tokens([StoredButton(chat_id, owner_id, text) for text in questions])
    )
    return InlineKeyboardMarkup(
        [
            [InlineKeyboardButton(_label(button), callback_data=next(tokens)) for button in row]
            for row in rows
        ]
    )


def _label(button: Button) -> str:
    return f"{button.label}{CURRENT}" if button.current else button.label
