"""The keys of personal numbers: from the settings, or (outside production) from a file only its owner can read."""

from __future__ import annotations

import json
import secrets
from pathlib import Path

from workflow.errors import SettingsError
from workflow.private_files import make_once, replace_whole
from workflow.text import Text
from workflow.vault import KEY_LENGTH, FieldKeys

FILE = "field_keys.json"
FIRST = "k1"


def read_keys(keys: str, lookup: str) -> FieldKeys:
    """`keys` is "id:hex" with commas between, the one that seals first; a key without an id is k1.

    Raises SettingsError, which repeats no key.
    """
    try:
        pairs = [part.strip().rpartition(":") for part in keys.split(",") if part.strip()]
        by_id = {name or FIRST: bytes.fromhex(value) for name, _, value in pairs}
        if len(by_id) != len(pairs):
            raise ValueError("an id is used twice")
        return FieldKeys(by_id, bytes.fromhex(lookup))
    except ValueError as error:
        raise SettingsError(
            Text(
                "FIELD_KEYS 应为“编号:64位十六进制”（多个用逗号分隔，第一个用于加密），"
                "FIELD_LOOKUP_KEY 为 64 位十六进制",
                "FIELD_KEYS must be id:key (several with commas, the first one seals), FIELD_LOOKUP_KEY a key,"
                " each key 64 hexadecimal digits",
            )
        ) from error


def kept_keys(data_dir: Path) -> FieldKeys:
    """Those of the file in the data folder; made at the first time, with mode 0600."""
    path = data_dir / FILE
    if not path.exists():
        make_once(path, _written({FIRST: _fresh()}, _fresh()))
    found = json.loads(path.read_text(encoding="utf-8"))
    return read_keys(",".join(f"{name}:{key}" for name, key in found["keys"].items()), found["lookup"])


def add_kept_key(data_dir: Path) -> str:
    """Puts a new key before the others and answers its id; what is sealed already stays under its own."""
    kept_keys(data_dir)
    path = data_dir / FILE
    found = json.loads(path.read_text(encoding="utf-8"))
    name = f"k{len(found['keys']) + 1}"
    replace_whole(path, _written({name: _fresh(), **found["keys"]}, found["lookup"]))
    return name


def _written(keys: dict[str, str], lookup: str) -> str:
    return json.dumps({"keys": keys, "lookup": lookup})


def _fresh() -> str:
    return secrets.token_hex(KEY_LENGTH)
