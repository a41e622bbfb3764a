"""Print the bill of materials of what runs, as CycloneDX JSON: the pins, their hashes, licences."""  # noqa: INP001 - a script

import json
import re
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).parents[1]
PIN = re.compile(r"(?P<name>[a-z0-9._-]+)(?:\[[^]]*\])?==(?P<version>[^\s;]+)")


def bill() -> dict[str, Any]:
    """Every distribution that `requirements.txt` pins, beside ourselves."""
    ours = metadata("hedgebot")
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "name": "hedgebot",
                "version": ours["Version"],
                "licenses": [{"license": {"id": "MIT"}}],
            }
        },
        "components": [*components((PROJECT / "requirements.txt").read_text())],
    }


def components(requirements: str) -> Iterator[dict[str, Any]]:
    """The pins of a requirements file with the hashes of their wheels."""
    for line in re.sub(r"\\\n\s*", " ", requirements).splitlines():
        if pin := PIN.match(line):
            yield {
                "type": "library",
                "name": pin["name"],
                "version": pin["version"],
                "purl": f"pkg:pypi/{pin['name']}@{pin['version']}",
                "licenses": [*_licence(pin["name"])],
                # CycloneDX hashes one file; a pin has one a wheel, any of which may be installed.
                "properties": [
                    {"name": "hedgebot:sha256", "value": value}
                    for value in re.findall(r"--hash=sha256:([0-9a-f]{64})", line)
                ],
            }


def _licence(name: str) -> Iterator[dict[str, Any]]:
    """What the installed distribution says of itself; nothing where it is not installed here."""
    try:
        said = metadata(name)
    except PackageNotFoundError:
        return
    classified = [
        value.rpartition(" :: ")[2]
        for value in said.get_all("Classifier", [])
        if value.startswith("License :: OSI Approved")
    ]
    if expression := said.get("License-Expression"):
        yield {"expression": expression}
    else:
        yield from ({"license": {"name": value}} for value in classified)


if __name__ == "__main__":
    json.dump(bill(), sys.stdout, indent=2)
    sys.stdout.write("\n")
