"""The tests: one file a room, names that are sentences."""
