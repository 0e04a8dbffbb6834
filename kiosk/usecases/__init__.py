"""What people do at a kiosk: collect, print, resolve, stock, import.

Each use case opens its own transaction, decides with `domain`, writes with `store` and draws with
`sticker`. It knows no screen, no socket and no settings file; what differs between machines comes
in as arguments.
"""
