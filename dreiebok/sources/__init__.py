"""From YAML files to a Handbook, with every problem at its place."""
