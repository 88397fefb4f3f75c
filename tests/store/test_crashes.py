"""The two-store protocol with a crash after every step: one active key always, and nothing left behind in the end."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from llmkeys.account import Account, AccountName
from llmkeys.errors import LlmkeysError
from llmkeys.secret import Secret
from llmkeys.store.keys import forget_everything, forget_key, save_key
from llmkeys.store.sweep import GRACE, LATE_WRITE, sweep
from support.double import PATHS, Crash, World

NAME = AccountName("openai", "work")
OTHER = AccountName("openai", "home")
HOUR = 3600.0
Operation = Callable[[World], object]


def save(world: World, name: AccountName, key: str, *, now: float = 0, replaces: bool = False, keep: float = 0) -> None:
    """As the program saves a key."""
    account = Account(name, store="keychain")
    save_key(PATHS, world.find_store, account, Secret(key), now=now, replaces=replaces, keep_seconds=keep)


OPERATIONS: dict[str, Operation] = {
    "save": lambda world: save(world, OTHER, "new"),
    "rotate": lambda world: save(world, NAME, "new", replaces=True),
    "rotate, kept for undo": lambda world: save(world, NAME, "new", replaces=True, keep=600),
    "forget": lambda world: forget_key(PATHS, world.find_store, NAME, now=0),
    "forget, kept for undo": lambda world: forget_key(PATHS, world.find_store, NAME, now=0, keep_seconds=600),
    "forget everything": lambda world: forget_everything(PATHS, world.find_store, now=0),
}


@pytest.mark.parametrize("trouble", ["", "locked", "late", "lying"])
@pytest.mark.parametrize("name", OPERATIONS)
def test_after_a_crash_at_any_step_the_old_or_the_new_key_works_and_a_sweep_cleans_up(name: str, trouble: str) -> None:
    crash_at = 0
    while True:
        world = World()
        with world.entered():
            save(world, NAME, "old")
            world.trouble, world.crash_at, world.steps = trouble, crash_at, 0
            world.watch = lambda world=world: watch(world)  # type: ignore[misc]
            crashed = run(OPERATIONS[name], world)
            world.trouble, world.crash_at, world.watch = "", None, lambda: None
            world.items.update(world.late)
            world.late.clear()
            before = world.active(NAME)
            swept = sweep(PATHS, world.find_store, now=HOUR)
        assert swept.waiting == 0
        assert swept.problems == ()
        assert world.active(NAME) == before
        assert world.items.keys() == {each.item for each in world.config.accounts.values()}
        assert world.config.pending == world.config.garbage == ()
        if not crashed:
            break
        crash_at += 1
    assert crash_at >= 1


def watch(world: World) -> None:
    """What holds at every instant."""
    assert world.orphans() == set()
    assert world.active(NAME) in ("old", "new", None)
    assert world.active(OTHER) in ("new", None)


def run(operation: Operation, world: World) -> bool:
    """Whether the operation crashed; an error of ours is no crash."""
    try:
        operation(world)
    except Crash:
        return True
    except LlmkeysError:
        assert world.active(NAME) == "old"
    return False


class TwoStores(RuleBasedStateMachine):
    """Any order of saving, rotating, forgetting, sweeping, waiting, failing, being late and crashing."""

    @initialize()
    def begin(self) -> None:
        self.world = World()
        self.entry = self.world.entered()
        self.entry.__enter__()
        self.now = 0.0
        self.number = 0
        self.expected: dict[AccountName, str] = {}

    def teardown(self) -> None:
        self.entry.__exit__(None, None, None)

    @rule(
        name=st.sampled_from([NAME, OTHER]),
        crash=st.none() | st.integers(0, 8),
        keep=st.sampled_from([0.0, 600.0]),
        trouble=st.sampled_from(["", "", "", "locked", "late", "lying"]),
    )
    def save_or_rotate(self, name: AccountName, crash: int | None, keep: float, trouble: str) -> None:
        self.number += 1
        key = f"key-{self.number}"
        replaces = name in self.expected
        done = self.attempt(
            lambda: save(self.world, name, key, now=self.now, replaces=replaces, keep=keep), crash, trouble
        )
        if done:
            self.expected[name] = key
        else:
            self.agree_to_either(name, key)

    @rule(
        name=st.sampled_from([NAME, OTHER]),
        crash=st.none() | st.integers(0, 4),
        keep=st.sampled_from([0.0, 600.0]),
        trouble=st.sampled_from(["", "", "locked"]),
    )
    def forget(self, name: AccountName, crash: int | None, keep: float, trouble: str) -> None:
        done = self.attempt(
            lambda: forget_key(PATHS, self.world.find_store, name, now=self.now, keep_seconds=keep), crash, trouble
        )
        if done or name not in self.world.config.accounts:
            self.expected.pop(name, None)

    @rule(crash=st.none() | st.integers(0, 4), trouble=st.sampled_from(["", "locked"]), everything=st.booleans())
    def sweep(self, crash: int | None, trouble: str, everything: bool) -> None:
        if not everything:
            self.attempt(lambda: sweep(PATHS, self.world.find_store, now=self.now), crash, trouble)
        elif not self.world.late:
            self.attempt(lambda: sweep(PATHS, self.world.find_store, now=self.now, everything=True), crash, trouble)

    @rule(seconds=st.sampled_from([1.0, GRACE + 1, LATE_WRITE + GRACE]))
    def time_passes(self, seconds: float) -> None:
        self.late_writes_end()
        self.now += seconds

    @rule()
    def late_writes_end(self) -> None:
        self.world.items.update(self.world.late)
        self.world.late.clear()

    @rule()
    def all_is_swept_in_the_end(self) -> None:
        self.late_writes_end()
        self.now += 10 * HOUR
        swept = sweep(PATHS, self.world.find_store, now=self.now)
        assert swept.waiting == 0
        assert len(self.world.items) == len(self.expected)

    @invariant()
    def every_account_has_its_one_key(self) -> None:
        if hasattr(self, "world"):
            assert {name: self.world.active(name) for name in self.world.config.accounts} == self.expected
            assert self.world.orphans() == set()

    def attempt(self, operation: Callable[[], object], crash: int | None, trouble: str) -> bool:
        """Whether `operation` went through."""
        self.world.trouble, self.world.steps, self.world.crash_at = trouble, 0, crash
        try:
            operation()
        except (Crash, LlmkeysError):
            return False
        finally:
            self.world.trouble, self.world.crash_at = "", None
        return True

    def agree_to_either(self, name: AccountName, key: str) -> None:
        """After a crash the key is the old or the new one; from now on it is that one."""
        if name in self.world.config.accounts:
            active = self.world.active(name)
            assert active in (self.expected.get(name), key)
            self.expected[name] = active or ""


TwoStores.TestCase.settings = settings(max_examples=150, stateful_step_count=25, deadline=None)
TestTwoStores = TwoStores.TestCase
