"""The front door: hardens the process, answers `helper` at once, and hands the rest to the command line."""

from __future__ import annotations

import gc
import os
import sys


def main() -> None:
    """Runs llmkeys on the words of the command line and ends the process with its exit code."""
    try:
        leave(run(sys.argv[1:]))
    except KeyboardInterrupt:
        leave(130)  # before anything could say so in words


def run(arguments: list[str]) -> int:
    """Does what `arguments` say and answers the exit code."""
    gc.disable()  # modules are not garbage: looking for some while they are imported finds nothing
    from llmkeys.cli.process import harden

    harden()
    if len(arguments) == 2 and arguments[0] == "helper" and not arguments[1].startswith("-"):
        from llmkeys.cli.helper import hand_out

        return hand_out(arguments[1])
    from llmkeys.cli import funnel
    from llmkeys.cli.main import main as answer

    funnel.install()
    gc.enable()
    return answer(arguments)


def leave(code: int) -> None:
    """Ends the process at once.

    Taking modules apart would cost a fifth of a short run, and a keychain that hangs on a thread must not delay it.
    """
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            try:
                stream.flush()
            except OSError:
                continue
    os._exit(code)


if __name__ == "__main__":
    main()
