"""A simulated shop scale on a serial line: MT-SICS level 0, or 8217 of cash register scales."""
