"""Known outages: posted by departments, played to callers, attached to tickets."""
