"""The technician's desk: the machine's inside, for staff who signed in with badge and PIN.

It knows one use case object (`Workshop`) and the parts of `kiosk.ui`; it reaches no device. What a
printer is to do goes through the database, and the printer's own process does it.
"""
