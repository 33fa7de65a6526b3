"""/department: the pages of a department, built for a phone at night."""
