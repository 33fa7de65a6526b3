"""Metrics for Prometheus."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

REQUESTS = Histogram(
    "hotline_request_seconds",
    "Requests by route",
    ["method", "route", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
FORGED = Counter("hotline_forged_signatures", "Webhooks refused for a wrong or missing signature")
SWEPT = Counter("hotline_swept", "Rows handled by sweeps", ["sweep"])
SWEEP_ERRORS = Counter("hotline_sweep_errors", "Sweeps that failed", ["sweep"])
LAST_TICK = Gauge("hotline_last_tick_timestamp_seconds", "When this process last ticked")
