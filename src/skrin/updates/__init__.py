"""Updates: signed sets of wheels, installed beside the running version, one switched link."""
