"""Working time: the office's calendar, its edits, and due times counted again when it changes."""
