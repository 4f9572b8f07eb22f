"""From an Edition to pages of plain Markdown, and from those to a site."""
