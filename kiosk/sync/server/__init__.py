"""The kiosk's side of the exchange with central: batches come in, the print log goes out.

It may know use cases, the wire format and keys. What reaches it comes from a network: nothing is
believed before its signature, and nothing is read without a limit.
"""
