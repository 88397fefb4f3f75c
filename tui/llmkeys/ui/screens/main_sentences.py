"""What a test found, as the end of a sentence that begins with a name; pure."""

from llmkeys.verdict import State

_SAID = {
    State.OK: " is ok",
    State.RATE_LIMITED: " is limited for now",
    State.INSUFFICIENT_QUOTA: " has no credit",
    State.INVALID_KEY: " is invalid",
    State.EXPIRED_OR_REVOKED: " is expired",
    State.FORBIDDEN_SCOPE: " may not do this",
    State.REGION_BLOCKED: " is blocked in this region",
    State.WRONG_ENDPOINT: ": wrong endpoint",
    State.NOT_AN_API: ": no API answered",
    State.TLS_ERROR: ": no trusted connection",
    State.UNREACHABLE: " was not reached",
    State.TIMEOUT: " did not answer in time",
    State.SERVER_ERROR: ": the server failed",
    State.UNTESTABLE: " cannot be tested",
    State.NOT_SENT: " was not sent",
}


def said_of(state: State) -> str:
    """` works`, ` is refused`, `: no API answered`."""
    return _SAID[state]
