"""The neural network: encoder, projection, 4-bit decoder, streaming generation."""
