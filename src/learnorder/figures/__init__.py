"""Figures: a tidy table in, one matplotlib Figure out. Whoever has the table can redraw the figure."""
