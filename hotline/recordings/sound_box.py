"""The encryption of recordings: a key for each, itself encrypted by the key of the installation; without it nobody hears the sound again.

Each piece is a box of AES-256-GCM (nonce, ciphertext, tag), whose place (recording, edition, track, number) is authenticated with it: pieces
that change places, or come from another recording, are refused.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hotline.base.keys import Keys

_NONCE = 12


class BrokenBox(Exception):
    """A piece is not what was put there, or stands at another place."""


@dataclass(frozen=True, slots=True)
class SoundKey:
    """The key of one recording."""

    recording: int
    cipher: AESGCM

    def seal(self, edition: int, track: str, seq: int, content: bytes) -> bytes:
        """The box of a piece; different each time."""
        nonce = os.urandom(_NONCE)
        return nonce + self.cipher.encrypt(nonce, content, self._place(edition, track, seq))

    def open(self, edition: int, track: str, seq: int, box: bytes) -> bytes:
        """The sound in a box. Raises BrokenBox."""
        try:
            return self.cipher.decrypt(box[:_NONCE], box[_NONCE:], self._place(edition, track, seq))
        except (InvalidTag, ValueError) as error:
            raise BrokenBox(f"recording {self.recording}, {track} {seq} is not what was recorded") from error

    def _place(self, edition: int, track: str, seq: int) -> bytes:
        return f"recording/{self.recording}/{edition}/{track}/{seq}".encode()


def new_key(keys: Keys) -> bytes:
    """A fresh key, encrypted: what stands in the recording's row."""
    return keys.encrypt(AESGCM.generate_key(256).hex())


def key_of(keys: Keys, recording: int, key_enc: bytes) -> SoundKey:
    """The key of a recording. Raises KeysError where it is not ours."""
    return SoundKey(recording, AESGCM(bytes.fromhex(keys.decrypt(key_enc))))
