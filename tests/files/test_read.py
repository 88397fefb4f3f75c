"""Reading our own files: what is refused, what is put right, and what never passes for an empty file."""

from __future__ import annotations

import errno
import json
import os
import stat
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmkeys.errors import FileFailed, FileRefused, Unparsable
from llmkeys.files import folder as folder_module
from llmkeys.files import read as read_module
from llmkeys.files.read import LIMIT, parse_object, read_bytes, read_json

on_unix = pytest.mark.only_on("linux", "darwin")
both_kinds = pytest.mark.parametrize("private", [True, False])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    folder = tmp_path / "llmkeys"
    folder.mkdir(mode=0o700)
    return folder / "config.json"


def written(path: Path, data: bytes = b"{}", mode: int = 0o600) -> Path:
    path.write_bytes(data)
    path.chmod(mode)
    return path


@both_kinds
def test_a_file_that_is_not_there_is_none(path: Path, private: bool) -> None:
    assert read_bytes(str(path), private=private) is None
    assert read_bytes(str(path.parent / "no" / "folder"), private=private) is None
    assert read_json(str(path), private=private) == (None, ())


def test_a_path_through_a_file_is_not_there(path: Path) -> None:
    written(path)
    assert read_json(str(path / "inside" / "config.json"), private=True) == (None, ())


@both_kinds
def test_a_file_of_our_own_is_read_as_it_is(path: Path, private: bool) -> None:
    written(path, b'{"a": 1}')
    assert read_bytes(str(path), private=private) == (b'{"a": 1}', ())
    assert read_json(str(path), private=private) == ({"a": 1}, ())


@on_unix
@both_kinds
@pytest.mark.parametrize("mode", [0o644, 0o660, 0o604, 0o777])
def test_a_mode_that_lets_others_in_is_tightened_and_said_once(path: Path, private: bool, mode: int) -> None:
    written(path, mode=mode)
    found = read_bytes(str(path), private=private)
    assert found is not None
    assert found.notes == (f"{path} was open to other users (mode {mode:04o}); it is now {mode & 0o700:04o}.",)
    assert stat.S_IMODE(path.stat().st_mode) == mode & 0o700
    assert read_bytes(str(path), private=private) == (b"{}", ())


@on_unix
def test_a_disk_that_keeps_no_modes_is_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(path, mode=0o644)
    monkeypatch.setattr(os, "fchmod", lambda descriptor, mode: None)
    found = read_bytes(str(path), private=True)
    assert found is not None
    assert found.notes == (f"{path} is open to other users (mode 0644), and this disk does not let it be closed.",)


@on_unix
def test_a_mode_that_may_not_be_changed_is_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(path, mode=0o644)

    def refuse(descriptor: int, mode: int) -> None:
        raise OSError(errno.EROFS, "")

    monkeypatch.setattr(os, "fchmod", refuse)
    found = read_bytes(str(path), private=True)
    assert found is not None
    assert "does not let it be closed" in found.notes[0]


@on_unix
@both_kinds
def test_a_file_of_another_user_is_refused(path: Path, private: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    written(path)
    monkeypatch.setattr(folder_module, "check_folder", lambda path: ())
    monkeypatch.setattr(read_module, "check_folder", lambda path: ())
    own = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: own + 1)
    with pytest.raises(FileRefused, match="belongs to another user"):
        read_bytes(str(path), private=private)


@on_unix
@both_kinds
def test_a_file_with_a_second_name_is_refused(path: Path, private: bool) -> None:
    written(path)
    os.link(path, path.parent / "other")
    with pytest.raises(FileRefused, match="second name"):
        read_bytes(str(path), private=private)


