"""What the doctor says of recordings, and the store that the settings name."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytest_aiohttp.plugin import AiohttpServer

from hotline.base.config import Settings
from hotline.base.db.connection import Conn
from hotline.recordings.check import store_check, transcriber_check
from hotline.recordings.choose import blobs_of
from tests.hotline.recordings.s3_double import BUCKET, KEY, REGION, SECRET, S3Double


def settings_of(data: Path, **more: str) -> Settings:
    return Settings(_env_file=None, HOTLINE_DATA=data, **more)  # type: ignore[call-arg,arg-type]


def s3(url: str, **more: str) -> dict[str, str]:
    given = {"URL": url, "BUCKET": BUCKET, "KEY": KEY, "SECRET": SECRET, "REGION": REGION} | more
    return {f"HOTLINE_S3_{name}": value for name, value in given.items()}


def left(folder: Path) -> list[Path]:
    """The files in a folder."""
    return [path for path in folder.rglob("*") if path.is_file()]


async def test_the_folder_where_nothing_is_set(conn: Conn, tmp_path: Path) -> None:
    fine, said = await store_check(conn, settings_of(tmp_path), datetime.now(UTC))
    assert fine
    assert str(tmp_path) in said
    assert left(tmp_path) == []


async def test_a_folder_that_cannot_be_written(conn: Conn, tmp_path: Path) -> None:
    (tmp_path / "recordings").write_text("in the way")
    assert not (await store_check(conn, settings_of(tmp_path), datetime.now(UTC)))[0]


async def test_the_store_that_the_settings_name(conn: Conn, tmp_path: Path, aiohttp_server: AiohttpServer) -> None:
    """It is asked by the real time of day, whatever the clock of a drill says."""
    double = S3Double(datetime.now(UTC))
    server = await aiohttp_server(double.app())
    named = settings_of(tmp_path, **s3(str(server.make_url("/"))))
    assert blobs_of(named).name == "s3"
    assert (await store_check(conn, named, datetime.now(UTC)))[0]
    assert double.objects == {}
    wrong = settings_of(tmp_path, **s3(str(server.make_url("/")), SECRET="another secret"))
    fine, said = await store_check(conn, wrong, datetime.now(UTC))
    assert not fine
    assert "HOTLINE_S3" in said
    assert "another secret" not in said


@pytest.mark.parametrize("missing", ["HOTLINE_S3_URL", "HOTLINE_S3_BUCKET", "HOTLINE_S3_KEY", "HOTLINE_S3_SECRET"])
def test_its_settings_go_together(tmp_path: Path, missing: str) -> None:
    given = s3("http://127.0.0.1:9000")
    del given[missing]
    with pytest.raises(ValueError, match="go together"):
        settings_of(tmp_path, **given)


async def test_a_transcriber_that_is_not_there(conn: Conn, tmp_path: Path) -> None:
    now = datetime.now(UTC)
    assert (await transcriber_check(conn, settings_of(tmp_path), now))[0]
    named = settings_of(tmp_path, HOTLINE_TRANSCRIBER=f"faster-whisper:{tmp_path}")
    fine, said = await transcriber_check(conn, named, now)
    assert (fine, "model.bin" in said) == (False, True)
    (tmp_path / "model.bin").write_bytes(b"")
    fine, said = await transcriber_check(conn, named, now)
    assert (fine, "pip install" in said) == (False, True)
