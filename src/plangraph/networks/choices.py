"""The layers, and the values that their options may have: what the command line asks before it loads anything."""

JOINT = ("co-participation", "co-involvement", "co-mention")
LAYERS = ("responsibility", "affiliation", "collaboration", *JOINT, "hierarchy")
TWO_MODE = ("affiliation", *JOINT)
ONE_MODE = ("collaboration", *JOINT)
DIRECTED = ("responsibility", "hierarchy")
_WHERE = ("unit", "areas", "level", "groups", "isolates", "evidence")
# The options that a layer takes. Mentions are made by reading and hierarchy is a state: neither has a stage or a role.
# Hierarchy is told under no measure and mostly outside the report; only a projection has weights to choose among.
TAKES = {
    **dict.fromkeys(("responsibility", "affiliation", "collaboration"), (*_WHERE, "stages", "roles")),
    **dict.fromkeys(("co-participation", "co-involvement"), (*_WHERE, "stages", "roles", "weight")),
    "co-mention": (*_WHERE, "weight"),
    "hierarchy": ("level", "groups", "isolates"),
}
STAGELESS = tuple(layer for layer in LAYERS if "stages" not in TAKES[layer])
CHOICES = {
    "unit": ("entry", "number"),
    "level": ("body", "ministry", "sector"),
    "groups": ("out", "in"),
    "isolates": ("in", "out"),
    "weight": ("newman", "count", "jaccard"),
}
