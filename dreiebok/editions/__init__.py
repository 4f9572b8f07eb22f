"""From a Handbook to an Edition: one handbook in one locale for one organisation."""
