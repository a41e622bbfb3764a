"""Dashboard and alarms name figures that the bot has; linted, neither Grafana nor Prometheus ran."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import Metric

from bot.health.metrics import Metrics

OPERATING = Path(__file__).parents[2] / "docs" / "operating"
RUNBOOK = OPERATING.with_suffix(".md")
FOREIGN = {"up"}
"""Of Prometheus itself."""
SUFFIXES = {
    "counter": ("_total",),
    "histogram": ("_bucket", "_count", "_sum"),
    "info": ("_info",),
    "gauge": ("",),
}
NAME = re.compile(r"\b(hedgebot_\w+|process_\w+|up)\b")
UNITS = {"bool_yes_no", "bytes", "percentunit", "reqps", "s", "short"}


@pytest.fixture(scope="module")
def known() -> dict[str, Metric]:
    """Every series by the name that a query uses."""
    families = list(Metrics().registry.collect())
    return {f"{family.name}{end}": family for family in families for end in _ends(family)}


def _ends(family: Metric) -> tuple[str, ...]:
    return SUFFIXES[family.type] if not family.name.endswith("_info") else ("",)


@pytest.fixture(scope="module")
def panels() -> list[dict[str, Any]]:
    return list(json.loads((OPERATING / "grafana.json").read_text())["panels"])


@pytest.fixture(scope="module")
def rules() -> list[dict[str, Any]]:
    (group,) = yaml.safe_load((OPERATING / "alarms.yaml").read_text())["groups"]
    return list(group["rules"])


def test_every_panel_says_what_it_shows_and_in_which_unit(panels: list[dict[str, Any]]) -> None:
    titles = [panel["title"] for panel in panels]
    assert len(set(titles)) == len(titles) >= 15
    assert len({panel["id"] for panel in panels}) == len(panels)
    for panel in panels:
        assert panel["fieldConfig"]["defaults"]["unit"] in UNITS
        assert panel["title"]
        assert panel["description"].endswith(".")
        assert panel["targets"]


def test_panels_do_not_lie_on_each_other(panels: list[dict[str, Any]]) -> None:
    taken: set[tuple[int, int]] = set()
    for panel in panels:
        at = panel["gridPos"]
        assert at["x"] + at["w"] <= 24
        cells = {
            (x, y)
            for x in range(at["x"], at["x"] + at["w"])
            for y in range(at["y"], at["y"] + at["h"])
        }
        assert not taken & cells, panel["title"]
        taken |= cells


def test_every_figure_on_the_dashboard_exists(
    panels: list[dict[str, Any]], known: dict[str, Metric]
) -> None:
    queries = [target["expr"] for panel in panels for target in panel["targets"]]
    named = {name for query in queries for name in NAME.findall(query)}
    assert named <= set(known)
    ours = {family.name for name, family in known.items() if name.startswith("hedgebot")}
    shown = {known[name].name for name in named}
    assert ours <= shown, "a figure that nobody sees"


@pytest.mark.parametrize("name", ["grafana.json", "alarms.yaml"])
def test_queries_are_balanced_and_ask_for_known_labels(name: str) -> None:
    labels = {
        *("command", "outcome", "venue", "method", "verdict", "loop", "queue", "kind", "state"),
        *("job", "instance", "version", "le", "severity", "reason"),
    }
    text = (OPERATING / name).read_text().replace('\\"', '"')
    for inside in re.findall(r"(?:by|without) \(([^)]*)\)", text):
        assert {label.strip() for label in inside.split(",")} <= labels
    for inside in re.findall(r"[a-z_]\{([a-z]+=~?\"[^}]*)\}", text):
        assert set(re.findall(r"(\w+)(?:=|!=|=~)\"", inside)) <= labels
    assert text.count("(") == text.count(")")


def test_every_alarm_asks_for_figures_that_exist(
    rules: list[dict[str, Any]], known: dict[str, Metric]
) -> None:
    for rule in rules:
        named = set(NAME.findall(rule["expr"]))
        assert named, rule["alert"]
        assert named <= set(known) | FOREIGN, rule["alert"]
        assert rule["labels"]["severity"] in {"page", "ticket"}
        assert rule["annotations"]["summary"].endswith(".")
        assert re.fullmatch(r"\d+[smh]", rule.get("for", "0s"))


def test_the_runbook_says_what_to_do_for_every_alarm(rules: list[dict[str, Any]]) -> None:
    headings = re.findall(r"^### (Hedgebot\w+)$", RUNBOOK.read_text(), re.MULTILINE)
    assert headings == [rule["alert"] for rule in rules]
