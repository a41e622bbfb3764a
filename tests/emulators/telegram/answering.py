"""answerCallbackQuery and answerInlineQuery."""

import re
from typing import Any

from tests.emulators.telegram.chats import Content
from tests.emulators.telegram.keyboards import buttons, checked_markup
from tests.emulators.telegram.method import Query, method
from tests.emulators.telegram.refusals import bad_request, unmodelled
from tests.emulators.telegram.sending import caption_of, text_of
from tests.emulators.telegram.world import CallbackQuery, InlineQuery, KnownResults, World

MAX_ANSWER = 200
MAX_RESULTS = 50
MAX_RESULT_ID = 64
MAX_OFFSET = 64
CACHE_TIME = 300
START_PARAMETER = re.compile(r"[A-Za-z0-9_-]{1,64}")

_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


def answer_callback(world: World, query: Query) -> bool:
    pressed = world.callbacks.get(query["callback_query_id"] or "")
    if pressed is None or _over(world, pressed):
        raise bad_request(_TOO_OLD)
    if len(query["text"] or "") > MAX_ANSWER:
        raise bad_request("MESSAGE_TOO_LONG")
    pressed.answer = {"text": query["text"], "show_alert": bool(query["show_alert"])}
    world.bell.ring()
    return True


def answer_inline(world: World, query: Query) -> bool:
    asked = world.inline_queries.get(query["inline_query_id"] or "")
    if asked is None or _over(world, asked):
        raise bad_request(_TOO_OLD)
    results = query["results"] or []
    if len(results) > MAX_RESULTS:
        raise bad_request("RESULTS_TOO_MUCH")
    names = [result["id"] for result in results]
    if len(set(names)) < len(names):
        raise bad_request("RESULT_ID_DUPLICATE")
    for result in results:
        _check_result(world, result)
    if len((query["next_offset"] or "").encode()) > MAX_OFFSET:
        raise bad_request("NEXT_OFFSET_INVALID")
    _check_button(query["button"])
    asked.results = results
    shown = ("cache_time", "is_personal", "next_offset", "button")
    asked.answer = {name: query[name] for name in shown}
    _remember(world, asked, query)
    world.bell.ring()
    return True


def content_of(world: World, result: dict[str, Any]) -> Content:
    """What a chat shows when somebody picks a result."""
    if result["type"] == "article":
        content = result["input_message_content"]
        return Content("text", text_of(content["message_text"], content.get("parse_mode")))
    words = caption_of(result.get("caption"), result.get("parse_mode"))
    return Content("photo", words, world.files.resolve("photo", result["photo_file_id"], {}))


def _remember(world: World, asked: InlineQuery, query: Query) -> None:
    """Show the same to who asks the same: for five minutes and to all, unless the bot says else."""
    given = query["cache_time"]
    seconds = CACHE_TIME if given is None else given
    if seconds > 0 and asked.results is not None and asked.answer is not None:
        whose = asked.sender.id if query["is_personal"] else None
        world.known_results[whose, asked.query, asked.offset] = KnownResults(
            asked.results, asked.answer, world.clock() + seconds
        )


def _check_button(button: dict[str, Any] | None) -> None:
    if button is None:
        return
    if not button.get("text"):
        raise bad_request("BUTTON_TEXT_INVALID")
    if "start_parameter" not in button:
        raise unmodelled("buttons above inline results that open a web app")
    if not START_PARAMETER.fullmatch(button["start_parameter"]):
        raise bad_request("START_PARAM_INVALID")


def _over(world: World, query: CallbackQuery | InlineQuery) -> bool:
    return query.answer is not None or query.expires <= world.clock()


def _check_result(world: World, result: dict[str, Any]) -> None:
    if not 1 <= len(result["id"].encode()) <= MAX_RESULT_ID:
        raise bad_request("RESULT_ID_INVALID")
    markup = checked_markup(result.get("reply_markup"), editing=True)
    if any("callback_data" in button for button in buttons(markup)):
        raise unmodelled("callback buttons under inline results")
    known = {"article": "message_text" in result.get("input_message_content", {})}
    known["photo"] = "photo_file_id" in result and "input_message_content" not in result
    if not known.get(result["type"]):
        raise unmodelled(f"inline results of type {result['type']} with such a content")
    if result["type"] == "article" and not result["title"].strip():
        raise bad_request("ARTICLE_TITLE_EMPTY")
    content_of(world, result)


METHODS = (
    method("answerCallbackQuery", answer_callback, "callback_query_id text show_alert cache_time"),
    method(
        "answerInlineQuery",
        answer_inline,
        "inline_query_id results cache_time is_personal next_offset button",
    ),
)
