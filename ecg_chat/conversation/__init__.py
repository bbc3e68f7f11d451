"""What is said, and the one function that renders it for chat and training."""
