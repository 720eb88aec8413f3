"""Law and fiscal protocols, a folder for each country. Pure: bytes and dates in, answers out."""
