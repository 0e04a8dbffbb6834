"""The demonstration's dock: the touch screen beside the printer, its faults, and cards to scan.

A page of its own under `/demo/`, which no real kiosk serves. Its words stand here and in its
template, Thai and English at once: it is for those who build the kiosk and those who visit the
demonstration, and the catalogues are for the public's screens.
"""
