"""The wires: one file for each way to reach a printer, through python-escpos's connections.

A link moves bytes and notices when the other end is gone. It knows no command.
"""
