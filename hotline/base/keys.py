"""Keys outside the database: encryption of phones and names, their keyed hashes, the record's seal.

All keys are derived from one secret: HOTLINE_SECRET, or a file of mode 0600 made at first start.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12


class KeysError(Exception):
    """The keys are missing or do not belong to this database; the message says what to do."""


@dataclass(frozen=True, slots=True)
class RecordKeys:
    """The keys by which the record is checked; other processes get them as they are."""

    seal: bytes
    digest: bytes

    def words(self, ticket: int, text: str) -> str:
        """A salted digest of a ticket's words: shows later whether they were changed, tells nothing of them."""
        return hmac.digest(self.digest, f"{ticket}\n{text}".encode(), "sha256").hex()[:32]


@dataclass(frozen=True, slots=True)
class Keys:
    """Derived keys. Equal secrets give equal keys on every machine."""

    seal: bytes
    digest: bytes
    code: bytes
    cookie: bytes
    cipher: AESGCM
    fingerprint: str
    place: str

    @property
    def record(self) -> RecordKeys:
        """What checks the record."""
        return RecordKeys(self.seal, self.digest)

    def encrypt(self, text: str) -> bytes:
        """A sealed box: nonce, ciphertext and tag; different each time."""
        nonce = os.urandom(_NONCE)
        return nonce + self.cipher.encrypt(nonce, text.encode(), None)

    def decrypt(self, box: bytes) -> str:
        """The text in a box made by `encrypt`. Raises KeysError where the box is not ours."""
        try:
            return self.cipher.decrypt(box[:_NONCE], box[_NONCE:], None).decode()
        except InvalidTag as error:
            raise KeysError(f"a stored value cannot be read with the keys in {self.place}") from error

    def hash(self, text: str) -> bytes:
        """A keyed hash (32 bytes) to find a phone or compare words without storing them."""
        return hmac.digest(self.digest, text.encode(), "sha256")

    def query_code(self, number: str) -> str:
        """The 4-digit code that goes with a ticket's number (rulebook §8); never stored."""
        value = int.from_bytes(hmac.digest(self.code, number.encode(), "sha256")[:8], "big")
        return f"{value % 10_000:04d}"


def derive(secret: str, place: str) -> Keys:
    """All keys from one secret text."""

    def key(purpose: str) -> bytes:
        return hmac.digest(secret.encode(), f"hotline/{purpose}".encode(), "sha256")

    return Keys(
        seal=key("seal"),
        digest=key("digest"),
        code=key("code"),
        cookie=key("cookie"),
        cipher=AESGCM(key("cipher")),
        fingerprint=hashlib.sha256(key("fingerprint")).hexdigest()[:16],
        place=place,
    )


def key_file(data: Path) -> Path:
    """Where an installation without HOTLINE_SECRET keeps its secret."""
    return data / "keys" / "secret"


def load_keys(secret: str | None, data: Path) -> Keys:
    """The keys of this installation; the key file is made (0600) where there is none."""
    if secret:
        return derive(secret, "HOTLINE_SECRET")
    path = key_file(data)
    return derive(secret_file(path, 48), str(path.resolve()))


def secret_file(path: Path, size: int) -> str:
    """The secret in a file; made (0600, from `size` random bytes) where there is none.

    Two processes that start together agree on one file: the first link wins. It is never seen half-written, and on the
    disk before it is used.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(size))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return path.read_text().strip()
