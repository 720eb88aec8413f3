"""Rights: how the tills of a company share what only one may use (D21, D22).

`terms` are the entries, `journaled` what an entry says of rights, `orders` what the office answers,
`hold` the till's side, `book` the office's, `lease` the one place where time is read, `equation`
what both sides owe each other. All of it is pure. The page for the stranger, and what a new kind
builds on (`till.flow.rights`, `office.rights`), is docs/algorithms/rights.md.
"""
