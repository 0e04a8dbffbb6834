"""The kiosk's memory: SQLAlchemy Core tables, queries a noun a file, invariants, migrations.

It knows SQLite and `domain`; it decides nothing. Every function takes an open connection, so that a
use case is one transaction. No row of a job, an issue or the log is ever deleted.
"""
