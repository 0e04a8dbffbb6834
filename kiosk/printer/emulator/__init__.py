"""An emulated printer: a byte stream in, cut pieces of paper out.

It is a printer of its own and knows nothing of the adapter that talks to it, so that neither can
hide the other's mistakes. `tap` and `parser` read bytes, `mechanism` moves paper, `answers` says
how things stand, `motor` works off what is buffered, `machine` joins them, `server` puts them on
TCP, `tray` keeps the paper, and `faults` holds one file for each thing that can go wrong.
"""
