"""Whom the process speaks to: the hosts that its settings name, and nobody else."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.emulators.telegram.emulator import TelegramEmulator
from tests.emulators.venues.emulator import VenueEmulator
from tests.process.running import PROJECT, Hedgebot, live_settings

GUARD = """
import json, sys

def note(event, values):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto"):
        where = values[1] if event != "socket.getaddrinfo" else values[:2]
        if isinstance(where, tuple):
            with open({log!r}, "a") as file:
                file.write(json.dumps([str(where[0]), where[1]]) + "\\n")

sys.addaudithook(note)
"""
INSIDE = "HEDGEBOT_TEST_HAS_NO_NETWORK"


async def test_only_hosts_of_the_settings_are_spoken_to(
    hedgebot: Hedgebot, telegram: TelegramEmulator, tmp_path: Path
) -> None:
    spoken = tmp_path / "spoken"
    guard = tmp_path / "guard"
    guard.mkdir()
    (guard / "sitecustomize.py").write_text(GUARD.format(log=str(spoken)))
    async with VenueEmulator(size=12) as venues:
        hedgebot.settings |= live_settings(venues, "kraken", "okx")
        hedgebot.settings["PYTHONPATH"] = f"{guard}{os.pathsep}{PROJECT}"
        await hedgebot.serve()
        for question in ("/corr BTC ETH 7d", "/hedge 1 BTC ETH 7d", "/help"):
            await hedgebot.reply(telegram.person("Ann").says(question))
        await hedgebot.stop()
        known = {urlsplit(telegram.url).port, urlsplit(venues.url).port}
    addresses = {tuple(json.loads(line)) for line in spoken.read_text().splitlines()}
    assert {int(port) for _, port in addresses} == known, "both were spoken to, and nobody else"
    assert {host for host, _ in addresses} <= {"127.0.0.1", "localhost"}


@pytest.mark.slow
@pytest.mark.skipif(INSIDE in os.environ, reason="this is the run inside")
def test_it_works_where_there_is_no_network_but_the_loopback(tmp_path: Path) -> None:
    # A folder of its own: in the common one pytest would shut out the PostgreSQL that runs there.
    pytest_here = f"{sys.executable} -m pytest -q -p no:cacheprovider --basetemp={tmp_path / 'in'}"
    inside = f"ip link set lo up && exec {pytest_here} {__file__}"
    tried = subprocess.run(["unshare", "-n", "true"], capture_output=True, check=False)
    if tried.returncode or not shutil.which("ip"):
        pytest.skip("this user may not make a network namespace, or there is no ip to set one up")
    done = subprocess.run(
        ["unshare", "-n", "sh", "-c", inside],
        cwd=PROJECT,
        env=os.environ | {INSIDE: "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:]
    assert "1 passed" in done.stdout
