"""answerCallbackQuery and answerInlineQuery."""

from typing import Any

from tests.emulators.telegram.keyboards import checked_markup
from tests.emulators.telegram.method import Query, method
from tests.emulators.telegram.refusals import bad_request, unmodelled
from tests.emulators.telegram.sending import caption_of, text_of
from tests.emulators.telegram.world import CallbackQuery, InlineQuery, World

MAX_ANSWER = 200
MAX_RESULTS = 50
MAX_RESULT_ID = 64

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
    asked.results = results
    asked.answer = {name: query[name] for name in ("cache_time", "is_personal", "next_offset")}
    world.bell.ring()
    return True


def _over(world: World, query: CallbackQuery | InlineQuery) -> bool:
    return query.answer is not None or query.expires <= world.clock()


def _check_result(world: World, result: dict[str, Any]) -> None:
    if not 1 <= len(result["id"].encode()) <= MAX_RESULT_ID:
        raise bad_request("RESULT_ID_INVALID")
    checked_markup(result.get("reply_markup"), editing=True)
    if result["type"] == "article":
        content = result["input_message_content"]
        if "message_text" not in content:
            raise unmodelled("inline content other than text")
        text_of(content["message_text"], content.get("parse_mode"))
    elif result["type"] == "photo" and "photo_file_id" in result:
        world.files.resolve("photo", result["photo_file_id"], {})
        caption_of(result.get("caption"), result.get("parse_mode"))
    else:
        raise unmodelled(f"inline results of type {result['type']}")


METHODS = (
    method("answerCallbackQuery", answer_callback, "callback_query_id text show_alert cache_time"),
    method(
        "answerInlineQuery",
        answer_inline,
        "inline_query_id results cache_time is_personal next_offset",
    ),
)
