"""/privacy, /forget and /export: what is kept is counted, handed over, and gone when asked."""

import json
from dataclasses import replace
from typing import Any

import pytest

from analytics.errors import RequestError
from bot.answering.answers import ADMINS_ONLY
from bot.store.buttons import Buttons, StoredButton
from bot.store.database import Database
from bot.store.digests import SqlDigests
from bot.store.ledger import Ledger
from bot.store.personal import IMPERSONAL, INDIRECT, owners, personal_tables
from bot.store.tables import metadata
from handlers._memory import FORGET_CONFIRMED
from handlers._privacy.kinds import NAMES
from handlers._terms import term_of_label
from handlers.export import COMMAND as EXPORT
from handlers.forget import COMMAND as FORGET
from handlers.forget import ForgetQuery
from handlers.privacy import COMMAND as PRIVACY
from tests.bot.store.lives import live
from tests.handlers.asking import answers, shown, somebody
from tests.handlers.keeping import keeping, subscribed

ANN, DESK = 6_123_456_789, -100


async def ask(database: Database, question: str, *, is_private: bool = True) -> Any:
    asker = somebody(ANN, is_private=is_private)
    answer = await answers(keeping(database)).answer(question, asker=asker)
    assert not answer.is_error, answer.reply.answer
    return answer.reply


def test_every_table_is_known_to_be_of_somebody_or_of_nobody() -> None:
    direct = {table.name for table in personal_tables()}
    assert direct | INDIRECT | IMPERSONAL == set(metadata.tables)
    assert not direct & IMPERSONAL
    assert all(not owners(metadata.tables[name]) for name in INDIRECT | IMPERSONAL)


def test_everything_personal_has_a_name_that_people_understand() -> None:
    assert {table.name for table in personal_tables()} | INDIRECT == NAMES.keys()


@pytest.mark.parametrize(
    ("words", "query"),
    [
        ("", ForgetQuery()),
        (" Everything ", ForgetQuery(is_said=True)),
        ("everything  yes", ForgetQuery(is_confirmed=True)),
    ],
)
def test_forget_reads(words: str, query: ForgetQuery) -> None:
    assert FORGET.parse(words) == query
    assert FORGET.changes(query)


@pytest.mark.parametrize(
    ("command", "words"),
    [(FORGET, "main"), (FORGET, "yes"), (PRIVACY, "me"), (EXPORT, "csv")],
)
def test_they_refuse_with_something_to_tap(command: Any, words: str) -> None:
    with pytest.raises(RequestError) as refusal:
        command.parse(words)
    assert [c.right for c in refusal.value.corrections] == [f"/{command.name}"]


async def test_privacy_counts_what_there_is(database: Database) -> None:
    await subscribed(database, ANN)
    await Buttons(database).tokens([StoredButton(ANN, ANN, "/corr BTC ETH")] * 3)
    await Ledger(database).intend("reply:1:0", chat_id=ANN)
    reply = await ask(database, "/privacy")
    assert shown(reply) == (
        "What I keep of you: what I was asked to keep, and what I need to answer once.\n\n"
        "It stands under the number that Telegram gave you. I keep no names and no profile.\n"
        "What you write is erased when it is answered; the number of the message stays 3 d, so "
        "that it is not answered twice. Venues and logs do not learn who asks.\n"
        "/forget deletes all of it, /export hands it over. A chat that has been closed to me for "
        "90 d is forgotten by itself.\n"
        "Telegram keeps the messages themselves, and whoever runs me may keep backups.\n\n"
        "Questions     0\n"
        "              until answered\n"
        "Settings      0\n"
        "              until changed\n"
        "Digests       1\n"
        "              until turned off\n"
        "Alerts        1\n"
        "              until turned off\n"
        "Positions     0\n"
        "              until deleted\n"
        "On the way    0\n"
        "              until sent\n"
        "Messages sent 1\n"
        "              30 d\n"
        "Their words   0\n"
        "              7 d\n"
        "Buttons       3\n"
        "              60 d\n"
        "Asked lately  0\n"
        "              until newer ones\n"
        "Pace          0\n"
        "              1 h\n\n"
        "[Export]  [Forget everything]"
    )
    group = await ask(database, "/privacy", is_private=False)
    assert group.title == "What I keep of this group:"
    assert group.numbers["kept"] == {}


