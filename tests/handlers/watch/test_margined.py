"""Positions in coin-margined contracts behind an alert: what there is to do with them."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from analytics.errors import RequestError
from bot.store.alerts import SqlAlerts
from bot.store.database import Database
from handlers import Reply
from handlers._watch.grammar import asked_of, rule_of
from handlers._watch.reading import reading
from handlers._watch.states import Fired
from handlers._watch.words import told
from handlers.drift import parse as drift_of
from tests.handlers.asking import answers, asked, replied, services, somebody
from tests.handlers.watch.telling import alert

A_CONTRACT = 0.01
"""More BTC than one contract of 100 dollars is worth."""
OWN, CROSS = "2.5 BTC -1400c BTC-INV", "300 SOL -300c BTC-INV"


async def fired(rule: str) -> Reply:
    seen = await reading(rule_of(rule).measure, services())
    event = Fired(seen, seen.as_of - timedelta(hours=1), None)
    return await told(event, alert(rule), services())


def facts(reply: Reply) -> dict[str, str]:
    return {fact.label: fact.value for group in reply.facts for fact in group}


def number(numbers: Any, name: str) -> Any:
    assert isinstance(numbers[name], dict)
    return numbers[name]


def amount(numbers: Any, name: str) -> float:
    return float(numbers[name])


def contracts(words: str) -> float:
    return float(words.partition("c")[0].replace(",", "").replace("−", "-"))


@pytest.mark.parametrize("condition", ["break", "corr<0.6", "he<60%", "beta<0.5", "drift>1%"])
async def test_the_new_target_in_a_contract_on_the_held_coin_is_that_of_drift(
    condition: str,
) -> None:
    said, drift = await fired(f"{OWN} {condition}"), await replied(f"/drift {OWN} 30d nochart")
    assert contracts(facts(said)["Your hedge"]) == -1400
    assert contracts(facts(said)["New target"]) == drift.numbers["target_contracts"]


async def test_a_target_that_neutralises_the_held_coin_has_no_interval_to_show() -> None:
    said = await fired(f"{OWN} break")
    [target] = [fact for group in said.facts for fact in group if fact.label == "New target"]
    assert target.below == ()
    assert said.numbers["target_coins_interval"] is None


@pytest.mark.parametrize("rule", ["40 ETH -2.4 BTC-PERP", "-40 ETH 2.4 BTC-PERP"])
@pytest.mark.parametrize("condition", ["break", "he<60%", "drift>1%"])
async def test_the_new_target_has_the_interval_that_drift_gives_its_ratio(
    rule: str, condition: str
) -> None:
    said = await fired(f"{rule} {condition}")
    drift = (await replied(f"/drift {rule} 30d nochart")).numbers
    ratio, coins = number(drift, "hedge_ratio"), number(said.numbers, "target_coins_interval")
    for_one = amount(drift, "hedge_coins") / amount(drift, "ratio")
    assert sorted([coins["low"], coins["high"]]) == pytest.approx(
        sorted([for_one * ratio["low"], for_one * ratio["high"]])
    )
    assert coins["low"] < amount(said.numbers, "target_coins") < coins["high"]


@pytest.mark.parametrize("margin", ["lev=3", "coll=0.5BTC"])
async def test_its_ends_are_the_targets_at_the_ends_of_the_ratio(margin: str) -> None:
    seen = await reading(rule_of(f"{CROSS} break {margin}").measure, services())
    said = await fired(f"{CROSS} break {margin}")
    assert seen.hedge is not None
    whole = number(said.numbers, "target_coins_interval")
    for end in (seen.hedge.ratio.interval.low, seen.hedge.ratio.interval.high):
        hedge = replace(seen.hedge, ratio=replace(seen.hedge.ratio, value=end))
        event = Fired(replace(seen, hedge=hedge), seen.as_of, None)
        one = await told(event, alert(f"{CROSS} break {margin}"), services())
        size = amount(one.numbers, "target_coins")
        assert min(abs(size - whole[name]) for name in ("low", "high")) < A_CONTRACT


async def test_what_a_hedge_removes_has_the_interval_of_the_squared_correlation() -> None:
    said = await fired("40 ETH -2.4 BTC-PERP he<60%")
    removes = number(said.numbers, "removes")
    seen = await reading(rule_of("40 ETH -2.4 BTC-PERP he<60%").measure, services())
    assert removes["value"] == pytest.approx(seen.value)
    assert seen.interval is not None
    assert (removes["low"], removes["high"]) == pytest.approx(
        (seen.interval.low, seen.interval.high)
    )
    assert removes["low"] < removes["value"] < removes["high"]


@pytest.mark.parametrize("margin", ["lev=3", "coll=0.5BTC", "coll=$40k"])
@pytest.mark.parametrize("condition", ["break", "he<60%", "drift>1%"])
async def test_the_new_target_in_another_coins_contract_counts_the_margin(
    condition: str, margin: str
) -> None:
    said = await fired(f"{CROSS} {condition} {margin}")
    drift = await replied(f"/drift {CROSS} 30d nochart {margin}")
    assert contracts(facts(said)["New target"]) == drift.numbers["target_contracts"]
    assert "Removes now" in facts(said)


async def test_without_a_margin_it_says_why_there_is_no_target() -> None:
    said = await fired(f"{CROSS} break")
    assert "New target" not in facts(said)
    assert "Removes now" in facts(said)
    assert any("lev=3" in note for note in said.notes)
    assert any("lev=3" in note for note in asked_of(f"{CROSS} break").notes)


@pytest.mark.parametrize("rule", [f"{CROSS} break", f"{CROSS} break lev=5", f"{OWN} he<60%"])
async def test_its_button_size_has_an_answer(rule: str) -> None:
    buttons = {one.label: one.question for row in (await fired(rule)).buttons for one in row}
    assert not (await asked(buttons["Size"])).is_error
    margin = asked_of(rule).rule.measure.leverage or (3.0 if "SOL" in rule else None)
    assert drift_of(buttons["Size"].removeprefix("/drift ")).leverage == margin


async def test_a_drift_that_needs_a_margin_is_set_by_one_tap(database: Database) -> None:
    alerts = SqlAlerts(database)
    desk = answers(replace(services(), alerts=alerts))
    refusal = await desk.answer(f"/watch {CROSS} drift>10%", asker=somebody(1))
    assert refusal.is_error
    (tap,) = [b for row in refusal.reply.buttons for b in row if "lev=3" in b.label]
    assert not (await desk.answer(tap.question, asker=somebody(1))).is_error
    (kept,) = await alerts.of_chat(1)
    assert str(kept.rule) == f"{CROSS} drift>10% 30d lev=3"


@pytest.mark.parametrize("margin", ["lev=3", "coll=0.5BTC", "coll=$500"])
def test_a_margin_belongs_to_what_is_looked_at(margin: str) -> None:
    rule = rule_of(f"{CROSS} drift>10% 30d {margin}")
    assert rule_of(str(rule)) == rule
    assert str(rule.measure).endswith(margin)
    assert rule.measure != rule_of(f"{CROSS} drift>10% 30d").measure


def test_a_margin_in_a_coin_that_the_contract_does_not_take_is_refused() -> None:
    with pytest.raises(RequestError, match="takes its margin in BTC"):
        asked_of(f"{CROSS} break coll=5ETH")


def test_a_margin_without_a_position_is_said_to_be_of_no_use() -> None:
    found = asked_of("SOL BTC-INV break lev=3")
    assert found.rule == rule_of("SOL BTC-INV break")
    assert any("belong to a position" in note for note in found.notes)
