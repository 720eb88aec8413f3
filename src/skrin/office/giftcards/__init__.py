"""Gift cards of a company: which there are, their days and blocks, and what happened to each.

What is on a card, and who may use it, is the book of rights (`office/rights`, kind `gift_card`):
this app keeps what the book does not care for. A right is the company's, so a card bought in one
store pays in every store of the company (docs/algorithms/rights.md).

- `actions.take` reads what tills journaled, called by ingest after the rights were counted;
- `queries.answer` is what a till is told of a card, `queries.why_not` what hinders a claim;
- `queries.liability` is what is owed to holders of multi-purpose cards on a day.

A code is never kept: a card is its hash (`domain.giftcard.key_of`) and the last signs.
"""
