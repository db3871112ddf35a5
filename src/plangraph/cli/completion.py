"""The command ``completion``: the tab key knows commands, options, questions and their parameters."""

import argparse
from typing import Any

# Each shell asks for the words that may stand where the cursor is; nothing about the commands is written down twice.
SCRIPTS = {
    "bash": """\
_plangraph() {
    local IFS=$'\\n'
    COMPREPLY=($(plangraph completion words -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _plangraph plangraph
""",
    "zsh": """\
#compdef plangraph
_plangraph() {
    local -a found
    found=(${(f)"$(plangraph completion words -- "${(@)words[2,CURRENT]}" 2>/dev/null)"})
    if (( ${#found} )); then compadd -a found; else _files; fi
}
compdef _plangraph plangraph
""",
    "fish": """\
complete -c plangraph -a '(plangraph completion words -- (commandline -opc)[2..] (commandline -ct) 2>/dev/null)'
""",
}


def register(add: Any) -> None:
    """Add the command of this group."""
    command = add(
        "completion",
        completion,
        """plangraph completion bash >> ~/.bashrc
        plangraph completion zsh > ~/.zfunc/_plangraph
        plangraph completion fish > ~/.config/fish/completions/plangraph.fish""",
    )
    command.add_argument("shell", choices=(*SCRIPTS, "words"), metavar="bash|zsh|fish", help="the shell")
    command.add_argument("words", nargs="*", help=argparse.SUPPRESS)


def completion(options: argparse.Namespace) -> int:
    """Print the script of a shell, or the words that a script asks for."""
    if options.shell != "words":
        print(SCRIPTS[options.shell], end="")
        return 0
    for word in candidates(options.words):
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
    taking = options.get(before[-1])
    if taking is not None and taking.nargs != 0:
        return [choice for choice in map(str, taking.choices or ()) if choice.startswith(last)]
    known = [str(choice) for action in actions if not action.option_strings for choice in action.choices or ()]
    if before[0] == "query":
        from plangraph.paths import find_tree
        from plangraph.queries import library

        questions = library(find_tree())
        named = next((word for word in before[1:] if word in questions), None)
        if before[-1].startswith("--") and named and before[-1][2:] in questions[named].parameters:
            return []
        known = [f"--{name}" for name in questions[named].parameters] if named else list(questions)
    known += options if last.startswith("-") else ()
    return [word for word in known if word.startswith(last)]
