"""compose.yaml, read by the rules of the Compose specification; linted, not run."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.settings import Settings

PROJECT = Path(__file__).parents[2]
TOP = {"name", "services", "networks", "volumes", "secrets"}
SERVICE = {
    *("build", "cap_add", "cap_drop", "command", "depends_on", "environment", "healthcheck"),
    *("image", "logging", "mem_limit", "networks", "pids_limit", "ports", "read_only", "restart"),
    *("secrets", "security_opt", "shm_size", "stop_grace_period", "tmpfs", "volumes"),
}
HEALTHCHECK = {"test", "interval", "timeout", "retries", "start_period"}
DURATION = re.compile(r"(\d+(us|ms|s|m|h))+")
BOTS = ("bot-1", "bot-2")


class StrictLoader(yaml.SafeLoader):
    """YAML in which a key that stands twice is a mistake."""

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        keys = [key.value for key, _ in node.value if key.value != "<<"]
        assert len(keys) == len(set(keys)), f"a key stands twice among {keys}"
        return super().construct_mapping(node, deep)


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return yaml.load((PROJECT / "compose.yaml").read_text(), StrictLoader)


def test_only_keys_of_the_specification_stand_in_it(compose: dict[str, Any]) -> None:
    assert {key for key in compose if not key.startswith("x-")} == TOP
    for name, service in compose["services"].items():
        assert re.fullmatch(r"[a-z0-9_-]+", name)
        assert set(service) <= SERVICE, name
        assert set(service["healthcheck"]) <= HEALTHCHECK


def test_whatever_is_named_is_declared(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        assert set(service["networks"]) <= set(compose["networks"])
        assert set(service["secrets"]) <= set(compose["secrets"])
        assert set(service.get("depends_on", {})) <= set(compose["services"])
        mounted = {volume.split(":")[0] for volume in service["volumes"]}
        assert mounted <= set(compose["volumes"])
    for kind in ("networks", "secrets"):
        used = {name for service in compose["services"].values() for name in service[kind]}
        assert used == set(compose[kind])


def test_every_service_is_confined(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert any(place.startswith("/tmp:") for place in service["tmpfs"])
        assert "privileged" not in service
        assert service["restart"] == "unless-stopped"
        assert DURATION.fullmatch(service["stop_grace_period"])
        for key in ("interval", "timeout", "start_period"):
            assert DURATION.fullmatch(service["healthcheck"][key])
        assert not service["image"].endswith(":latest")
        assert ":" in service["image"]


def test_two_processes_share_one_database_under_names_of_their_own(compose: dict[str, Any]) -> None:
    bots = [compose["services"][name] for name in BOTS]
    assert [bot["environment"]["HEDGEBOT_INSTANCE"] for bot in bots] == list(BOTS)
    assert len({bot["environment"]["HEDGEBOT_DATABASE_URL"] for bot in bots}) == 1
    for bot in bots:
        assert bot["depends_on"] == {"database": {"condition": "service_healthy"}}
        assert bot["networks"] == ["inside", "outside"]
        assert "cap_add" not in bot
    assert compose["services"]["database"]["networks"] == ["inside"]
    assert compose["networks"]["inside"] == {"internal": True}


def test_only_this_machine_reaches_the_ports(compose: dict[str, Any]) -> None:
    ports = [port for name in BOTS for port in compose["services"][name]["ports"]]
    assert all(re.fullmatch(r"127\.0\.0\.1:\d+:8080", port) for port in ports)
    assert len(set(ports)) == 2
    assert "ports" not in compose["services"]["database"]
    scraped = yaml.safe_load((PROJECT / "docs/operating/prometheus.yaml").read_text())
    (targets,) = scraped["scrape_configs"][0]["static_configs"]
    assert targets["targets"] == [port.removesuffix(":8080") for port in ports]


def test_secrets_come_by_file_and_never_by_the_environment(compose: dict[str, Any]) -> None:
    for secret in compose["secrets"].values():
        assert secret["file"].startswith("./secrets/")
    for service in compose["services"].values():
        for name, value in service["environment"].items():
            if re.search("TOKEN|PASSWORD|SECRET", name):
                assert name.endswith("_FILE")
                assert value == f"/run/secrets/{value.rpartition('/')[2]}"
                assert value.rpartition("/")[2] in service["secrets"]
    assert "secrets/" in (PROJECT / ".gitignore").read_text()


def test_every_setting_of_the_bots_is_one(
    compose: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in BOTS:
        for variable, value in compose["services"][name]["environment"].items():
            monkeypatch.setenv(variable, value)
            assert variable.removeprefix("HEDGEBOT_").lower() in Settings.model_fields
        settings = Settings(_env_file=None)
        assert settings.address == ("0.0.0.0", 8080)
