"""The file store: keys in `credentials.json`, plain text that only its owner can read, used by consent."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from llmkeys.files.read import read_json, unparsable
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
        keys = self._read()
        if item not in keys:
            return None
        text = keys[item]
        if not isinstance(text, str):
            raise unparsable(self._path, "what it keeps for this account is not text")
        return Secret(text)

    def items(self) -> Collection[str]:
        """The names of all that is kept; no key is among them."""
        return self._read().keys()

    def set(self, item: str, secret: Secret) -> None:
        """Keeps `secret` as `item`, in place of what was kept so."""

        def changed(raw: dict[str, object]) -> dict[str, object]:
            return {"version": VERSION, **raw, "keys": {**self._keys(raw), item: secret.reveal()}}

        change_json(self._path, changed, private=True)

    def delete(self, item: str) -> None:
        """Forgets `item`; nothing happens if it is not there."""

        def changed(raw: dict[str, object]) -> dict[str, object]:
            return {**raw, "keys": {name: text for name, text in self._keys(raw).items() if name != item}}

        if item in self._read():
            change_json(self._path, changed, private=True)

    def _read(self) -> Mapping[str, object]:
        return self._keys(read_json(self._path, private=True)[0] or {})

    def _keys(self, raw: Mapping[str, object]) -> Mapping[str, object]:
        """What is kept by item; a file whose `keys` is something else is never taken for an empty one."""
        keys = raw.get("keys", {})
        if not isinstance(keys, dict):
            raise unparsable(self._path, "keys is not an object")
        return keys
