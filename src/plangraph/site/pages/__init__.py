"""The pages as plain data: each function takes the site and a language and returns what its template shows.

Nothing here knows HTML. ``parts`` holds what several pages show; the addresses stand in ``plangraph.site.routes``.
"""
