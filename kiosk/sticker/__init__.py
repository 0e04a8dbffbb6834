"""The sticker as a thing: its picture, the text in its QR, the signatures that make it genuine.

Pure given fonts, templates and keys: it knows the domain and no database, device, network or clock.
"""