async def test_forget_names_what_would_go_and_deletes_nothing_yet(database: Database) -> None:
    await subscribed(database, ANN)
    reply = await ask(database, "/forget")
    assert shown(reply) == (
        "Forget everything of this chat? It cannot be undone.\n\n"
        "What you have set in groups stays there as the group's, without your number. "
        "Alerts and digests of this chat end.\n\n"
        "Digests       1\n"
        "Alerts        1\n\n"
        "[Yes, forget everything]\n[Export first]"
    )
    assert reply.buttons[0][0].question == FORGET_CONFIRMED
    assert (await ask(database, "/privacy")).numbers["kept"] == {"digests": 1, "alerts": 1}


async def test_forget_deletes_once_it_is_confirmed(database: Database) -> None:
    await subscribed(database, ANN)
    using = keeping(database)
    await Buttons(database).tokens([StoredButton(ANN, ANN, "/corr BTC ETH")])
    reply = await ask(database, FORGET_CONFIRMED)
    assert reply.title == "Forgotten."
    assert reply.buttons == (), "a button would be kept again"
    kept = {one.name: one.count for one in await using.memory.kept(ANN)}  # type: ignore[union-attr]
    assert kept == {"farewells": 1}, "until this answer has been sent"


async def test_one_word_forgets_one_standing_question_and_asks_before_it_loses_several(
    database: Database,
) -> None:
    await subscribed(database, ANN)
    typed = await ask(database, "/forget everything")
    assert typed.title == "Forget everything of this chat?", "a digest and an alert"
    assert (await ask(database, "/privacy")).numbers["kept"] == {"digests": 1, "alerts": 1}
    [digest] = await SqlDigests(database).of_chat(ANN)
    await SqlDigests(database).delete([digest.id])
    assert (await ask(database, "/forget everything")).title == "Forgotten."


async def test_the_export_is_complete(database: Database) -> None:
    await live(database, ANN, elsewhere=DESK)
    reply = await ask(database, "/export")
    [file] = reply.files
    assert file.name == "hedgebot-2026-11-04.json"
    written = json.loads(file.content)
    assert written["chat"] == ANN
    kept = written["kept"]
    assert kept.keys() == {table.name for table in personal_tables()} | INDIRECT
    assert {name for name, rows in kept.items() if not rows} == {"farewells", "inbox"}
    assert {row["chat_id"] for row in kept["digests"]} == {ANN, DESK}
    assert "alone" in kept["contents"][0]["reply"]["answer"]
    assert all("token" not in row for row in kept["buttons"]), "a token is a right, not a fact"
    assert f'"{ANN}' not in shown(reply)


async def test_a_group_is_for_its_admins(database: Database) -> None:
    async def no_admin() -> bool:
        return False

    member = replace(somebody(5, is_private=False), may_change=no_admin)
    router = answers(keeping(database))
    for question in ("/forget", FORGET_CONFIRMED, "/export"):
        refused = await router.answer(question, asker=member)
        assert refused.is_error
        assert refused.reply.answer == ADMINS_ONLY
    assert not (await router.answer("/privacy", asker=member)).is_error
    assert (await ask(database, "/forget", is_private=False)).text == (
        "This group's alerts and digests end. Members' saved positions are their own and stay.",
    )


async def test_every_label_has_its_term(database: Database) -> None:
    await live(database, ANN)
    for question in ("/privacy", "/forget", "/export"):
        reply = await ask(database, question)
        labels = [fact.label for group in reply.facts for fact in group]
        assert [label for label in labels if term_of_label(label) is None] == []
