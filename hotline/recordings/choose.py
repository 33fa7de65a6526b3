"""Where recordings lie: an S3-compatible store where HOTLINE_S3_URL is set, otherwise a folder of HOTLINE_DATA."""

from __future__ import annotations

from hotline.base.blobs import Blobs
from hotline.base.clock import SystemClock
from hotline.base.config import Settings
from hotline.recordings.folder_blobs import FolderBlobs
from hotline.recordings.s3_blobs import S3Blobs
from hotline.recordings.s3_signature import S3Credentials


def blobs_of(settings: Settings) -> Blobs:
    """The store that the settings name; nothing is opened yet. A store compares with the time of day, also in a drill."""
    if settings.s3_url is None or settings.s3_bucket is None:
        return FolderBlobs(settings.data / "recordings")
    credentials = S3Credentials(settings.s3_key or "", settings.s3_secret or "", settings.s3_region)
    return S3Blobs(settings.s3_url, settings.s3_bucket, credentials, SystemClock())
