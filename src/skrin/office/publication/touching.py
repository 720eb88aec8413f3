# ruff: noqa: S608 (statements are put together from constants, never from input)
"""How the database notes what is to be published: triggers on every register's table.

Theory: whoever changes a register, by whatever way, has also written to `publication_touched`, in
the same transaction, once for each store that the row goes to. Publishing takes those notes away
and reads only what they name. A note of a transaction that has not ended is not seen, stays, and is
taken by the next publication; nothing is counted, so no edit can slip between two counts, and
nobody waits for anybody's lock. A statement that changes very much notes the section as a whole.
"""

from __future__ import annotations

from dataclasses import dataclass

MOST_KEYS = 2000
"""More keys than these of one statement are noted as their whole section."""


@dataclass(frozen=True, slots=True)
class Source:
    """A table and the section that is made of it. SQL over the changed row `r`: `key` ('' = the
    section is read whole), `company`, `store` (NULL = all of them). Columns in `unheard` are of no
    concern to tills."""

    table: str
    section: str
    key: str = "''"
    company: str = "r.company_id"
    store: str = "NULL::integer"
    unheard: tuple[str, ...] = ()


SOURCES = (
    Source("tenancy_company", "store", company="r.id"),
    Source("tenancy_store", "store"),
    Source("tenancy_store", "people"),
    Source("catalogue_group", "groups"),
    Source("catalogue_article", "articles", key="r.id::text"),
    Source(
        "catalogue_price",
        "prices",
        key="r.article_id || ':' || r.store || ':' || to_char(r.from_day, 'YYYY-MM-DD')",
        store="nullif(r.store, 0)",
    ),
    Source("catalogue_modifiergroup", "modifier_groups"),
    Source("catalogue_deal", "deals"),
    Source("layouts_layout", "layouts"),
    Source("layouts_button", "layouts"),
    Source("layouts_image", "images", key="r.hash"),
    Source("paymentsystems_paymentmethod", "payment_methods"),
    Source("paymentsystems_cardterminal", "card_terminals", store="r.store"),
    Source("paymentsystems_reason", "reasons"),
    Source("tills_tillsetting", "settings", store="r.store"),
    Source("people_membership", "people", unheard=("pin", "pin_misses")),
    Source("people_role", "roles"),
)
"""Every table that a publication is made of (a test holds it against what is read)."""


def touching_sql(source: Source) -> str:
    """SQL that makes the triggers of one source."""
    name = _function(source)
    columns = "*"
    if source.unheard:
        unheard = "".join(f" - '{column}'" for column in source.unheard)
        columns = f"company_id, to_jsonb(t){unheard}"
    new, old = (f"SELECT {columns} FROM {rows} t" for rows in ("new_rows", "old_rows"))
    changed = {
        "INSERT": new,
        # No join of the two by id: a plan kept from a statement of two rows would be a loop within
        # a loop for one of a hundred thousand.
        "UPDATE": f"({new} EXCEPT {old}) UNION ALL ({old} EXCEPT {new})",
        "DELETE": old,
    }
    notes = {what: _note(source, rows) for what, rows in changed.items()}
    tables = {
        "INSERT": "NEW TABLE AS new_rows",
        "UPDATE": "OLD TABLE AS old_rows NEW TABLE AS new_rows",
        "DELETE": "OLD TABLE AS old_rows",
    }
    return (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" IF TG_OP = 'INSERT' THEN {notes['INSERT']};"
        f" ELSIF TG_OP = 'UPDATE' THEN {notes['UPDATE']};"
        f" ELSE {notes['DELETE']}; END IF; RETURN NULL; END $$;"
    ) + "".join(
        f"CREATE TRIGGER touch_{source.section}_{what.lower()} AFTER {what} ON {source.table}"
        f" REFERENCING {tables[what]} FOR EACH STATEMENT EXECUTE FUNCTION {name}();"
        for what in tables
    )


def _note(source: Source, changed: str) -> str:
    return (
        f"WITH changed AS ({changed}), keyed AS (SELECT DISTINCT {source.company} AS company_id,"
        f" {source.store} AS store, {source.key} AS key FROM changed r)"
        " INSERT INTO publication_touched (company_id, store, section, key)"
        f" SELECT DISTINCT k.company_id, s.number, '{source.section}',"
        f" CASE WHEN (SELECT count(*) FROM keyed) > {MOST_KEYS} THEN '' ELSE k.key END"
        " FROM keyed k JOIN tenancy_store s ON s.company_id = k.company_id"
        " AND (k.store IS NULL OR s.number = k.store)"
    )


def dropping_sql(source: Source) -> str:
    """SQL that takes the triggers of one source away."""
    return f"DROP FUNCTION {_function(source)}() CASCADE;"


def _function(source: Source) -> str:
    return f"touch_{source.table}_{source.section}"  # PostgreSQL cuts names at 63 letters.
