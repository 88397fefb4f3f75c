"""`test`: asks the providers, all at once, and tells each answer as it comes."""

from __future__ import annotations

import asyncio
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import contextmanager

from llmkeys.check.runner import Checker
from llmkeys.cli import funnel, output
from llmkeys.cli.verdict_text import exit_code_of, gravest, verdict_document, verdict_lines
from llmkeys.errors import LlmkeysError, NotConfigured, UsageError
from llmkeys.resolution.candidate import Fate, Kind
from llmkeys.service.checks import check_accounts, check_candidates
from llmkeys.service.overview import overview
from llmkeys.service.rounds import Extent, Tested
from llmkeys.service.session import Session
from llmkeys.text import clean
from llmkeys.verdict import REFUSED, State

_KINDS = tuple(Kind)
_VARIABLES = frozenset({Kind.ENVIRONMENT, Kind.DOTENV})


def configure(parser: ArgumentParser) -> None:
    """Accounts, or all of them, and how far to go."""
    parser.add_argument("accounts", metavar="ACCOUNT", nargs="*", help="provider, or provider/label; none means all")
    parser.add_argument("--all", action="store_true", help="every account, disabled ones left out")
    parser.add_argument(
        "--all-candidates",
        action="store_true",
        help="every key that could be used for ACCOUNT, not only the one that is",
    )
    parser.add_argument("--balance", action="store_true", help="ask for the credit that is left, where that is told")
    parser.add_argument("--spend", action="store_true", help="ask each account's model for one token; this costs money")


def run(arguments: Namespace, session: Session) -> int:
    """Tests, and answers by the first that applies of 5, 4, 1, 6; else 0."""
    if arguments.all and arguments.accounts:
        raise UsageError("Give accounts or --all, not both.")
    if arguments.offline:
        raise UsageError("A test needs the network, and --offline forbids it.")
    if arguments.all_candidates:
        return asyncio.run(_test_candidates(session, _one_account(arguments), _extent(arguments), arguments.json))
    accounts = arguments.accounts or _every_account(session)
    extent = _extent(arguments)._replace(patient=not arguments.accounts)
    return asyncio.run(_test(session, accounts, extent, as_json=arguments.json))


def _extent(arguments: Namespace) -> Extent:
    return Extent(spend=arguments.spend, balance=arguments.balance)


def _one_account(arguments: Namespace) -> str:
    if len(arguments.accounts) != 1:
        raise UsageError("--all-candidates takes one account.", next="llmkeys test --all-candidates PROVIDER")
    return str(arguments.accounts[0])


def _every_account(session: Session) -> list[str]:
    found = overview(session)
    accounts = [row.account for row in found.rows if row.enabled]
    if not accounts:
        raise found.problem or NotConfigured("There is no account to test.", next="llmkeys add-key PROVIDER")
    return accounts


async def _test(session: Session, accounts: list[str], extent: Extent, *, as_json: bool) -> int:
    width = max(map(len, accounts))
    results = []
    with _checker() as checker:
        _announce(extent, accounts)
        async for tested in check_accounts(session, checker, accounts, extent):
            results.append(tested)
            if not as_json:
                in_full = extent.balance or extent.spend
                output.show(verdict_lines(tested.account, tested.verdict, width, in_full=in_full))
    if as_json:
        output.show_json({"results": [_result(tested) for tested in results]})
    return _exit_code(results, extent)


async def _test_candidates(session: Session, asked: str, extent: Extent, as_json: bool) -> int:
    with _checker() as checker:
        _announce(extent, [asked])
        results = [tested async for tested in check_candidates(session, checker, asked, extent)]
    results.sort(key=lambda tested: (tested.fate is not Fate.WINS, _KINDS.index(tested.source.kind), tested.account))
    if as_json:
        output.show_json({"results": [_candidate(tested) for tested in results]})
        return _exit_code(results, extent)
    width = max(len(tested.account) for tested in results)
    for tested in results:
        first, *rest = verdict_lines(tested.account, tested.verdict, width)
        output.show([first, f"  {' ' * width}  {tested.fate.value} · {clean(tested.source.words)}", *rest])
    look = _one_look(results)
    output.show(["", *look] if look else [])
    return _exit_code(results, extent)


@contextmanager
def _checker() -> Iterator[Checker]:
    asyncio.get_running_loop().set_exception_handler(funnel.quiet_loop)
    checker = Checker()
    try:
        yield checker
    finally:
        checker.close()


def _announce(extent: Extent, accounts: list[str]) -> None:
    """Says what costs money before it does."""
    if extent.spend:
        output.talk(f"note: --spend asks for one token each: {', '.join(map(clean, accounts))}. That costs a little.")


def _one_look(results: list[Tested]) -> list[str]:
    """Whether the key that wins is the right one, in one sentence."""
    winner = next((each for each in results if each.fate is Fate.WINS), None)
    if winner is None or winner.verdict.state not in REFUSED:
        return []
    lines = [f"! {clean(winner.source.words)} wins, and its key is refused."]
    working = [each for each in results if each.verdict.state is State.OK]
    stored = [each for each in working if each.source.kind not in _VARIABLES]
    if stored:
        lines += [f"  {stored[0].account} works: llmkeys set-default {stored[0].account} makes it the default by name."]
    elif working:
        lines += [f"  {clean(working[0].source.words)} works{_way_to(working[0], winner)}."]
    return lines


def _way_to(variable: Tested, winner: Tested) -> str:
    """How the key of `variable` comes to be used in place of the one that wins."""
    if winner.source.kind in _VARIABLES:
        return ": unset the other to let it win"
    if variable.source.kind is Kind.ENVIRONMENT:
        return f": llmkeys rotate-key {winner.account} --from-env {clean(variable.source.place)} takes it over"
    return ""


def _exit_code(results: list[Tested], extent: Extent) -> int:
    states = [tested.verdict.state for tested in results]
    code = exit_code_of(states, needs_user=any(tested.needs_user for tested in results))
    no_model = extent.spend and any(tested.verdict.model_served is False for tested in results)
    return gravest([code, LlmkeysError.exit_code]) if no_model else code


def _candidate(tested: Tested) -> dict[str, object]:
    return {**_result(tested), "state": tested.fate.value, "place": output.or_null(tested.source.place)}


def _result(tested: Tested) -> dict[str, object]:
    return {
        "account": tested.account,
        "provider": tested.provider,
        "label": tested.label,
        "source": tested.source.kind.value,
        **verdict_document(tested.verdict),
    }
