"""The ground floor: clock, settings, keys, database, record, jobs, web. Imports nothing of ours."""
