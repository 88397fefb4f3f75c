"""Whether an object can be a config of ours: what would be read as empty, and then be overwritten, is refused."""

from collections.abc import Iterator, Mapping

from llmkeys.account import read_account_name
from llmkeys.errors import UsageError
from llmkeys.record import items, section

Kinds = tuple[type, ...]

_NOTHING = type(None)
_WORDS = {dict: "an object", list: "a list", str: "text", bool: "true or false", int: "a number", float: "a number"}
_SECTIONS: Mapping[str, Kinds] = {
    "version": (int,),
    "salt": (str,),
    **dict.fromkeys(("accounts", "active", "consents", "defaults", "providers", "settings"), (dict,)),
    **dict.fromkeys(("favourites", "garbage", "pending", "recent"), (list,)),
    "previous_default": (dict, _NOTHING),
}
_ROLES: Mapping[str, Kinds] = {"main": (dict, _NOTHING)}
_ACCOUNT: Mapping[str, Kinds] = {
    **dict.fromkeys(("name", "store", "reference", "item", "hint", "fingerprint"), (str, _NOTHING)),
    **dict.fromkeys(("base_url", "model", "created_at", "updated_at", "expires_at"), (str, _NOTHING)),
    **dict.fromkeys(("models", "settings", "metadata"), (dict, _NOTHING)),
    "enabled": (bool, _NOTHING),
}
_MODELS: Mapping[str, Kinds] = dict.fromkeys(("added", "hidden"), (list, _NOTHING))
_ITEM: Mapping[str, Kinds] = {"store": (str,), "item": (str,), "since": (int, float), "until": (int, float)}


def misshapen(raw: Mapping[str, object]) -> str:
    """Why `raw` is no config that this version can change without a loss, as a clause; empty if it is one.

    Looked at are the sections this version reads, the name and the known fields of every account, and the items that
    are to be written or deleted. Whatever else is there, and what settings and providers say, is nobody's loss.
    """
    return next(_troubles(raw), "")


def _troubles(raw: Mapping[str, object]) -> Iterator[str]:
    yield from _odd_fields(raw, _SECTIONS, "")
    yield from _odd_fields(section(raw, "defaults"), _ROLES, "defaults.")
    for number, (name, record) in enumerate(section(raw, "accounts").items(), 1):
        if not _is_name(name):  # not shown: a key may have been pasted there
            yield f"the name of account {number} is not provider/label in small letters"
        elif isinstance(record, dict):
            yield from _account_troubles(record, f"accounts.{name}")
        else:
            yield f"accounts.{name} is {_kind(record)}, not an object"
    for field in ("pending", "garbage"):
        for number, item in enumerate(items(raw, field), 1):
            yield from _item_troubles(item, f"entry {number} of {field}")


def _account_troubles(record: Mapping[str, object], place: str) -> Iterator[str]:
    yield from _odd_fields(record, _ACCOUNT, f"{place}.")
    models = section(record, "models")
    yield from _odd_fields(models, _MODELS, f"{place}.models.")
    for field in _MODELS:
        if any(not isinstance(each, str) for each in items(models, field)):
            yield f"{place}.models.{field} holds something else than text"


def _item_troubles(item: object, place: str) -> Iterator[str]:
    if isinstance(item, dict) and "store" in item and "item" in item:
        yield from _odd_fields(item, _ITEM, f"{place}: ")
    else:
        yield f"{place} names no store and item"


def _odd_fields(record: Mapping[str, object], kinds: Mapping[str, Kinds], place: str) -> Iterator[str]:
    for field, wanted in kinds.items():
        if field in record and type(record[field]) not in wanted:
            yield f"{place}{field} is {_kind(record[field])}, not {_WORDS[wanted[0]]}"


def _kind(value: object) -> str:
    return _WORDS.get(type(value), "null")


def _is_name(text: str) -> bool:
    """Whether `text` is an account's name, spelt as every change of that account spells it."""
    try:
        return str(read_account_name(text)) == text
    except UsageError:
        return False
