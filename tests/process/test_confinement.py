"""As uid 10001 on a read-only root: it writes to its folder and to /tmp, and needs no more."""

import os
import subprocess
import sys

import pytest

from tests.emulators.telegram.emulator import TelegramEmulator
from tests.process.running import PROJECT

CONFINED = """
set -e
mount --make-rprivate /
mount -o remount,bind,ro /
mount -t tmpfs -o mode=1777 none /tmp
cd /tmp
become="setpriv --reuid=10001 --regid=10001 --clear-groups --no-new-privs --inh-caps=-all"
if $become touch /etc/hedgebot-was-here {project}/hedgebot-was-here 2>/dev/null; then exit 70; fi
$become {python} -m bot ask "/corr BTC ETH-PERP 30d" --chart /tmp/x.png
$become {python} -m bot check || true
test -s /tmp/x.png && test -s /tmp/a.sqlite
"""


@pytest.mark.slow
def test_a_read_only_root_and_no_rights_are_enough() -> None:
    able = "mount --make-rprivate / && setpriv --reuid=10001 --clear-groups {} -c 'import bot'"
    tried = subprocess.run(
        ["unshare", "-m", "sh", "-c", able.format(sys.executable)],
        cwd=PROJECT,
        capture_output=True,
        check=False,
    )
    if tried.returncode:
        pytest.skip("this user may not make a mount namespace, or uid 10001 cannot read the code")
    done = subprocess.run(
        ["unshare", "-m", "sh", "-c", CONFINED.format(project=PROJECT, python=sys.executable)],
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(PROJECT),
            "PYTHONDONTWRITEBYTECODE": "1",
            "HOME": "/tmp",
            "HEDGEBOT_PRICES": "simulated",
            "HEDGEBOT_TOKEN": TelegramEmulator().token,
            "HEDGEBOT_TELEGRAM_URL": "http://127.0.0.1:9",
            "HEDGEBOT_DATABASE_URL": "sqlite:////tmp/a.sqlite",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Chart: /tmp/x.png" in done.stdout
    assert "Database: sqlite answers, schema is current" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
