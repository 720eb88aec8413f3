"""A till's own settings: changed here, or the store's again; each change stands in the journal.

Who wins, from the last word down: what was changed at the till, what the office set for this very
till, what it set for the store, what the program does (`domain.till_setting`).
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence

from skrin.domain import role as roles
from skrin.domain.codec import decode, encode
from skrin.domain.refusal import Refusal
from skrin.domain.till_setting import (
    OWN_METHOD_IDS,
    OWN_METHODS,
    Setting,
    SettingSet,
    Value,
    checked,
    settled,
)
from skrin.sync.messages import Person
from skrin.till.flow.till import SETTINGS_HERE, Till

_KNOWN = "settings_known"
"""Beside the journal: the values that its entries of this kind come to, by name (JSON)."""

Values = dict[str, Value]


class SettingChoice:
    """The settings of a till in a store."""

    def __init__(self, till: Till) -> None:
        """Nothing is read or written yet."""
        self.till = till
        self.then: Callable[[], None] = lambda: None
        """What else is taken up that was set elsewhere."""
        self._known: Values | None = None

    def may_choose(self, person: Person) -> bool:
        """Whether a person may change what stands on the page of settings."""
        return self.till.role_of(person).rule(roles.SETTINGS) == roles.ALLOW

    def change(self, actor: Person, name: str, typed: Sequence[str]) -> None:
        """Set a setting at this till, from now on. Refused: what `checked` refuses, `not_allowed`,
        `own_method_in_use` (a part of the open sale is paid with the method that goes)."""
        self._set(actor, name, checked(name, typed, self.till.registers.methods))

    def use_stores(self, actor: Person, name: str) -> None:
        """Forget what was set here: the store's counts again. Refused as `change`."""
        self._set(actor, name, None)

    def _set(self, actor: Person, name: str, value: Value | None) -> None:
        till = self.till
        till.check(actor, roles.SETTINGS)

        def command() -> None:
            before = till.registers.settings.get(name)
            if before is None:
                raise Refusal("setting_unknown")
            after = settled(value, before.default, before.default_by)
            if after == before:
                return
            if name == OWN_METHODS:
                self._check_paid(after.value)
            here = self._here()
            here.pop(name, None)
            if value is not None:
                here[name] = value
            known = {**(self._journaled() or _values(till.registers.settings)), name: after.value}
            with till.transaction(actor) as tx:
                set_so = SettingSet(name, after.value, before.value, after.named_by)
                tx.append("setting.set", set_so)
                till.file.put_state(SETTINGS_HERE, encode(here).decode())
                till.file.put_state(_KNOWN, encode(known).decode())
            self._known = known
            till.take_registers()

        till.run(command)

    def _check_paid(self, names: Value) -> None:
        """A part that was paid can be undone only while its method is there."""
        left = {number for number, name in zip(OWN_METHOD_IDS, names, strict=False) if name}
        for paid in self.till.desk.payments:
            if paid.method in OWN_METHOD_IDS and paid.method not in left:
                raise Refusal("own_method_in_use", name=paid.name)

    def take_up(self) -> None:
        """Write down what the office has set otherwise since: at the start, and after a
        publication, which is in use by then. A till without registers has nothing to compare."""
        self._write_down()
        self.then()

    def _write_down(self) -> None:
        till = self.till
        if till.registers.store is None:
            return
        now = till.registers.settings
        if self._known is None:
            self._known = self._journaled()
        if self._known is not None and self._known == _values(now):
            return

        def command() -> None:
            now = till.registers.settings
            # A journal of before these entries begins with what it has, and says nothing of it.
            known = self._journaled() or _values(now)
            with till.transaction(None) as tx:
                for name, setting in now.items():
                    before = known.get(name, setting.default)
                    if before != setting.value:
                        set_so = SettingSet(name, setting.value, before, setting.named_by)
                        tx.append("setting.set", set_so)
                till.file.put_state(_KNOWN, encode(_values(now)).decode())
            self._known = _values(now)

        with contextlib.suppress(Refusal):
            till.run(command)

    def _here(self) -> Values:
        text = self.till.file.state(SETTINGS_HERE)
        return decode(Values, text.encode()) if text else {}

    def _journaled(self) -> Values | None:
        text = self.till.file.state(_KNOWN)
        return decode(Values, text.encode()) if text else None


def _values(settings: Mapping[str, Setting]) -> Values:
    return {name: setting.value for name, setting in settings.items()}
