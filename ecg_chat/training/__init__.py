"""The commands that train the default model."""
