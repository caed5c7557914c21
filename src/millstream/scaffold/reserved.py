"""Words that cannot be the name of a column without quotes; Flink's are in `millstream.sql.keywords`."""

from __future__ import annotations

# PostgreSQL docs, appendix C: reserved, also as the name of a column.
POSTGRES = frozenset(
    """
    all analyse analyze and any array as asc asymmetric both case cast check collate column constraint create
    current_catalog current_date current_role current_time current_timestamp current_user default deferrable desc
    distinct do else end except false fetch for foreign from grant group having in initially intersect into lateral
    leading limit localtime localtimestamp not null offset on only or order placing primary references returning
    select session_user some symmetric table then to trailing true union unique user using variadic when where
    window with
    """.split()  # noqa: SIM905 - a list of quoted words reads worse
)

# Words that ClickHouse's parser would take for a clause where a column or a select item stands.
CLICKHOUSE = frozenset(
    """
    all and array any as asc between by case cast constraint cross desc distinct else end except exists false final
    format from full global group having if in index inner interval into is join left like limit not null offset on
    or order outer prewhere primary projection right sample select semi settings table then totals true ttl union
    using when where with
    """.split()  # noqa: SIM905 - a list of quoted words reads worse
)
