"""A sample body for every kind of entry, made from its shape, so that no new kind is forgotten."""

from __future__ import annotations

import types
import typing
from dataclasses import fields, is_dataclass
from typing import Any, Union, get_args, get_origin
from zlib import crc32


def sample(shape: type) -> Any:
    """An instance of the dataclass `shape`, every field filled and none like another."""
    hints = typing.get_type_hints(shape)
    return shape(**{f.name: _value(hints[f.name], f.name) for f in fields(shape)})


def _value(hint: Any, name: str) -> Any:
    """Texts say their field's name (with letters beyond ASCII), numbers follow from it."""
    if is_dataclass(hint) and isinstance(hint, type):
        return sample(hint)
    if hint is bool:
        return True
    if hint is int:
        return crc32(name.encode()) % 1_000_000
    if hint is str:
        return f'{name} åäö € "\\ 😀'
    origin, args = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return _value(next(arg for arg in args if arg is not type(None)), name)
    if origin is tuple:
        assert args[1] is Ellipsis, f"{name}: only tuples of one kind stand in entries"
        return (_value(args[0], f"{name}_1"), _value(args[0], f"{name}_2"))
    if origin is frozenset:
        return frozenset({_value(args[0], f"{name}_1")})
    if origin is dict:
        return {_value(args[0], f"{name}_key"): _value(args[1], f"{name}_value")}
    raise AssertionError(f"{name}: no sample for {hint}")
