"""Voices of a test: noise that is known beforehand, spoken into a browser's microphone and looked for at the other end.

Each voice is a seed; its sound is ten seconds of noise within the band of speech, repeated. Two voices have nothing in common, so that
`likeness` says of what was heard whose it is, and whether anybody else is in it.
"""

from __future__ import annotations

import base64
import wave
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from playwright.async_api import Page

RATE = 48_000
SECONDS = 10
Samples = NDArray[np.float32]

#: Before any script of a page: the microphone without what browsers do to speech (this is none), and the streams that come.
HEAR = """(() => {
  const own = navigator.mediaDevices?.getUserMedia.bind(navigator.mediaDevices);
  if (own) navigator.mediaDevices.getUserMedia = async () => {
    const plain = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
    return (globalThis.spoken = await own({ audio: plain }));
  };
  globalThis.links = [];
  const Own = globalThis.RTCPeerConnection;
  if (Own) globalThis.RTCPeerConnection = class extends Own {
    constructor(...more) { super(...more); globalThis.links.push(this); }
  };
  globalThis.listenTo = async (track, seconds) => {
    const context = new AudioContext({ sampleRate: 48000 });
    await context.resume();
    const source = context.createMediaStreamSource(new MediaStream([track]));
    const taps = context.createScriptProcessor(4096, 1, 1), parts = [];
    let began = 0;
    source.connect(taps).connect(context.destination);
    await new Promise((done) => {
      taps.onaudioprocess = ({ inputBuffer }) => {
        began ||= performance.timeOrigin + performance.now();
        parts.push(inputBuffer.getChannelData(0).slice());
        if (parts.length * 4096 >= seconds * 48000) done();
      };
    });
    taps.disconnect();
    await context.close();
    const whole = new Float32Array(parts.length * 4096);
    parts.forEach((part, at) => whole.set(part, at * 4096));
    const bytes = new Uint8Array(whole.buffer);
    let text = "";
    for (let at = 0; at < bytes.length; at += 32768) text += String.fromCharCode(...bytes.subarray(at, at + 32768));
    return { began, sound: btoa(text) };
  };
})()"""

_HEARD = """async ([which, seconds]) => {
  const live = links.filter((link) => link.connectionState === "connected");
  const track = which < 0 ? spoken.getAudioTracks()[0] : live[which]?.getReceivers()[0]?.track;
  return track ? await listenTo(track, seconds) : null;
}"""
_LOST = """async () => {
  let lost = 0, came = 0;
  for (const link of links) for (const one of (await link.getStats()).values()) {
    if (one.type === "inbound-rtp") { lost += one.packetsLost; came += one.packetsReceived; }
  }
  return [lost, came];
}"""


@dataclass(frozen=True, slots=True)
class Heard:
    """What came at one place. `began`: when its first sample was there, in seconds."""

    samples: Samples
    began: float

    @property
    def loudness(self) -> float:
        """Root of the mean square, 0 to 1."""
        return float(np.sqrt(np.mean(self.samples**2))) if self.samples.size else 0.0


def noise(seed: int) -> Samples:
    """Ten seconds of a voice."""
    size = RATE * SECONDS
    spectrum = np.fft.rfft(np.random.default_rng(seed).normal(size=size))
    frequencies = np.fft.rfftfreq(size, 1 / RATE)
    spectrum[(frequencies < 300) | (frequencies > 3_000)] = 0
    plain = np.fft.irfft(spectrum, size)
    return (0.5 * plain / np.abs(plain).max()).astype(np.float32)


def write(seed: int, path: Path) -> Path:
    """A voice as the file from which Chromium's false microphone plays."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((noise(seed) * 32_767).astype("<i2").tobytes())
    return path


def likeness(heard: Samples, seed: int, length: float = 0.4) -> tuple[float, int]:
    """How much of this voice is in what was heard (0 to 1, of the best part, `length` seconds long), and where in the voice its first sample lies."""
    reference, step = noise(seed), int(length * RATE)
    size = 1 << int(np.ceil(np.log2(2 * reference.size)))
    whole = np.fft.rfft(np.concatenate([reference, reference[:step]]), size)
    best, at = 0.0, 0
    for begin in range(0, max(heard.size - step, 1), step):
        part = heard[begin : begin + step]
        if part.size < step or float(np.std(part)) < 1e-5:
            continue
        found = np.fft.irfft(whole * np.conj(np.fft.rfft(part, size)), size)[: reference.size]
        place = int(found.argmax())
        twin = np.concatenate([reference, reference[:step]])[place : place + step]
        like = float(np.corrcoef(part, twin)[0, 1])
        if like > best:
            best, at = like, (place - begin) % reference.size
    return best, at


def delay(spoken: Heard, heard: Heard, seed: int) -> float:
    """Seconds between a sound at the microphone and the same sound at the other end."""
    (_, first), (_, second) = likeness(spoken.samples, seed), likeness(heard.samples, seed)
    behind = ((heard.began - second / RATE) - (spoken.began - first / RATE)) % SECONDS
    return behind if behind < SECONDS / 2 else behind - SECONDS


async def listen(page: Page, seconds: float = 1.0, which: int = 0) -> Heard:
    """What a page hears from one of those with whom it is connected; `which` -1: what is spoken into its microphone."""
    found: dict[str, Any] | None = await page.evaluate(_HEARD, [which, seconds])
    if found is None:
        return Heard(np.zeros(0, np.float32), 0.0)
    samples = np.frombuffer(base64.b64decode(found["sound"]), np.float32)
    return Heard(samples, found["began"] / 1000 - 4096 / RATE)


async def lost(page: Page) -> tuple[int, int]:
    """Packets that were lost on the way to a page, and those that came."""
    gone, came = await page.evaluate(_LOST)
    return int(gone), int(came)
