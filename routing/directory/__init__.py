"""The directory: departments, their names and duties, and the responsibility catalogue (派单目录), kept by hand or from tables."""
