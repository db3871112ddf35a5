"""The commands about stores and the server: serve, load."""

import argparse
import sys
from pathlib import Path
from typing import Any

from plangraph import output
from plangraph.cli.options import positive, whole
from plangraph.errors import UsageError


def register(add: Any) -> None:
    """Add the commands of this group."""
    command = add(
        "serve",
        serve,
        """plangraph serve
        plangraph serve --port 8080 --seconds 5
        plangraph serve --store plans.store --host 0.0.0.0 --name plans.example.org""",
    )
    command.add_argument("--out", metavar="DIR", default="out", help="where the built graph is (default: out)")
    command.add_argument(
        "--store",
        metavar="DIR",
        help="a store on disk, or an RDF file, instead of the built graph; each plan in it has its pages",
    )
    command.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: this machine alone)")
    port = "the port, 0 for any free one (default: 8000)"
    command.add_argument("--port", type=whole(0, 65535), default=8000, help=port)
    command.add_argument("--name", action="append", default=[], help="a host name under which requests may come")
    command.add_argument(
        "--url",
        default="",
        help="the public address, of a proxy, which names clients in X-Forwarded-For",
    )
    command.add_argument("--seconds", type=positive, default=10, help="time for one query (default: 10)")
    command.add_argument(
        "--memory", type=positive, default=1000, metavar="MB", help="memory for one query (default: 1000)"
    )
    command.add_argument("--answer", type=positive, default=32, metavar="MB", help="size of one answer (default: 32)")
    command.add_argument("--report", metavar="FILE", help="the report's text, to show the words behind each fact")
    command.add_argument("--faults-to", metavar="ADDRESS", default="", help="where reports of faults go")
    command.add_argument("--log", action="store_true", help="a line for each request on standard error")
    command.add_argument("--log-queries", action="store_true", help="the log shows the text of each query")
    command = add(
        "load",
        load,
        """plangraph load --store plan.store
        plangraph load --store all-plans.store a/graph.nt b/graph.nt
        plangraph load --store http://localhost:7878/query""",
    )
    command.add_argument("files", nargs="*", metavar="FILE", help="RDF files (default: the built graph)")
    command.add_argument(
        "--store", metavar="DIR|URL", required=True, help="the store to fill; what it held is replaced"
    )
    command.add_argument("--graph-store", metavar="URL", help="where the server takes graphs (graph store protocol)")
    command.add_argument("--out", metavar="DIR", default="out", help="where the built graph is (default: out)")


def serve(options: argparse.Namespace) -> int:
    """Serve until stopped."""
    from plangraph.serving.limits import Limits
    from plangraph.serving.pool import starter

    if str(options.store).startswith(("http://", "https://")):
        raise UsageError(
            "serve answers from a folder or a file, not from another server",
            where=options.store,
            mend="load the data into a folder with 'plangraph load --store DIR', then name it with --store DIR",
        )
    limits = Limits(seconds=options.seconds, memory=int(options.memory * 1e6), answer=int(options.answer * 1e6))
    settings = {"data": options.data, "out": options.out, "store": options.store}
    settings |= {"report": options.report, "faults_to": options.faults_to}
    workers = starter({**settings, "limits": limits.plain()})
    workers.launch()
    try:
        from plangraph.serving.running import serve as run
    except ImportError as error:
        raise UsageError(
            f"the server needs {error.name}, which is not installed",
            mend="install it with: pip install 'plangraph[web]'",
        ) from error

    def log(line: str) -> None:
        if options.log or options.log_queries:
            print(line, file=sys.stderr, flush=True)

    def ready(address: str) -> None:
        print(f"plangraph: {address} answers; stop it with Ctrl+C", file=sys.stderr, flush=True)

    def warn(text: str) -> None:
        print(f"plangraph: {text}", file=sys.stderr, flush=True)

    run(
        settings,
        workers,
        host=options.host,
        port=options.port,
        names=tuple(options.name),
        url=options.url,
        limits=limits,
        log=log,
        log_queries=options.log_queries,
        ready=ready,
        warn=warn,
    )
    return 0


def load(options: argparse.Namespace) -> int:
    """Fill a store and say how much it holds."""
    from plangraph import building

    files = [Path(name) for name in options.files]
    count = building.fill_store(options.store, files or None, options.data, options.out, options.graph_store)
    print(f"{options.store}: {output.count(count, 'statement')}")
    return 0
