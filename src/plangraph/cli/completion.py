"""The command ``completion``: the tab key knows commands, options, questions, parameters and their values."""

from __future__ import annotations

import argparse
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

from plangraph.errors import PlangraphError

# The module typing takes longer to load than a question to answer; type checkers take this name for true.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    import pyoxigraph as ox

    from plangraph.paths import Tree

# Each shell asks for the words that may stand where the cursor is; nothing about the commands is written down twice.
SCRIPTS = {
    "bash": """\
_plangraph() {
    local IFS=$'\\n'
    COMPREPLY=($(plangraph completion words -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _plangraph plangraph
""",
    # Read from the function path, the file is itself the function that the first tab calls.
    "zsh": """\
#compdef plangraph
_plangraph() {
    local -a found
    found=(${(f)"$(plangraph completion words -- "${(@)words[2,CURRENT]}" 2>/dev/null)"})
    if (( ${#found} )); then compadd -a found; else _files; fi
}
if [[ ${funcstack[1]} == _plangraph ]]; then _plangraph; else compdef _plangraph plangraph; fi
""",
    "fish": """\
function __plangraph
    set -l before (commandline -opc)
    set -l found (plangraph completion words -- $before[2..] (commandline -ct) 2>/dev/null)
    if set -q found[1]
        printf '%s\\n' $found
    else
        __fish_complete_path (commandline -ct)
    end
end
complete -c plangraph -f -a '(__plangraph)'
""",
}


def register(add: Any) -> None:
    """Add the command of this group."""
    command = add(
        "completion",
        completion,
        """plangraph completion bash >> ~/.bashrc
        plangraph completion zsh > ~/.zfunc/_plangraph      # a folder of fpath, before compinit
        plangraph completion fish > ~/.config/fish/completions/plangraph.fish""",
    )
    command.add_argument("shell", choices=(*SCRIPTS, "words"), metavar="bash|zsh|fish", help="the shell")
    command.add_argument("words", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)


def completion(options: argparse.Namespace) -> int:
    """Print the script of a shell, or the words that a script asks for."""
    if options.shell != "words":
        print(SCRIPTS[options.shell], end="")
        return 0
    # A shell in the middle of a line has no place for an error.
    with suppress(PlangraphError, OSError):
        # All that follows the first -- is what stands on the line, another -- among it.
        for word in candidates(options.words[options.words[:1] == ["--"] :]):
            print(word)
    return 0


def candidates(words: list[str]) -> list[str]:
    """Return what may stand in the place of the last word, given the words before it; nothing means a file name."""
    from plangraph.cli import COMMANDS, command_parser

    *before, last = words or [""]
    if not before:
        return [name for name in COMMANDS if name.startswith(last)]
    if before[0] not in COMMANDS:
        return []
    actions = command_parser(before[0])._actions
    options = {name: action for action in actions for name in action.option_strings if name.startswith("--")}
    named = next((word for word in reversed(before[1:]) if word.startswith("--")), "")
    taking = options.get(named)
    if taking is not None and (taking.nargs == "+" or (taking.nargs is None and before[-1] == named)):
        known = [] if last.startswith("-") else _values(taking, before)
    elif before[0] == "query":
        known = _of_question(before)
    else:
        known = [value for action in actions if not action.option_strings for value in _values(action, before)]
    known = [*known, *(options if last.startswith("-") else ())]
    return [word for word in known if word.casefold().startswith(last.casefold()) and word not in before]


def _of_question(before: list[str]) -> list[str]:
    """Return the questions, or the parameters of the one that is named, or the values of the last parameter."""
    from plangraph.queries import find_query

    tree = _tree(before)
    stems = sorted(file.stem for file in tree.queries.glob("*.rq"))
    named = next((word for word in before[1:] if word in stems or word.endswith(".rq")), None)
    if named is None:
        return stems
    question = find_query(named, tree)
    given = {word[2:]: value for word, value in pairwise(before) if word.startswith("--")}
    parameter = before[-1].removeprefix("--") if before[-1].startswith("--") else ""
    if parameter not in question.parameters:
        return [f"--{name}" for name in question.parameters if name not in given]
    if (store := _store(before)) is None:
        return []
    from plangraph.suggestions import values

    return values(question, parameter, store, given)


def _values(action: argparse.Action, before: list[str]) -> list[str]:
    """Return the values that an argument of a command may have."""
    if action.choices:
        return [str(choice) for choice in action.choices]
    if before[0] in ("network", "analyze"):
        from plangraph.cli.networks import VALUES

        if action.dest in VALUES:
            return list(VALUES[action.dest])
    if action.dest == "tag":
        from plangraph.queries import library

        return sorted({tag for question in library(_tree(before)).values() for tag in question.tags})
    if action.dest == "plan":
        return [folder.name for folder in _tree(before).plans()]
    if action.dest == "name" and "--list" in before:
        from plangraph.listing import kinds, listed

        store = _store(before)
        return list(listed(_tree(before))) if store is None else kinds(_tree(before), store)
    sorts = {"roles": "role", "areas": "area", "measure": "measure", "name": "", "select": ""}
    if action.dest in sorts and (store := _store(before)) is not None:
        from plangraph.suggestions import ids

        return ids(store, sorts[action.dest])
    return []


def _tree(before: list[str]) -> Tree:
    from plangraph.paths import find_tree

    return find_tree(_given(before, "--data") or None)


def _store(before: list[str]) -> ox.Store | None:
    """Return the store on disk that the command would ask, however old; None where there is none."""
    from plangraph.stores import is_store, open_read_only

    folder = Path(_given(before, "--store") or f"{_given(before, '--out') or 'out'}/.store")
    return open_read_only(folder) if is_store(folder) else None


def _given(before: list[str], option: str) -> str:
    return next((value for word, value in pairwise(before) if word == option), "")
