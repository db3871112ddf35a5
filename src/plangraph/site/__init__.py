"""The site: the same pages as static files and from a server.

``model.open_site`` reads a graph into look-up tables (``index``) and networks (``layers``). ``routes.routes`` lists
every address, and ``routes.content`` makes what stands there: a page, that is a function in ``pages``, words in
``messages.toml`` and a template that ``render`` fills; data (``downloads``); or what all sites share (``assets``).
``writing`` writes them all into a folder. ``several`` lists the addresses of the sites of several plans and of what
stands above them.
"""
