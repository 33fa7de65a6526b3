"""Tables as files: read in a process of their own, within bounds, into rows of typed cells; what is no table is refused aloud."""
