"""The layers, and the values that their options may have: what the command line asks before it loads anything."""

JOINT = ("co-participation", "co-involvement", "co-mention")
LAYERS = ("responsibility", "affiliation", "collaboration", *JOINT, "hierarchy")
TWO_MODE = ("affiliation", *JOINT)
ONE_MODE = ("collaboration", *JOINT)
DIRECTED = ("responsibility", "hierarchy")
# Mentions are made by reading and hierarchy is a state: neither has a stage or a role.
STAGELESS = ("co-mention", "hierarchy")
CHOICES = {
    "unit": ("entry", "number"),
    "level": ("body", "ministry", "sector"),
    "groups": ("out", "in"),
    "isolates": ("in", "out"),
    "weight": ("newman", "count", "jaccard"),
}
