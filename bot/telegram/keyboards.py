"""Buttons under a message: each carries a token that stands for a stored question."""

from collections.abc import Sequence

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.store.buttons import Buttons, StoredButton
from handlers import Button

CURRENT = "•"
BY_REFERENCE = "q-"
"""No command has this name: what follows it in a deep link is a token."""


async def keyboard(
    buttons: Buttons,
    rows: Sequence[Sequence[Button]],
    *,
    chat_id: int,
    owner_id: int,
    username: str = "",
    beside: bool = False,
) -> InlineKeyboardMarkup | None:
    """Store the questions behind the buttons; None where there are no buttons.

    ``username`` is the bot's: where it is known, what belongs into a private chat is a link there.
    ``beside`` where answers to taps leave the message as it is.
    """
    every = [button for row in rows for button in row]
    if not every:
        return None
    # A private chat has the person's own number; a group asks nothing there.
    leaves = bool(username) and chat_id < 0 < owner_id
    rooms = [owner_id if leaves and button.in_private else chat_id for button in every]
    stored = [
        StoredButton(room, owner_id, button.question, is_beside=beside)
        for room, button in zip(rooms, every, strict=True)
    ]
    tokens = iter(await buttons.tokens(stored))

    def made(button: Button) -> InlineKeyboardButton:
        token = next(tokens)
        if leaves and button.in_private:
            return InlineKeyboardButton(button.label, url=link(username, token))
        return InlineKeyboardButton(_label(button), callback_data=token)

    return InlineKeyboardMarkup([[made(button) for button in row] for row in rows])


def link(username: str, token: str) -> str:
    """Where a tap opens the private chat and asks there what a token stands for."""
    return f"https://t.me/{username}?start={BY_REFERENCE}{token}"


def _label(button: Button) -> str:
    return f"{button.label}{CURRENT}" if button.current else button.label
