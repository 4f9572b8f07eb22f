"""The content model: frozen records of what authors write. No I/O, no rendering."""
