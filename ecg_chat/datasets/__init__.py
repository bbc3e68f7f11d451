"""Data sets in their publishers' layouts, and who may be trained on what."""
