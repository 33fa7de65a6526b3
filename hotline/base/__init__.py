"""What every package builds on: clock, settings, keys, database, record, jobs, HTTP. It imports no other package of the
program.
"""
