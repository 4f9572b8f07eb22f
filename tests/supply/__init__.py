"""Supply: what the project rests on and hands on, and under which licences. Not in the wheel.

`python -m tests.supply` (`make licences`) writes `docs/licences.md` and `dreiebok.cdx.json` from
installed metadata, `constraints.txt` and what people have found out (`facts.toml`). It asks no
network.
"""
