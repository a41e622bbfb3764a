"""The matrix of /corr: neighbours belong together, and forces are told from noise."""

import numpy as np

from analytics.charts import MatrixPicture
from tests.handlers.asking import Desk, replied, services

SEVEN = "BTC PAXG LINK BTCDOWN AVAX ADA DOGE"


async def test_the_picture_stands_in_clustered_order() -> None:
    desk = Desk()
    reply = await replied(f"/corr {SEVEN} 90d", services(desk=desk))
    (picture,) = desk.pictures
    assert isinstance(picture, MatrixPicture)
    assert list(picture.labels) == reply.numbers["clustered"]
    assert sorted(picture.labels) == sorted(SEVEN.split())
    assert {"PAXG", "BTCDOWN"} in (set(picture.labels[:2]), set(picture.labels[-2:]))
    pairs = {frozenset((p["a"], p["b"])): p["value"] for p in reply.numbers["pairs"]}
    for row, first in enumerate(picture.labels):
        for column, second in enumerate(picture.labels[:row]):
            assert picture.correlation[row, column] == pairs[frozenset((first, second))]


async def test_from_five_markets_on_forces_are_told_from_noise() -> None:
    reply = await replied(f"/corr {SEVEN} 90d nochart")
    facts = {fact.label: fact.value for group in reply.facts for fact in group}
    assert facts["Above noise"] == "1 force of 7"
    noise = reply.numbers["noise"]
    assert noise["edge"] == (1 + np.sqrt(7 / 2160)) ** 2
    assert facts["Largest"] == f"{noise['absorption']:.0%} of variance".replace("%", " %")


async def test_below_five_nothing_is_said_of_noise() -> None:
    reply = await replied("/corr BTC ETH SOL LTC 90d nochart")
    assert reply.numbers["noise"] is None
    assert "Above noise" not in {fact.label for group in reply.facts for fact in group}
