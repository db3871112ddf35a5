"""The site: the same pages as static files and from a server.

``model.open_site`` reads a graph, ``routes.routes`` lists every address, ``routes.content`` makes what stands there.
"""
