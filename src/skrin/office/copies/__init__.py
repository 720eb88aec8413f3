"""Copies of receipts that are ordered at the office and made by a till (R-COPY-012).

The office makes none itself: a copy is registered with a control unit, and only tills have one. So
somebody here names a till of the store; the order goes to it with the answers of its exchanges, for
as long as it is wanted, and what came of it comes back as an entry: `copy.sealed` under the order's
id, or `copy.declined`. The right to the one copy is not touched by an order: it lies where it lies,
and the till that makes the copy uses it, claims it first where another has it, and is refused where
it is used up (`domain/rights`). So an order can never make a second copy, whatever is ordered,
withdrawn, sent twice or late.

Another app uses `actions` and `queries` only; ingest alone calls `actions.take`.
"""
