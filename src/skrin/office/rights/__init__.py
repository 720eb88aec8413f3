"""Rights at the office: the book, what tills asked and were told, and what a person must look at.

Another app uses `actions` and `queries` only (docs/algorithms/rights.md):

- a till's entries are counted by `actions.take`, called by ingest alone, once for each entry;
- a right that begins at the office is opened by `actions.open_right` (a preprinted gift card, an
  event's quota); one that a till made has its row from the till's own entry;
- `actions.credit` raises it (a refund made at the office), `actions.use_free` takes from what is
  free (a web shop, a web copy), else recalls and says so;
- `queries.row` is the row as it stands: total, free, used, and who holds how much.

All of it is called inside the company (`tenancy.wall.inside`).
"""
