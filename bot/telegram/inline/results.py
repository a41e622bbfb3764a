"""What is shown while somebody types behind our name: pictures that Telegram has, and words."""

import re

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResult,
    InlineQueryResultArticle,
    InlineQueryResultCachedPhoto,
    InputTextMessageContent,
    LinkPreviewOptions,
)
from telegram.constants import ParseMode

from analytics.language import later, tr
from bot.telegram.markup import CAPTION_LIMIT, CODE, TEXT_LIMIT, condensed, popup_text
from handlers import Reply
from handlers._suggestions import Suggestion

LONGEST_QUERY = 256
START = re.compile(r"[A-Za-z0-9_-]{1,64}")
WRONG = {
    "request": later("I cannot answer that yet"),
    "source": later("A venue does not answer"),
    "internal": later("My mistake"),
}


def answered(
    reply: Reply, question: str, *, file_id: str | None, username: str
) -> list[InlineQueryResult]:
    """The answer with its picture, if Telegram has it, and in words alone."""
    title = reply.title.rstrip(": ") or _typed(question)
    description = popup_text(Reply("", reply.answer))
    markup = InlineKeyboardMarkup([[_in_private(question, username)]])
    words = _article("words", title, description, reply, markup)
    if file_id is None:
        return [words]
    picture = InlineQueryResultCachedPhoto(
        "picture",
        file_id,
        title=title,
        description=description,
        caption=condensed(reply, CAPTION_LIMIT).html,
        parse_mode=ParseMode.HTML,
        reply_markup=markup,
    )
    return [picture, words]


def explained(reply: Reply, question: str, username: str) -> InlineQueryResult:
    """Why there is no answer: the asker's mistake, a venue's failure or our bug."""
    title = tr(WRONG.get(str(reply.numbers.get("error")), WRONG["request"]))
    markup = InlineKeyboardMarkup([[_in_private(question, username)]])
    return _article("wrong", title, popup_text(reply), reply, markup)


def suggested(suggestion: Suggestion, number: int, username: str) -> InlineQueryResult | None:
    """A question to go on with; whoever reads it in a chat may ask it there."""
    question = suggestion.question
    if len(_typed(question)) > LONGEST_QUERY:
        return None
    about = tr(suggestion.about)
    return _article(
        f"question {number}",
        _typed(question),
        about,
        _to_ask(question, about),
        _ask(question, username),
    )


def under_way(question: str, username: str) -> InlineQueryResult:
    """That the answer takes longer than Telegram waits."""
    how = tr("Still computing. Type a space in a moment, and it is there.")
    message = _to_ask(question, tr("takes a moment to compute."))
    return _article("later", _typed(question), how, message, _ask(question, username))


def start_word(question: str) -> str | None:
    """What a link to the private chat says to ask a question there; None where no link can."""
    word = "_".join(_typed(question).split())
    return word if START.fullmatch(word) and "_" not in question else None


def _article(
    name: str, title: str, description: str, message: Reply, markup: InlineKeyboardMarkup
) -> InlineQueryResult:
    content = InputTextMessageContent(
        condensed(message, TEXT_LIMIT).html,
        ParseMode.HTML,
        link_preview_options=LinkPreviewOptions(is_disabled=True),
    )
    return InlineQueryResultArticle(
        name, CODE.sub(r"\1", title), content, reply_markup=markup, description=description
    )


def _to_ask(question: str, about: str) -> Reply:
    return Reply(_typed(question), about, text=(tr("Tap below to have it answered."),))


def _ask(question: str, username: str) -> InlineKeyboardMarkup:
    here = InlineKeyboardButton(
        tr("Ask here"), switch_inline_query_current_chat=_typed(question)[:LONGEST_QUERY]
    )
    return InlineKeyboardMarkup([[here, _in_private(question, username)]])


def _in_private(question: str, username: str) -> InlineKeyboardButton:
    word = start_word(question)
    link = f"https://t.me/{username}" + (f"?start={word}" if word else "")
    return InlineKeyboardButton(tr("Open in private"), url=link)


def _typed(question: str) -> str:
    """A question as it is typed behind our name."""
    return question.removeprefix("/")
