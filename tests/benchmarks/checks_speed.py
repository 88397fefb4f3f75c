"""How long N checks of 200 ms take over TLS, over 200 ms, and how long they stall an empty event loop and the screen.

    python tests/benchmarks/checks_speed.py [ROUNDS]

Every check goes to an origin of its own, since no more than two go to one origin at a time. The server is a process
of its own; the first row includes the import of the HTTP library. The screen is the whole app without a terminal,
while `T` tests 100 accounts whose servers are not the provider's, so that each is asked twice; its yardstick is one
frame of 60 a second.
"""

from __future__ import annotations

import asyncio
import os
import ssl
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path

import trustme

from llmkeys.account import AccountName
from llmkeys.catalog.rows import load_catalog
from llmkeys.check.runner import Checker, Job
from llmkeys.config import Config, with_account
from llmkeys.secret import Secret
from llmkeys.service.accounts import Draft, add_account
from llmkeys.service.overview import overview
from llmkeys.service.session import Session, look, open_session
from llmkeys.service.settings import change_setting
from llmkeys.store.config_file import change_config
from llmkeys.ui.launch import prepare_environment
from llmkeys.verdict import State, Verdict

DELAY = 0.2
FRAME = 1000 / 60
"""Milliseconds."""
KEY = "sk-benchmark-" + "0" * 32
SIZES = (1, 10, 40, 100)
LIST = b'{"object":"list","data":[{"id":"a-model"}]}'
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(LIST)
REFUSAL = b"HTTP/1.1 401 Unauthorized\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}"


async def serve(certificate: str) -> None:
    """Listens on as many ports as the largest round needs, and prints them."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = await reader.readuntil(b"\r\n\r\n")
        await asyncio.sleep(DELAY)
        writer.write(HEAD + LIST if KEY.encode() in asked else REFUSAL)
        await writer.drain()
        writer.close()

    servers = [await asyncio.start_server(answer, "127.0.0.1", 0, ssl=context, backlog=64) for _ in range(max(SIZES))]
    print(*(server.sockets[0].getsockname()[1] for server in servers), flush=True)
    await asyncio.Event().wait()


def jobs(ports: list[str], count: int) -> list[Job]:
    """`count` accounts of a provider whose own address is one of `ports`, so that one request proves the key."""
    row = load_catalog().providers["openai"]
    secret = Secret(KEY)
    return [
        Job(f"openai/{port}", row._replace(base_url=f"https://127.0.0.1:{port}/v1"), secret) for port in ports[:count]
    ]


def wall(checker: Checker, listed: list[Job]) -> float:
    """Seconds until every one of `listed` is settled."""
    started = time.perf_counter()
    futures: list[Future[Verdict]] = [checker.start(each) for each in listed]
    states = {future.result(60).state for future in futures}
    assert states == {State.OK}, states
    return time.perf_counter() - started


async def stall(checker: Checker, listed: list[Job]) -> float:
    """The longest that a tick of this loop came late while `listed` were checked, in ms."""
    settled = asyncio.gather(*(checker.check(each) for each in listed))
    worst = await longest_wait(settled.done)
    await settled
    return worst


async def longest_wait(is_over: Callable[[], bool]) -> float:
    """The longest that a tick of this loop came late until `is_over`, in ms."""
    worst, last = 0.0, time.perf_counter()
    while not is_over():
        await asyncio.sleep(0.001)
        now = time.perf_counter()
        worst, last = max(worst, now - last - 0.001), now
    return worst * 1000


def furnished(folder: str, root: str, ports: list[str]) -> Session:
    """A home with an account for each of `ports`, all with the same key."""
    session = open_session("app", environ={"HOME": folder, "SSL_CERT_FILE": root}, folder=folder)
    change_setting(session, "offline", "on")  # nothing is asked but by `T`
    urls = [f"https://127.0.0.1:{port}/v1" for port in ports]
    add_account(session, Draft("openai", ports[0], Secret(KEY), base_url=urls[0], store="file", consent=True))
    first = look(session).config.accounts[AccountName("openai", ports[0])]

    def with_all(config: Config) -> Config:
        for port, url in zip(ports, urls, strict=True):
            config = with_account(config, first._replace(name=AccountName("openai", port), base_url=url))
        return config

    change_config(session.paths, with_all)
    return session


async def screen_stalls(session: Session, rounds: int) -> list[float]:
    """The longest that a tick of the app's loop came late while all accounts were tested, in each round, in ms."""
    prepare_environment(os.environ)  # Textual reads how often to draw when it is imported
    from llmkeys.ui.app import LlmkeysApp
    from llmkeys.ui.screens.main_testing import TEST_GROUP

    app, found = LlmkeysApp(session), []

    def is_over() -> bool:
        return not any(worker.group == TEST_GROUP for worker in app.workers)

    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.pause(1)
        for _ in range(rounds):
            await app.run_action("screen.test_all")
            assert not is_over()
            found.append(await longest_wait(is_over))
    verdicts = [row.verdict for row in overview(session).rows]
    assert len(verdicts) == max(SIZES)
    assert {verdict and verdict.state for verdict in verdicts} == {State.OK}, verdicts
    return found


def measure(rounds: int, folder: str) -> None:
    """Prints the table."""
    authority = trustme.CA()
    pair, root = str(Path(folder) / "server.pem"), str(Path(folder) / "authority.pem")
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(pair)
    authority.cert_pem.write_to_path(root)
    server = subprocess.Popen([sys.executable, __file__, "serve", pair], stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        ports = server.stdout.readline().split()
        checker = Checker({"SSL_CERT_FILE": root})
        print(f"first check, cold   {wall(checker, jobs(ports, 1)) / DELAY:6.2f}")
        walls: dict[int, list[float]] = {size: [] for size in SIZES}
        for _ in range(rounds):
            for size in SIZES:
                walls[size].append(wall(checker, jobs(ports, size)))
        for size, found in walls.items():
            print(f"{size:4} checks          {statistics.median(found) / DELAY:6.2f}   best {min(found) / DELAY:5.2f}")
        stalls = [asyncio.run(stall(checker, jobs(ports, 40))) for _ in range(rounds)]
        print(f"stall with 40       {statistics.median(stalls):6.1f} ms, best {min(stalls):5.1f}")
        checker.close()
        on_screen = asyncio.run(screen_stalls(furnished(folder, root, ports), rounds))
        print(f"screen, 100, / frame{statistics.median(on_screen) / FRAME:6.2f}   best {min(on_screen) / FRAME:5.2f}")
    finally:
        server.terminate()


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        asyncio.run(serve(sys.argv[2]))
    else:
        with tempfile.TemporaryDirectory() as folder:
            measure(int(sys.argv[1]) if len(sys.argv) > 1 else 7, folder)
