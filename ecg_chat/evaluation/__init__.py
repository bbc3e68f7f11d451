"""The commands that measure how good measurements, statements and models are."""
