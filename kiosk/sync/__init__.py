"""How paid records come in from central, and later how the print log goes back.

Wire format, files, the inbox folder, and the signing that central does before it sends. The room
may know use cases and everything below them; it has neither a device nor a screen.
"""
