"""The command line: each command calls one public function and prints the answer.

Nothing heavy is imported before a command runs, so that ``plangraph --help`` and a named query start at once.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from typing import Any

from plangraph import __version__
from plangraph.cli import coding, completion, graph, networks, reading, site, tables, web
from plangraph.errors import PlangraphError, UsageError

GROUPS = (graph, networks, reading, coding, tables, site, web, completion)

EXAMPLES = """\
examples:
  plangraph build                      make the graph from the data, check it, write it to out/
  plangraph query --list               the questions that it answers
  plangraph show imdi                  everything about one actor, programme, law or measure

exit status: 0 fine, 1 the data does not conform, 2 the job could not run
"""

Command = Callable[[argparse.Namespace], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        parser, commands = make_parser(given[0] if given and not given[0].startswith("-") else "")
        named = next((word for word in given if not word.startswith("-")), None)
        if named is not None and named not in commands and given[0] == named:
            from plangraph.names import near

            raise UsageError(f"there is no command {named!r}", mend=near(named, commands, "plangraph --help"))
        options, rest = parser.parse_known_args(given)
        if rest and not getattr(options, "takes_parameters", False):
            raise UsageError(f"unknown option: {' '.join(rest)}", mend=f"see 'plangraph {options.command} --help'")
        options.rest = rest
        status: int = options.run(options)
        sys.stdout.flush()
    except PlangraphError as error:
        print(f"plangraph: {error}", file=sys.stderr)
        return error.exit_code
    except BrokenPipeError:
        # The reader of the pipe has gone; a second flush at exit must not complain about it.
        sys.stdout = None
        return 0
    except KeyboardInterrupt:
        print("plangraph: stopped", file=sys.stderr)
        return 130
    return status


def make_parser(only: str = "") -> tuple[argparse.ArgumentParser, dict[str, argparse.ArgumentParser]]:
    """Return the parser of the command line and the parsers of its commands by name.

    With ``only`` just that command is described: describing all of them takes longer than answering a question.
    """
    parser = argparse.ArgumentParser(
        prog="plangraph",
        description="Government action plans and their reports as a knowledge graph with evidence for every fact.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"plangraph {__version__}")
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND", required=True, title="commands")
    commands: dict[str, argparse.ArgumentParser] = {}

    def add(name: str, run: Command, summary: str, examples: str, **extra: Any) -> Any:
        if only not in ("", name):
            commands[name] = parser
            return _Nobody()
        command = subparsers.add_parser(
            name,
            help=summary,
            description=f"{summary[0].upper()}{summary[1:]}.",
            epilog="examples:\n" + "\n".join(f"  {line.strip()}" for line in examples.strip().splitlines()),
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        command.set_defaults(run=run, **extra)
        command.add_argument("--data", metavar="DIR", help="the data folder (default: ./data, else the packaged data)")
        commands[name] = command
        return command

    for group in GROUPS:
        group.register(add)
    return parser, commands


class _Nobody:
    """Stands in for the parser of a command that is not called."""

    def __getattr__(self, name: str) -> Callable[..., "_Nobody"]:
        return lambda *_, **__: self
