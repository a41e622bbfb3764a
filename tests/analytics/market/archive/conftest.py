"""An empty folder of an archive."""

from pathlib import Path

import pytest

from tests.analytics.market.archive.folder import Folder


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)
