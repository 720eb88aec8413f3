"""Holding a file against an XML schema, with a library that is only needed for it.

The tax authority's schema is not ours to give, and no ordinary day needs it; so the library is an
extra: `xmlschema`, which reads a large file in pieces.
"""

from __future__ import annotations

import importlib
from itertools import islice
from pathlib import Path

PACKAGE = "xmlschema"
FAULTS_TOLD = 10


class SchemaUnusable(Exception):
    """The check cannot be made: no library, or no schema."""


class SchemaFault(Exception):
    """The file is not as the schema wants it."""


def check_schema(file: Path, schema: Path) -> None:
    """Raise `SchemaFault` with the first faults by element, `SchemaUnusable` when nobody can tell.

    The file stays where it is: what is wrong with it must be seen.
    """
    try:
        library = importlib.import_module(PACKAGE)
    except ImportError:
        raise SchemaUnusable(
            f"The file was made but not checked: to hold it against a schema the package"
            f" “{PACKAGE}” must be installed."
        ) from None
    try:
        rules = library.XMLSchema(str(schema))
        faults = list(islice(rules.iter_errors(str(file)), FAULTS_TOLD))
    except Exception as fault:
        raise SchemaUnusable(f"{schema} cannot be used as a schema: {fault}") from fault
    if faults:
        told = "\n".join(f"  {one.path}: {one.reason}" for one in faults)
        raise SchemaFault(f"{file.name} is not as {schema.name} wants it:\n{told}")
