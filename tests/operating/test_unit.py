"""The systemd unit: read line by line, and by systemd where it is at hand; not run."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

UNIT = Path(__file__).parents[2] / "docs" / "operating" / "hedgebot@.service"
ABSENT = "Command /opt/hedgebot/.venv/bin/hedgebot is not executable: No such file or directory"
HARDENED = {
    "CapabilityBoundingSet": "",
    "DynamicUser": "yes",
    "LockPersonality": "yes",
    "NoNewPrivileges": "yes",
    "PrivateDevices": "yes",
    "PrivateTmp": "yes",
    "ProtectClock": "yes",
    "ProtectControlGroups": "yes",
    "ProtectHome": "yes",
    "ProtectKernelLogs": "yes",
    "ProtectKernelModules": "yes",
    "ProtectKernelTunables": "yes",
    "ProtectSystem": "strict",
    "RestrictNamespaces": "yes",
    "RestrictRealtime": "yes",
    "RestrictSUIDSGID": "yes",
    "SystemCallArchitectures": "native",
    "UMask": "0077",
}


@pytest.fixture(scope="module")
def unit() -> dict[str, dict[str, list[str]]]:
    """Section → directive → its values in order."""
    sections: dict[str, dict[str, list[str]]] = {}
    for line in UNIT.read_text().splitlines():
        if not line or line.startswith("#"):
            continue
        if named := re.fullmatch(r"\[(\w+)\]", line):
            current = sections.setdefault(named[1], {})
            continue
        name, separator, value = line.partition("=")
        assert separator, line
        assert re.fullmatch(r"[A-Z][A-Za-z]+", name), line
        current.setdefault(name, []).append(value)
    return sections


def test_its_name_is_the_name_of_the_process(unit: dict[str, dict[str, list[str]]]) -> None:
    assert set(unit) == {"Unit", "Service", "Install"}
    assert "HEDGEBOT_INSTANCE=%i" in unit["Service"]["Environment"]


def test_it_comes_back_and_has_time_to_finish(unit: dict[str, dict[str, list[str]]]) -> None:
    service = unit["Service"]
    assert service["Restart"] == ["always"]
    assert service["TimeoutStopSec"] == ["15"], "more than the ten seconds in which it ends"
    assert service["KillSignal"] == ["SIGTERM"]
    assert unit["Unit"]["StartLimitIntervalSec"] == ["0"]


def test_it_may_do_little(unit: dict[str, dict[str, list[str]]]) -> None:
    service = unit["Service"]
    assert {name: service.get(name) for name in HARDENED} == {
        name: [value] for name, value in HARDENED.items()
    }
    families = set(service["RestrictAddressFamilies"][0].split())
    assert families == {"AF_INET", "AF_INET6", "AF_UNIX"}
    assert service["StateDirectory"] == ["hedgebot"]


def test_the_token_comes_as_a_credential(unit: dict[str, dict[str, list[str]]]) -> None:
    service = unit["Service"]
    assert service["LoadCredential"] == ["token:/etc/hedgebot/token"]
    assert "HEDGEBOT_TOKEN_FILE=%d/token" in service["Environment"]
    assert not re.search(r"\d{6,}:", UNIT.read_text())


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is absent")
def test_systemd_understands_it(tmp_path: Path) -> None:
    unit = tmp_path / UNIT.name
    unit.write_text(UNIT.read_text())
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(unit)],
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    about_us = [line for line in done.stderr.splitlines() if "hedgebot" in line]
    assert [line for line in about_us if ABSENT not in line] == []
