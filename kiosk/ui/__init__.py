"""The touch screen: pages for the person in front of the machine, on loopback only.

It knows the use cases (through `desk.Desk`) and the domain's words, never the database, a device
or a key. Words for people stand in `translations/`, looks in `static/kiosk.css`.
"""
