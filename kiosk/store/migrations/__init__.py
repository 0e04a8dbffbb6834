"""Steps from one shape of the tables to the next, run by Alembic; `kiosk.store.schema` starts them.

Each step is written out and never changed once released. It knows SQLAlchemy and nothing of ours,
because `tables` goes on changing. Triggers are not its business: all are dropped before and
installed anew after.
"""