@on_unix
def test_a_file_that_is_replaced_while_it_is_read_is_read(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(path, b'{"old": 1}')
    real = os.open

    def replaced_behind_our_back(*arguments: object, **options: object) -> int:
        descriptor = real(*arguments, **options)  # type: ignore[arg-type]
        path.unlink()
        return descriptor

    monkeypatch.setattr(os, "open", replaced_behind_our_back)
    assert read_json(str(path), private=True) == ({"old": 1}, ())


@on_unix
def test_keys_are_never_read_through_a_link(path: Path) -> None:
    target = written(path.parent / "real.json")
    path.symlink_to(target)
    with pytest.raises(FileRefused, match="is a link"):
        read_bytes(str(path), private=True)


@on_unix
def test_a_link_that_is_put_there_at_the_last_moment_is_not_followed(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path.symlink_to(written(path.parent / "real.json"))
    monkeypatch.setattr(read_module, "_refuse_links", lambda path, private: None)
    with pytest.raises(FileFailed, match="it is a link"):
        read_bytes(str(path), private=True)


@on_unix
def test_config_may_be_a_link_of_ours(path: Path) -> None:
    target = written(path.parent / "real.json", b'{"a": 1}')
    path.symlink_to(target)
    assert read_json(str(path), private=False) == ({"a": 1}, ())


@on_unix
def test_config_may_not_be_a_link_of_another_user(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path.symlink_to(written(path.parent / "real.json"))
    monkeypatch.setattr(read_module, "check_folder", lambda path: ())
    own = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: own + 1)
    with pytest.raises(FileRefused, match="a link that belongs to another user"):
        read_bytes(str(path), private=False)


@on_unix
def test_a_dangling_link_is_a_file_that_is_not_there(path: Path) -> None:
    path.symlink_to(path.parent / "gone.json")
    assert read_bytes(str(path), private=False) is None


@on_unix
@both_kinds
@pytest.mark.parametrize("kind", ["pipe", "folder"])
def test_what_is_no_regular_file_is_refused_at_once(path: Path, private: bool, kind: str) -> None:
    os.mkfifo(path) if kind == "pipe" else path.mkdir()
    with pytest.raises(FileRefused, match="not a regular file"):
        read_bytes(str(path), private=private)


@both_kinds
def test_a_file_larger_than_the_limit_is_none_of_ours(path: Path, private: bool) -> None:
    written(path, b" " * LIMIT)
    assert read_bytes(str(path), private=private) is not None
    written(path, b" " * (LIMIT + 1))
    with pytest.raises(Unparsable, match="larger than 1,048,576 bytes"):
        read_bytes(str(path), private=private)


@pytest.mark.parametrize("call", ["open", "read"])
def test_a_read_that_the_system_refuses_is_one_sentence(path: Path, call: str, monkeypatch: pytest.MonkeyPatch) -> None:
    written(path)

    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EIO, "an english sentence of the system")

    monkeypatch.setattr(os, call, refuse)
    with pytest.raises(FileFailed) as caught:
        read_bytes(str(path), private=True)
    assert caught.value.message == f"{path} cannot be read: the disk reports an error."


def test_where_files_have_no_owners_modes_do_not_matter(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows: the access list of the profile folder protects what is in it."""
    written(path, mode=0o666)
    monkeypatch.setattr(read_module, "_HAS_OWNERS", False)
    monkeypatch.setattr(folder_module, "_HAS_OWNERS", False)
    assert read_bytes(str(path), private=True) == (b"{}", ())


DEEP = b'{"a":' * 40 + b"1" + b"}" * 40
NO_JSON = {
    "nothing": (b"", "line 1, column 1: expecting value"),
    "cut off in a text": (b'{"accounts', "line 1, column 2: unterminated string"),
    "a line end in a text": (b'{"a": "b\n"}', "line 1, column 9: invalid control character"),
    "cut off": (b'{"accounts": {', "line 1, column 15: expecting property name enclosed in double quotes"),
    "no object": (b"[1, 2]", "it is not a JSON object"),
    "a string": (b'"text"', "it is not a JSON object"),
    "a field twice": (b'{"a": 1, "a": 2}', "a field is there twice"),
    "a field twice, deeper": (b'{"b": [{"a": 1, "a": 2}]}', "a field is there twice"),
    "not a number": (b'{"a": NaN}', "NaN is not a JSON number"),
    "infinity": (b'{"a": -Infinity}', "-Infinity is not a JSON number"),
    "too large a number": (b'{"a": 1e999}', "a number is too large"),
    "5,000 digits": (b'{"a": ' + b"9" * 5000 + b"}", "a number is too long"),
    "40 levels": (DEEP, "it is nested too deeply"),
    "100,000 brackets": (b'{"a": ' + b"[" * 100_000, "it is nested too deeply"),
    "not UTF-8": (b'{"a": "\xff"}', "it is not UTF-8 text"),
    "UTF-16": ('{"a": 1}'.encode("utf-16"), "it is not UTF-8 text"),
    "a lone surrogate": (b'{"a": "\\ud800"}', "it is not UTF-8 text"),
    "a lone surrogate as a name": (b'{"\\udfff": 1}', "it is not UTF-8 text"),
}


@pytest.mark.parametrize("name", NO_JSON)
def test_what_does_not_parse_is_told_and_never_empty(path: Path, name: str) -> None:
    data, why = NO_JSON[name]
    written(path, data)
    with pytest.raises(Unparsable) as caught:
        read_json(str(path), private=False)
    assert caught.value.message == f"{path} cannot be read: {why}. It is left as it is."
    assert "doctor" in caught.value.next
    assert path.read_bytes() == data


GOOD = {
    "a mark before it": (b'\xef\xbb\xbf{"a": 1}', {"a": 1}),
    "32 levels": (b'{"a":' * 32 + b"1" + b"}" * 32, None),
    "a pair of surrogates": (b'{"a": "\\ud83d\\ude00"}', {"a": "\N{GRINNING FACE}"}),
    "numbers": (b'{"a": [1, -2.5, 1e10]}', {"a": [1, -2.5, 1e10]}),
}


@pytest.mark.parametrize("name", GOOD)
def test_what_is_a_json_object_is_read(name: str) -> None:
    data, value = GOOD[name]
    assert parse_object("config.json", data) == (json.loads(data) if value is None else value)


@given(
    st.dictionaries(
        st.text(st.characters(exclude_categories=["Cs"])),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
            max_leaves=10,
        ),
    )
)
def test_whatever_json_writes_is_read_as_the_same(value: dict[str, object]) -> None:
    assert parse_object("config.json", json.dumps(value).encode()) == value


@given(st.binary(max_size=200))
def test_any_bytes_are_an_object_or_unparsable(data: bytes) -> None:
    with suppress(Unparsable):
        assert isinstance(parse_object("config.json", data), dict)
