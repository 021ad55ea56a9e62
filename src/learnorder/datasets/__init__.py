"""Datasets: from a name in the catalogue to the canonical arrays on disk."""
