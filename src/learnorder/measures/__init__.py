"""Measures: from outcome tables to tables of measures, each with its null and its interval over networks."""
