"""Groups, articles, prices by date, barcodes, and the revenue accounts of groups."""
