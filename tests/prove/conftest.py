"""What `make prove` needs: the shared data. A missing file is a failure, never a skip."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def given() -> Path:
    """The folder of shared data (SHARED), which must be there."""
    folder = Path(os.environ.get("SHARED", Path(__file__).resolve().parents[3] / "shared"))
    assert (folder / "data").is_dir(), f"there is no shared data in {folder}: make prove SHARED=…"
    return folder
