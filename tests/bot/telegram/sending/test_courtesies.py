"""Popups and lookups, which hold nobody up."""

import asyncio
import logging

import pytest

from tests.bot.telegram.sending.way_out import Post


async def test_a_courtesy_that_hangs_holds_nobody_up(post: Post) -> None:
    ann = post.telegram.person("Ann")
    post.telegram.fault("sendChatAction", delay=60)
    place = post.parcel(ann).place
    async with asyncio.timeout(5), post.delivery.at_work(place):
        await post.telegram.until(lambda: post.telegram.calls_of("sendChatAction"))
        await post.delivery.send(post.parcel(ann))
    assert post.texts(ann) == ["x"]


async def test_a_flooded_courtesy_silences_messages_too(post: Post) -> None:
    ann = post.telegram.person("Ann")
    how = {"code": 429, "description": "x", "parameters": {"retry_after": 9}}
    post.telegram.fault("sendChatAction", **how)
    async with post.delivery.at_work(post.parcel(ann).place):
        await post.telegram.wait(lambda call: call.method == "sendChatAction")
        async with asyncio.timeout(5):
            # Nothing rings when the bot has read the answer.
            while not await post.delivery.pacing.silent_for():  # noqa: ASYNC110 - see above
                await asyncio.sleep(0)
    async with post.delivery.at_work(post.parcel(ann).place):
        await asyncio.sleep(0.02)
    assert len(post.telegram.calls_of("sendChatAction")) == 1, "no courtesies while silent"


async def test_popups_and_lookups_that_fail_do_not_matter(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        await post.delivery.popup("nonsense", "x")
        assert not await post.delivery.is_admin(-1, 1)
    assert "a tap was not answered" in caplog.text
    assert "a member could not be looked up" in caplog.text
