"""The server and the checker that tests of wishes share."""

from support.provider_server import checker, server

__all__ = ["checker", "server"]
