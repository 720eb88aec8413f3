"""What things are called on this screen: in its own language. Receipts keep the shop's own."""

from __future__ import annotations

from django.utils.translation import get_language

from skrin.domain.cart import Item
from skrin.domain.payment import Payment, PaymentMethod
from skrin.till.flow.till import Till


def named(name: str, names: dict[str, str]) -> str:
    """A name in the language of this screen, where it has one in it."""
    return names.get(get_language() or "", "") or name


def item_name(till: Till, item: Item) -> str:
    """What stands on a line, called as on the key that rang it. A thing that has another name since
    then keeps the one that will be on the receipt."""
    registers = till.registers
    known = registers.articles.get(item.article) or registers.groups.get(item.group)
    return named(known.name, known.names) if known and known.name == item.name else item.name


def method_name(method: PaymentMethod) -> str:
    """A way to pay."""
    return named(method.name, method.names)


def paid_name(till: Till, paid: Payment) -> str:
    """The way that a part was paid."""
    method = till.registers.method(paid.method)
    return method_name(method) if method and method.name == paid.name else paid.name
