"""A stand-in for a class of keyring's, for what cannot run on Linux: other systems' errors, limits and habits."""

from __future__ import annotations

from llmkeys.store.backends import Backend

WORDS = "Stand-in"


class Ring:
    """Keeps keys in a dictionary of the class; what stands in `fails` is raised by the method of that name."""

    kept: dict[tuple[str, str], str] = {}
    fails: dict[str, Exception] = {}
    forgets = True

    def __init__(self) -> None:
        raise AssertionError("it takes attributes from the environment")

    def get_password(self, service: str, username: str) -> str | None:
        self._fail("get_password")
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._fail("set_password")
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._fail("delete_password")
        if self.forgets:
            self.kept.pop((service, username), None)

    def _fail(self, method: str) -> None:
        if method in self.fails:
            raise self.fails[method]


def stand_in(longest: int | None = None, **attributes: object) -> Backend:
    """The row of the stand-in."""
    return Backend("stand-in", WORDS, "support.fake_ring", "Ring", "linux", attributes, longest)
