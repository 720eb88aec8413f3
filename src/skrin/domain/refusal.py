"""Refusals: the house says no, in a code and values; the words are made where people read."""

from __future__ import annotations


class Refusal(Exception):
    """Something that may not be done, and why.

    `code` is a stable snake_case name that the programs' skins turn into a sentence in the
    user's language; `values` are the figures that belong into the sentence (texts or integers,
    amounts in minor units under names that end in `_minor`). A refusal changes nothing.
    """

    def __init__(self, code: str, **values: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.values = values

    def __str__(self) -> str:
        if not self.values:
            return self.code
        return f"{self.code} ({', '.join(f'{k}={v}' for k, v in self.values.items())})"
