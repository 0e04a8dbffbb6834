"""The processes of a kiosk, one a file: wired, in possession of what is theirs alone, then run.

Knows `bootstrap`, the settings, and of the rooms what each process serves. A file loads what its
process needs, so that the screens never load a device.
"""
