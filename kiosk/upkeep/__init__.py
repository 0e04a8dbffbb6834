"""Looking after a kiosk: is everything there, is the database sound, is it backed up.

It may know the use cases and everything below them. It gets plain values and questions to ask, and
knows neither settings nor devices.
"""
