"""The catalogue of diagnostic statements, and which of them the measurements support, reject or leave open."""
