"""The name by which :func:`plangraph.networks.render` was known before."""

from plangraph.networks.printing import render as render
