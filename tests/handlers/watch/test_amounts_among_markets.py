"""Amounts among markets, of which there is one too many or one too few."""

import pytest

from analytics.errors import RequestError
from handlers.watch import parse


@pytest.mark.parametrize(
    ("asked", "instead"),
    [
        ("BTC 2 ETH SOL corr<0.5", "/watch BTC 2 ETH corr<0.5"),
        ("-2 BTC ETH-PERP SOL corr<0.5", "/watch -2 BTC ETH-PERP corr<0.5"),
        ("BTC ETH BTC corr<0.5", "/watch BTC ETH corr<0.5"),
        ("2 BTC ETH SOL corr<0.5 venue=okx", "/watch 2 BTC ETH corr<0.5 venue=okx"),
    ],
)
def test_the_surplus_market_is_named_wherever_an_amount_stands(asked: str, instead: str) -> None:
    with pytest.raises(RequestError, match=r"`/watch` takes two markets\.") as refused:
        parse(asked)
    assert [c.applied_to(f"/watch {asked}") for c in refused.value.corrections] == [instead]


def test_an_amount_alone_is_given_a_second_market() -> None:
    with pytest.raises(RequestError, match=r"I need a second market\.") as refused:
        parse("2 BTC corr<0.5")
    asked = [c.applied_to("/watch 2 BTC corr<0.5") for c in refused.value.corrections]
    assert asked == ["/watch 2 BTC ETH-PERP corr<0.5", "/watch 2 BTC BTC-PERP corr<0.5"]
