"""The room of the printers: bytes, replies, devices and an emulated one.

It knows ESC/POS and the connections that carry it. It knows neither the database nor the screens:
what it learns about a printer it says in the words of `kiosk.domain.printing`.
"""
