"""Numbers about networks.

The modules take and return ``networkx`` graphs and plain values, and know nothing of plans, RDF or files:

- ``projection``: from pairs (actor, event) to a weighted one-mode network,
- ``metrics``: one-mode figures and centralities, ``twomode``: the same for two-mode networks,
- ``groups``: mixing between groups, core and periphery, communities,
- ``chance``: the null model of fixed degrees, corrected p-values, association between layers,
- ``robustness``: leaving one event out, comparing rankings, ``ranking``: ranks with ties.

Each function names its source. A value that is not defined for the network at hand is None, never zero.
"""
