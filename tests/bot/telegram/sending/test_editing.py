"""A message that is changed in its place."""

from dataclasses import replace
from typing import Any

import pytest

from bot.telegram.incoming import Place
from bot.telegram.sending.delivery import Parcel
from tests.bot.telegram.sending.way_out import BAD, Post
from tests.emulators.telegram.people import Person
from tests.emulators.test_telegram_sending import picture


async def sent_text(post: Post, person: Person) -> Place:
    await post.delivery.send(post.parcel(person, key="first"))
    [message] = post.telegram.replies(person)
    return Place(person.id, None, message.id, is_private=True)


async def test_an_edit_takes_the_place_of_the_message(post: Post) -> None:
    ann = post.telegram.person("Ann")
    place = await sent_text(post, ann)
    edit = Parcel("edit:1", place, "y")
    assert await post.delivery.edit(edit, shows_picture=False)
    assert await post.delivery.edit(edit, shows_picture=False), "not modified is as good"
    assert post.texts(ann) == ["y"]
    assert await post.delivery.edit(replace(edit, photo=picture()), shows_picture=False)
    [message] = post.telegram.replies(ann)
    assert message.photo == picture()
    assert await post.delivery.edit(replace(edit, html="z"), shows_picture=True)
    assert message.caption == "z"


@pytest.mark.parametrize(
    "fault",
    [
        {"code": 502, "description": "x"},
        {"code": 429, "description": "x", "parameters": {"retry_after": 2}},
        {"drop": "after"},
        {"drop": "before"},
    ],
)
async def test_an_edit_is_repeated_since_that_changes_nothing(
    post: Post, fault: dict[str, Any]
) -> None:
    ann = post.telegram.person("Ann")
    place = await sent_text(post, ann)
    post.telegram.fault("editMessageText", **fault)
    assert await post.delivery.edit(Parcel("edit:1", place, "y"), shows_picture=False)
    assert post.texts(ann) == ["y"]


async def test_an_edit_goes_without_a_picture_that_is_refused(post: Post) -> None:
    ann = post.telegram.person("Ann")
    place = await sent_text(post, ann)
    refusal = BAD + "not enough rights to send photos to the chat"
    post.telegram.fault("editMessageMedia", code=400, description=refusal)
    edit = Parcel("edit:1", place, "y", photo=picture())
    assert await post.delivery.edit(edit, shows_picture=False)
    assert post.texts(ann) == ["y"]


async def test_an_edit_of_what_is_gone_says_so(post: Post) -> None:
    ann = post.telegram.person("Ann")
    place = await sent_text(post, ann)
    post.telegram.replies(ann)[0].deleted = True
    assert not await post.delivery.edit(Parcel("edit:1", place, "y"), shows_picture=False)


async def test_an_edit_with_bad_markup_is_made_plain(post: Post) -> None:
    ann = post.telegram.person("Ann")
    place = await sent_text(post, ann)
    assert await post.delivery.edit(Parcel("e", place, "<b>y</b> <x>"), shows_picture=False)
    assert post.texts(ann) == ["y <x>"]
