"""The tests: whatever they import, rows are held to what their classes say (hotline/base/db/rows.py)."""

import os

os.environ.setdefault("HOTLINE_CHECK_ROWS", "1")
