"""The Dockerfile and what goes into it, read by the rules that hadolint has.

No container engine is needed here, so these files are linted, not run.
"""

import re
import tomllib
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
INSTRUCTIONS = {
    *("ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL"),
    *("RUN", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR"),
}


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile's instructions with their continued lines joined."""
    text = (PROJECT / "Dockerfile").read_text()
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    found = [line.split(None, 1) for line in joined.splitlines() if line.strip()]
    return [(word, rest) for word, rest in found]


def arguments(word: str) -> list[str]:
    return [rest for name, rest in instructions() if name == word]


def test_only_known_instructions_stand_in_it_and_add_is_none_of_them() -> None:
    assert {word for word, _ in instructions()} <= INSTRUCTIONS


def test_every_base_image_has_a_version() -> None:
    stages = [image.split()[0] for image in arguments("FROM")]
    assert len(stages) == 2
    for image in stages:
        name, _, tag = image.partition(":")
        assert name == "python"
        assert re.match(r"3\.\d+-slim-\w+", tag), "not latest, and not without a release's name"


def test_the_process_is_nobody_in_particular() -> None:
    last_stage = instructions()[[i for i, (w, _) in enumerate(instructions()) if w == "FROM"][-1] :]
    users = [rest for word, rest in last_stage if word == "USER"]
    assert users == ["10001:10001"], "numeric: a cluster can check that it is not root"
    words = [word for word, _ in last_stage]
    assert words.index("USER") < words.index("ENTRYPOINT")
    assert not {"RUN", "COPY"} & set(words[words.index("USER") :]), "nothing is built as the user"


def test_every_dependency_is_checked_against_its_hash() -> None:
    installs = [run for run in arguments("RUN") if "pip install" in run]
    assert len(installs) == 2
    pins, ours = installs
    assert "--require-hashes" in pins
    assert "--no-deps --no-build-isolation" in ours


def test_what_changes_seldom_is_copied_first() -> None:
    order = [rest.split()[0] for word, rest in instructions() if word == "COPY"]
    assert order[0] == "requirements.txt"
    code = [order.index(name) for name in ("analytics", "handlers", "bot")]
    assert max(order.index(name) for name in ("requirements.txt", "pyproject.toml")) < min(code)


def test_nothing_is_fetched_and_run_and_nobody_becomes_root() -> None:
    for run in arguments("RUN"):
        assert not re.search(r"curl|wget|\|\s*(ba)?sh\b|sudo|apt-get upgrade|chmod 777", run), run
    text = (PROJECT / "Dockerfile").read_text()
    assert not re.search(r"TOKEN|PASSWORD|SECRET", text), "no secret, not even as an argument"


def test_it_is_asked_for_its_health_without_a_shell_or_curl() -> None:
    (check,) = arguments("HEALTHCHECK")
    assert 'CMD ["python", "-c"' in check
    assert "/healthz" in check
    (listen,) = re.findall(
        r"HEDGEBOT_LISTEN=0\.0\.0\.0:(\d+)", (PROJECT / "Dockerfile").read_text()
    )
    assert f"127.0.0.1:{listen}/healthz" in check
    assert arguments("EXPOSE") == [listen]


def test_commands_are_lists_so_that_signals_arrive() -> None:
    assert arguments("ENTRYPOINT") == ['["hedgebot"]']
    assert arguments("CMD") == ['["run"]']


def test_all_that_the_build_needs_is_let_in_and_nothing_else() -> None:
    rules = [
        line
        for line in (PROJECT / ".dockerignore").read_text().splitlines()
        if line and not line.startswith("#")
    ]
    assert rules[0] == "*"
    let_in = {rule[1:].rstrip("/") for rule in rules if rule.startswith("!")}
    wanted = {
        name.removeprefix("./").rstrip("/")
        for copy in arguments("COPY")
        if not copy.startswith("--from")
        for name in copy.split()[:-1]
    }
    assert let_in == wanted
    for name in wanted:
        assert (PROJECT / name).exists(), name
    packages = tomllib.loads((PROJECT / "pyproject.toml").read_text())["tool"]["hatch"]
    assert set(packages["build"]["targets"]["wheel"]["packages"]) <= let_in
    assert not {".env", "secrets", "tests", "hedgebot.sqlite"} & let_in


@pytest.mark.parametrize(
    "name", ["requirements.txt", "requirements-build.txt", "requirements-dev.txt"]
)
def test_every_pin_is_exact_and_has_its_hashes(name: str) -> None:
    text = (PROJECT / name).read_text()
    pins = [pin for pin in re.sub(r"\\\n\s*", " ", text).splitlines() if pin and pin[0] != "#"]
    assert pins
    for pin in pins:
        assert re.match(r"[a-z0-9._-]+(\[[a-z,_-]+\])?==\S+ .*--hash=sha256:[0-9a-f]{64}", pin), pin
    assert "://" not in text, "no package index is named"
