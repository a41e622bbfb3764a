"""Every run of full size, one after the other, one line each: ``python -m tests.soak``.

Ends with status 1 if one of them has found what must not be.
"""

import subprocess
import sys

from tests.command_line import command_line

SEEDS = ("1", "2", "3")
SEEDED = (
    ("tests.soak.kill", "--updates", "1000", "--kills", "10"),
    ("tests.soak.alerts", "--alerts", "1000", "--kills", "20"),
    ("tests.soak.poison", "--others", "80"),
    ("tests.soak.machines", "--jobs", "1000", "--kills", "10", "--processes", "3"),
    ("tests.soak.restarts", "--jobs", "500", "--restarts", "3", "--processes", "2"),
    ("tests.soak.troubles", "floods"),
    ("tests.soak.troubles", "lost", "--jobs", "400"),
    ("tests.soak.troubles", "unreachable", "--jobs", "400"),
)
ONCE = (
    ("tests.soak.outage", "--minutes", "10"),
    ("tests.soak.fuzz", "--commands", "100000", "--strings", "10000", "--seed", "1"),
)


def main() -> int:
    """Run all; how many have failed."""
    runs = [(*run, "--seed", seed) for run in SEEDED for seed in SEEDS]
    return sum(_failed(run) for run in (*runs, *ONCE))


def _failed(words: tuple[str, ...]) -> bool:
    done = subprocess.run([sys.executable, "-m", *words], check=False)
    if done.returncode:
        print(f"FAILED: {' '.join(words)}", flush=True)
    return bool(done.returncode)


if __name__ == "__main__":
    command_line(__spec__, __doc__).parse_args()
    sys.exit(min(main(), 1))
