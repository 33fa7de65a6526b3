"""The duty desk's shift: the alarm when nobody is there, the hand-over sheet."""
