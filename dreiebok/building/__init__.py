"""From an Edition to a finished `site/`: the only stage that meets the disk, clock and cores."""
