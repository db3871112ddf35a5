"""The site and the SPARQL endpoint as a server: a process that speaks HTTP and others, which can be killed, that think.

    browser ── HTTP ──> app (Starlette) ──> pool ──> workers, forked from a zygote that holds the store

The process that speaks HTTP holds no store and runs no query, because a query of pyoxigraph can neither be cancelled
nor be kept from ending its process.
"""
