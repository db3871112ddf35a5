"""The command line: each command calls one public function and prints the answer.

Nothing heavy is imported before a command runs, and of the commands only the one that is called, so that
``plangraph --help`` and a named query start at once.
"""

import argparse
import io
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib import import_module

from plangraph import __version__
from plangraph.errors import PlangraphError, UsageError
from plangraph.output import terminal_width

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# Command → the module of this package that describes and runs it, and what it does.
COMMANDS = {
    "build": ("graph", "make the graph from the data, check it and write it to a folder"),
    "validate": ("graph", "check data against the shapes and the checks"),
    "query": ("graph", "answer a question of the library, a .rq file, or SPARQL from standard input (-)"),
    "show": ("graph", "show everything the graph says about one thing, with its evidence"),
    "export": ("graph", "write the graph, or a part of it, to a file or to standard output"),
    "format": ("graph", "write data files in house form"),
    "data": ("graph", "tell which data folder is used, or copy it to a folder of your own"),
    "network": ("networks", "write one layer of the plan as a network for other programs"),
    "analyze": ("networks", "measure one layer: figures, rankings, groups, chance, sensitivity, a methods paragraph"),
    "tables": ("tables", "write the graph as tables: CSV, an Excel workbook, a Frictionless data package"),
    "dcat": ("tables", "describe the data set for a catalogue: DCAT-AP-NO and VoID, as Turtle"),
    "cite": ("tables", "print how to cite a fact or a thing, with its places in the report"),
    "ingest": ("reading", "read a report into the skeleton, the mentions and the evidence of a plan"),
    "locate": ("reading", "find words in a report: their span and where they stand"),
    "coverage": ("reading", "show which sentences of a report no fact rests on"),
    "evidence": ("reading", "show the words behind a fact, or check every span against the report"),
    "code": ("coding", "write the participations and claims of a plan as a sheet, or take a sheet in"),
    "agreement": ("agreement", "show how far two codings of the same measures agree, and where they differ"),
    "sample": ("coding", "draw random participations for a check against the report, or evaluate a checked sheet"),
    "site": ("site", "write a complete static site of the graph, in Norwegian and English"),
    "serve": ("web", "serve the site and a read-only SPARQL endpoint on this machine"),
    "load": ("web", "fill a store on disk or a SPARQL server"),
    "completion": ("completion", "print a script that completes commands, questions and parameters in your shell"),
}
DESCRIPTION = "Government action plans and their reports as a knowledge graph with evidence for every fact."
EXAMPLES = """\
examples:
  plangraph build                      make the graph from the data, check it, write it to out/
  plangraph query --list               the questions that it answers
  plangraph show imdi                  everything about one actor, programme, law or measure

'plangraph COMMAND --help' tells more about a command.
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
        if not given or given[0].startswith("-"):
            top_parser().parse_args(given)
        name, *words = given
        if name not in COMMANDS:
            from plangraph.names import near

            raise UsageError(f"there is no command {name!r}", mend=near(name, COMMANDS, "plangraph --help"))
        options, rest = command_parser(name).parse_known_args(words)
        if rest and not getattr(options, "takes_parameters", False):
            raise UsageError(f"unknown option: {' '.join(rest)}", mend=f"see 'plangraph {name} --help'")
        options.rest = rest
        status: int = options.run(options)
        sys.stdout.flush()
    except PlangraphError as error:
        print(f"plangraph: {error.told()}", file=sys.stderr)
        return error.exit_code
    except OSError as error:
        # Whatever a command did not foresee of files, disks and networks still ends in a sentence.
        place = error.filename if isinstance(error.filename, (str, os.PathLike)) else "standard output or input"
        what = PlangraphError(f"{error.strerror or error}", where=str(place), mend="mend that and try again")
        print(f"plangraph: {what.told()}", file=sys.stderr)
        return UsageError.exit_code
    except KeyboardInterrupt:
        print("plangraph: stopped", file=sys.stderr)
        return 130
    return status


def script() -> None:
    """Run the command line as a program, and end it without taking the interpreter down piece by piece."""
    sys.stdout, sys.stderr = _Patient.stream(1), _Patient.stream(2)
    status = main()
    for stream in (sys.stdout, sys.stderr):
        if stream:
            with suppress(OSError):
                stream.flush()
    # Everything is written and closed; freeing the memory of store and modules would take a tenth of the time.
    os._exit(status)


def top_parser() -> argparse.ArgumentParser:
    """Return the parser of ``plangraph`` without a command: help and version."""
    width = max(map(len, COMMANDS))
    listed = "\n".join(f"  {name:<{width}}  {summary}" for name, (_, summary) in COMMANDS.items())
    parser = argparse.ArgumentParser(
        prog="plangraph",
        usage="plangraph [--help | --version] COMMAND …",
        description=f"{DESCRIPTION}\n\ncommands:\n{listed}",
        epilog=EXAMPLES,
        formatter_class=_Formatter,
    )
    parser.add_argument("--version", action="version", version=f"plangraph {__version__}")
    parser.add_argument("command", metavar="COMMAND", help=argparse.SUPPRESS)
    return parser


def command_parser(name: str) -> argparse.ArgumentParser:
    """Return the parser of one command."""
    module, summary = COMMANDS[name]
    parser = argparse.ArgumentParser(
        prog=f"plangraph {name}",
        description=f"{summary[0].upper()}{summary[1:]}.",
        formatter_class=_Formatter,
        add_help=False,
    )
    parser.add_argument("-h", "--help", action=_Help, nargs=0, help="show this help message and exit")
    parser.add_argument("--data", metavar="DIR", help="the data folder (default: ./data, else the packaged data)")

    def add(command: str, run: Command, examples: str, **extra: "Any") -> "Any":
        if command != name:
            return _Nobody()
        parser.epilog = "examples:\n" + "\n".join(f"  {line.strip()}" for line in examples.strip().splitlines())
        parser.set_defaults(run=run, **extra)
        return parser

    import_module(f"plangraph.cli.{module}").register(add)
    return parser


class _Help(argparse.Action):
    """Prints the help of a command, or of what stands before the option where the command can tell of that."""

    def __call__(self, parser: argparse.ArgumentParser, namespace: argparse.Namespace, *_: "Any") -> None:
        about = getattr(namespace, "about", None)
        print((about and about(namespace)) or parser.format_help(), end="")
        parser.exit()


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """Help as wide as the terminal; argparse's own way to learn the width loads the compression libraries."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=terminal_width() - 2)


class _Patient(io.FileIO):
    """A pipe whose reader may leave: the command goes on silently, so that its exit status is still its verdict."""

    @classmethod
    def stream(cls, number: int) -> io.TextIOWrapper:
        """Return a text stream on a file descriptor."""
        raw = cls(number, "wb", closefd=False)
        at_once = number == 2 or raw.isatty()
        return io.TextIOWrapper(io.BufferedWriter(raw), "utf-8", "backslashreplace", line_buffering=at_once)

    def write(self, content: "Any") -> int:
        try:
            return super().write(content)
        except BrokenPipeError:
            return len(content)


class _Nobody:
    """Stands in for the parser of a command of the same module that is not called."""

    def __getattr__(self, name: str) -> Callable[..., "_Nobody"]:
        return lambda *_, **__: self
