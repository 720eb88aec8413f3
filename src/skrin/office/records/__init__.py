"""The records of registers as the office holds them, to be taken out: no tables of its own."""
