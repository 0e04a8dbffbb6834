"""The triggers, by what they guard; `kiosk.store.invariants` installs and checks them.

Each refuses one wrong change, whatever code or hand asks for it. SQL alone: no connection here.
"""
