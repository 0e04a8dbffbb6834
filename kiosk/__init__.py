"""A self-service terminal that prints annual vehicle tax stickers, once each."""
