"""The front door: hardens the process, answers `helper` at once, and hands the rest to the command line."""

from __future__ import annotations

import sys

from llmkeys.cli.process import harden


def main() -> int:
    """Runs llmkeys on the words of the command line and answers its exit code."""
    harden()
    from llmkeys.cli import funnel

    funnel.install()
    arguments = sys.argv[1:]
    if len(arguments) == 2 and arguments[0] == "helper" and not arguments[1].startswith("-"):
        from llmkeys.cli.helper import hand_out

        return hand_out(arguments[1])
    funnel.install_for_threads()
    from llmkeys.cli.main import main as run

    return run(arguments)


if __name__ == "__main__":
    sys.exit(main())
