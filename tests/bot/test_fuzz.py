"""A part of what ``make fuzz`` does in full."""

from pathlib import Path

import pytest

from tests.soak.fuzz import fuzz


@pytest.mark.parametrize("seed", [1, 2])
async def test_nothing_that_is_typed_breaks_it_or_forges_a_message(
    seed: int, tmp_path: Path
) -> None:
    outcome = await fuzz(commands=600, strings=300, seed=seed, folder=tmp_path)
    assert outcome.broken == []
    assert outcome.unfit == []
    assert outcome.connections == []
    assert outcome.strangers == 0
    assert outcome.asked_for > 0, "some of it was a question"
    assert set(outcome.kinds) == {"answered", "request", "source"}
