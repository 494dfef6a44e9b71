"""labkit: networks, faults and agents for the Day 13 lab. Everything without a screen works without a browser too.

Start with `labkit.topology` (build a network), `labkit.network.partition` (who can still reach whom) and
`labkit.views` (the widgets of the notebooks).
"""
