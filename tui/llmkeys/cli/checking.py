"""`test`: asks the providers, all at once, and tells each answer as it comes."""

from __future__ import annotations

import asyncio
from argparse import ArgumentParser, Namespace

from llmkeys.check.runner import Checker
from llmkeys.cli import funnel, output
from llmkeys.cli.verdict_text import exit_code_of, verdict_document, verdict_lines
from llmkeys.errors import NotConfigured, UsageError
from llmkeys.service.checks import check_accounts
from llmkeys.service.overview import overview
from llmkeys.service.rounds import Tested
from llmkeys.service.session import Session


def configure(parser: ArgumentParser) -> None:
    """Accounts, or all of them."""
    parser.add_argument("accounts", metavar="ACCOUNT", nargs="*", help="provider, or provider/label; none means all")
    parser.add_argument("--all", action="store_true", help="every account, disabled ones left out")


def run(arguments: Namespace, session: Session) -> int:
    """Tests, and answers by the first that applies of 5, 4, 1, 6; else 0."""
    if arguments.all and arguments.accounts:
        raise UsageError("Give accounts or --all, not both.")
    if arguments.offline:
        raise UsageError("A test needs the network, and --offline forbids it.")
    accounts = arguments.accounts or _every_account(session)
    return asyncio.run(_test(session, accounts, as_json=arguments.json))


def _every_account(session: Session) -> list[str]:
    found = overview(session)
    accounts = [row.account for row in found.rows if row.enabled]
    if not accounts:
        raise found.problem or NotConfigured("There is no account to test.", next="llmkeys add-key PROVIDER")
    return accounts


async def _test(session: Session, accounts: list[str], *, as_json: bool) -> int:
    asyncio.get_running_loop().set_exception_handler(funnel.quiet_loop)
    checker = Checker()
    results: list[Tested] = []
    width = max(map(len, accounts))
    try:
        async for tested in check_accounts(session, checker, accounts):
            results.append(tested)
            if not as_json:
                output.show(verdict_lines(tested.account, tested.verdict, width))
    finally:
        checker.close()
    if as_json:
        output.show_json({"results": [_result(tested) for tested in results]})
    states = [tested.verdict.state for tested in results]
    return exit_code_of(states, needs_user=any(tested.needs_user for tested in results))


def _result(tested: Tested) -> dict[str, object]:
    return {
        "account": tested.account,
        "provider": tested.provider,
        "label": tested.label,
        "source": tested.source.kind.value,
        **verdict_document(tested.verdict),
    }
