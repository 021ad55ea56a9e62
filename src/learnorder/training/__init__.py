"""Training: networks from seeds, and their predictions at every evaluation point."""
