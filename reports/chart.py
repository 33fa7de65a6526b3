"""Charts as plain SVG: no script, no inline style (the strict CSP); shapes and numbers before colour. Pure.

Every text is escaped; classes are styled by `reports.css`.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

W, H = 640, 180
_TOP, _BASE, _LEFT, _RIGHT = 22, 150, 8, 632


def bars(title: str, values: Sequence[tuple[str, int]]) -> str:
    """A column for each value with its number above and its name below; the last one stands out."""
    most = max((n for _, n in values), default=0) or 1
    step = (_RIGHT - _LEFT) / max(1, len(values))
    parts = []
    for place, (name, n) in enumerate(values):
        tall = (_BASE - _TOP) * n / most
        x, width = _LEFT + place * step + step * 0.15, step * 0.7
        mark = "column last" if place == len(values) - 1 else "column"
        parts.append(
            f'<rect class="{mark}" x="{x:.1f}" y="{_BASE - tall:.1f}" width="{width:.1f}" height="{tall:.1f}"/>'
        )
        parts.append(_text(x + width / 2, _BASE - tall - 5, str(n)))
        parts.append(_text(x + width / 2, _BASE + 16, name))
    return _svg(title, parts)


def lines(title: str, names: Sequence[str], series: Sequence[tuple[str, Sequence[float | None]]]) -> str:
    """Rates (0–1) over months, a line each with its name at its end; a month without one leaves a gap."""
    step = (_RIGHT - _LEFT - 170) / max(1, len(names) - 1)
    parts = [f'<line class="axis" x1="{_LEFT}" y1="{_BASE}" x2="{_RIGHT - 160}" y2="{_BASE}"/>']
    parts += [_text(_LEFT + 12 + place * step, _BASE + 16, name) for place, name in enumerate(names)]
    shown = [v for _, values in series for v in values if v is not None]
    low = min(0.9, min(shown, default=0.0) // 0.1 / 10) if shown else 0.0
    ends: list[float] = []
    for which, (name, values) in enumerate(series):
        points = [
            (_LEFT + 12 + place * step, _BASE - (_BASE - _TOP) * (v - low) / (1 - low)) if v is not None else None
            for place, v in enumerate(values)
        ]
        parts += _path(points, f"line line{which}")
        last = next((p for p in reversed(points) if p is not None), None)
        value = next((v for v in reversed(values) if v is not None), None)
        if last is not None and value is not None:
            y = last[1] + 4
            while any(abs(y - other) < 14 for other in ends):
                y += 14
            ends.append(y)
            parts.append(_text(_RIGHT - 146, y, f"{name} {100 * value:.1f}%", "name"))
    return _svg(title, parts)


def _path(points: Sequence[tuple[float, float] | None], css: str) -> list[str]:
    parts, run = [], []
    for point in [*points, None]:
        if point is not None:
            run.append(f"{point[0]:.1f},{point[1]:.1f}")
            parts.append(f'<circle class="{css}" cx="{point[0]:.1f}" cy="{point[1]:.1f}" r="3"/>')
        elif run:
            parts.append(f'<polyline class="{css}" fill="none" points="{" ".join(run)}"/>')
            run = []
    return parts


def _text(x: float, y: float, text: str, css: str = "") -> str:
    kind = f' class="{css}"' if css else ' text-anchor="middle"'
    return f'<text x="{x:.1f}" y="{y:.1f}"{kind}>{escape(text)}</text>'


def _svg(title: str, parts: Sequence[str]) -> str:
    return (
        f'<svg class="chart" viewBox="0 0 {W} {H}" role="img" aria-label="{escape(title)}"><title>{escape(title)}</title>'
        f"{''.join(parts)}</svg>"
    )
