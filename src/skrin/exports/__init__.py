"""Files for others: accounting, authorities. Pure: rows in, bytes out."""
