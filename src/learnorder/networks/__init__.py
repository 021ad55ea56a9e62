"""Networks: from a name in the catalogue to a torch module."""
