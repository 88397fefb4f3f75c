"""The file store: keys in `credentials.json`, plain text that only its owner can read, used by consent."""

from __future__ import annotations

from llmkeys.files.read import read_json
from llmkeys.paths import Paths
from llmkeys.secret import Secret
from llmkeys.store.json_file import VERSION, change_json


class KeyFile:
    """Keys by item name.

    Every method raises FileRefused, Unparsable and FileFailed; those that write also LockTimeout and NewerFile.
    """

    __slots__ = ("_path",)

    def __init__(self, paths: Paths) -> None:
        self._path = paths.credentials

    def get(self, item: str) -> Secret | None:
        """The key kept as `item`; None if there is none."""
        raw, _ = read_json(self._path, private=True)
        text = _keys(raw or {}).get(item)
        return Secret(text) if isinstance(text, str) else None

    def set(self, item: str, secret: Secret) -> None:
        """Keeps `secret` as `item`, in place of what was kept so."""

        def changed(raw: dict[str, object]) -> dict[str, object]:
            return {"version": VERSION, **raw, "keys": {**_keys(raw), item: secret.reveal()}}

        change_json(self._path, changed, private=True)

    def delete(self, item: str) -> None:
        """Forgets `item`; nothing happens if it is not there."""

        def changed(raw: dict[str, object]) -> dict[str, object]:
            return {**raw, "keys": {name: text for name, text in _keys(raw).items() if name != item}}

        if self.get(item) is not None:
            change_json(self._path, changed, private=True)


def _keys(raw: dict[str, object]) -> dict[str, object]:
    keys = raw.get("keys")
    return keys if isinstance(keys, dict) else {}
