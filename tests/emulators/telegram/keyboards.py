"""What the server checks about buttons under a message."""

from collections.abc import Iterator
from typing import Any

from tests.emulators.telegram.refusals import bad_request, unmodelled

MAX_BUTTONS = 100
MAX_CALLBACK_DATA = 64

_ACTIONS = frozenset(
    {"callback_data", "url", "switch_inline_query", "switch_inline_query_current_chat"}
)
_LOOKS = frozenset({"text", "style", "icon_custom_emoji_id"})


def checked_markup(markup: dict[str, Any] | None, *, editing: bool) -> dict[str, Any] | None:
    """Give the markup a message carries from now on; an empty keyboard is none."""
    if not markup:
        return None
    if "inline_keyboard" not in markup:
        if editing:
            raise bad_request("inline keyboard expected")
        return markup
    found = list(buttons(markup))
    if len(found) > MAX_BUTTONS:
        raise bad_request("REPLY_MARKUP_TOO_LONG")
    for button in found:
        _check_button(button)
    return markup if found else None


def buttons(markup: dict[str, Any] | None) -> Iterator[dict[str, Any]]:
    """Yield inline buttons, row by row."""
    for row in (markup or {}).get("inline_keyboard", []):
        yield from row


def _check_button(button: dict[str, Any]) -> None:
    text = button.get("text")
    if not isinstance(text, str) or not text.strip():
        raise bad_request('can\'t parse inline keyboard button: Field "text" must be non-empty')
    acts = set(button) - _LOOKS
    if not acts:
        raise bad_request("Text buttons are unallowed in the inline keyboard")
    if extra := acts - _ACTIONS:
        raise unmodelled(f"inline button with {', '.join(sorted(extra))}")
    data = button.get("callback_data")
    if data is not None and not 1 <= len(data.encode()) <= MAX_CALLBACK_DATA:
        raise bad_request("BUTTON_DATA_INVALID")
    url = button.get("url")
    if url is not None and not url.startswith(("http://", "https://", "tg://", "mailto:")):
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
