"""What we install and what we wrote: pinned, listed, and without the known ways to be broken into."""

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[2]
PACKAGES = ("analytics", "bot", "handlers")
RUNS_WHAT_IT_READS = {"dill", "joblib", "marshal", "pickle", "shelve"}
BETWEEN_OUR_PROCESSES = Path("bot/computing/wire.py")
"""Pickles what goes over a pair of sockets to our own workers, and nothing that is stored."""


def test_bandit_finds_nothing_medium_or_high() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bandit", "--quiet", "-ll", "-f", "json", "-r", *PACKAGES],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    found = json.loads(done.stdout)
    assert found["results"] == []
    assert found["errors"] == []
    assert found["metrics"]["_totals"]["loc"] > 10_000, "it did read us"


def test_nothing_that_runs_what_it_reads_is_imported() -> None:
    for package in PACKAGES:
        for file in (PROJECT / package).rglob("*.py"):
            if file.relative_to(PROJECT) == BETWEEN_OUR_PROCESSES:
                continue
            for node in ast.walk(ast.parse(file.read_text())):
                names = (
                    {alias.name for alias in node.names} if isinstance(node, ast.Import) else set()
                )
                if isinstance(node, ast.ImportFrom):
                    names = {node.module or ""}
                used = {name.partition(".")[0] for name in names}
                assert not used & RUNS_WHAT_IT_READS, file
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                    assert node.func.id not in {"eval", "exec"}, file
                if isinstance(node, ast.Attribute):
                    assert node.attr not in {"read_pickle", "to_pickle", "PickleType"}, file
                    assert not (node.attr == "load" and _allows_pickle(file)), file


def _allows_pickle(file: Path) -> bool:
    return "allow_pickle=True" in file.read_text()


def test_what_pickles_knows_neither_files_nor_the_database() -> None:
    tree = ast.parse((PROJECT / BETWEEN_OUR_PROCESSES).read_text())
    imported = {
        name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
        )
    }
    assert imported == {
        *("pickle", "socket", "struct"),
        *("collections.abc", "dataclasses", "enum", "typing"),
    }
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert not used & {"open", "Path"}
    for file in (PROJECT / "bot").rglob("*.py"):
        text = file.read_text()
        if "computing.wire import" in text:
            assert file.parent.name == "computing", f"{file} reads what was pickled"


def test_the_bill_of_materials_lists_every_pin_with_its_hashes() -> None:
    done = subprocess.run(
        [sys.executable, ".ci/sbom.py"], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    bill = json.loads(done.stdout)
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.5")
    pins = re.findall(
        r"^([a-z0-9._-]+)(?:\[.*?\])?==(\S+)",
        (PROJECT / "requirements.txt").read_text(),
        re.MULTILINE,
    )
    assert [(part["name"], part["version"]) for part in bill["components"]] == pins
    assert len(pins) > 20
    for part in bill["components"]:
        assert part["purl"] == f"pkg:pypi/{part['name']}@{part['version']}"
        assert part["properties"]
    licensed = [part for part in bill["components"] if part["licenses"]]
    assert len(licensed) > 0.8 * len(pins)
