"""Where no option is known, an unknown one is refused all the same."""

import pytest

from analytics.errors import RequestError
from handlers.book import parse


def test_a_position_with_an_option_is_refused_in_words() -> None:
    with pytest.raises(RequestError, match=r"^I don't know `foo=1`\.$") as refused:
        parse("add main 40 ETH foo=1")
    assert refused.value.corrections
