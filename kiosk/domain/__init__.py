"""The rules of the trade: plates, people's numbers, renewals, stickers, jobs, readiness.

Pure: it knows the standard library and python-stdnum, no clock, no file, no database.
"""
