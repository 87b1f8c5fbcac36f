"""The commands behind the Makefile: run, exec, join, reset."""

from __future__ import annotations

import argparse
import os
import sys

from visio_site import commands, netns, state
from visio_site.layout import Layout
from visio_site.progress import CannotGoOn, Terminal, telling, words


def main() -> int:
    os.umask(0o022)  # folders that other accounts must get through do not depend on the caller's
    options = _parse()
    terminal = Terminal(sys.stdout if options.verb == "run" else sys.stderr)
    with telling(terminal):
        if getattr(options, "netns", False):
            _move_to_private_network(options, terminal)
        return _obey(options, terminal)


def _obey(options: argparse.Namespace, terminal: Terminal) -> int:
    match options.verb:
        case "run":
            return commands.run(Layout.from_environment(), terminal)
        case "exec":
            layout = Layout.from_environment(fsync=not options.no_fsync)
            wanted = set(filter(None, options.services.split(",")))
            return commands.execute(layout, terminal, wanted=wanted, fresh=options.fresh, command=options.words)
        case "join":
            commands.join(Layout.from_environment(), options.words)
        case "reset":
            state.reset(Layout.from_environment())
    return 0


def _move_to_private_network(options: argparse.Namespace, terminal: Terminal) -> None:
    """Start over inside. Where that is not permitted, `exec` goes on here and says so; `run` fails."""
    words_again = sys.argv[1:]
    words_again.remove("--netns")
    try:
        command = netns.in_private_network([sys.executable, "-m", "visio_site", *words_again])
    except CannotGoOn as error:
        if options.verb == "run":
            raise
        terminal.say(
            f"{error} {words('On continue sur le réseau de la machine.', 'Going on with the host’s network.')}"
        )
    else:
        if options.verb == "run":
            inside = words("Réseau privé : pour y entrer,", "Private network: to get in,")
            terminal.say(f"{inside} make demo | .venv/bin/python -m visio_site join -- chromium")
        os.execvp(command[0], command)  # noqa: S606 -- no shell is wanted


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m visio_site", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    run = verbs.add_parser("run", help="everything, in the foreground")
    run.add_argument("--netns", action="store_true", help="in a private network namespace")
    execute = verbs.add_parser("exec", help="start services, run a command, stop them")
    execute.add_argument("--netns", action="store_true", help="in a private network namespace where that is permitted")
    execute.add_argument("--services", default="all", help="comma-separated names, or all")
    execute.add_argument("--fresh", action="store_true", help="empty the state folder first")
    execute.add_argument("--no-fsync", action="store_true", help="a quicker PostgreSQL, which a power cut may spoil")
    execute.add_argument("words", nargs="+", metavar="COMMAND")
    join = verbs.add_parser("join", help="run a command beside a running Visio, in its network")
    join.add_argument("words", nargs="+", metavar="COMMAND")
    verbs.add_parser("reset", help="empty the state folder")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
