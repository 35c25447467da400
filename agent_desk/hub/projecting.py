"""Turns the kinds' declarations into the hub's field checks and projecting statements."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, MetaData, Table, Text
from sqlalchemy.types import TypeEngine

from agent_desk.facts.kind import Catalogue, FactKind, FieldType
from agent_desk.facts.projection import HEADER, Projection
from agent_desk.hub.tables import SCHEMA
from agent_desk.hub.tables import metadata as hub_metadata

_WHOLE = (FieldType.INTEGER, FieldType.FEN, FieldType.TIME)
ID = Text(collation="C")
"""An id as text: compared byte by byte, not as words of a language."""
_SQL_TYPES: dict[FieldType, TypeEngine[Any]] = {
    FieldType.TEXT: Text(),
    FieldType.INTEGER: BigInteger(),
    FieldType.FEN: BigInteger(),
    FieldType.TIME: BigInteger(),
    FieldType.FLAG: Boolean(),
}
_JSON_TYPE = {
    FieldType.TEXT: "string",
    FieldType.FLAG: "boolean",
    FieldType.LINES: "array",
    FieldType.MAP: "object",
}


def projection_tables(catalogue: Catalogue) -> list[tuple[Projection, Table]]:
    """Every projection with its table in schema ``desk``.

    Raises ValueError when a projection takes the name of one of the hub's own tables.
    """
    made = MetaData(schema=SCHEMA)
    for projection in catalogue.projections:
        if f"{SCHEMA}.{projection.name}" in hub_metadata.tables:
            raise ValueError(f"the hub itself has a table called {projection.name}")
    return [(each, _table(each, made)) for each in catalogue.projections]


def _table(projection: Projection, metadata: MetaData) -> Table:
    """A projection's table, made once in ``metadata`` and then found."""
    found = metadata.tables.get(f"{SCHEMA}.{projection.name}")
    if found is not None:
        return found
    types: dict[str, TypeEngine[Any]] = {"line": Integer(), "happened": BigInteger(), "grp": Text()}
    head: list[Column[Any]] = [
        Column(name, types.get(name, ID), primary_key=name in projection.key, nullable=False, autoincrement=False)
        for name in (*projection.key, *HEADER[1:])
    ]
    own = [Column(name, _SQL_TYPES[kind]) for name, kind in projection.columns]
    indexed = [Index(f"ix_{projection.name}_{name}", name) for name in projection.indexes]
    return Table(projection.name, metadata, *head, *own, *indexed)


def shape_on_hub(projection: Projection) -> str:
    """What the hub remembers of a declaration: another one, and the table is made again."""
    return f"{projection.shape}/2"


def literal(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def named(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def _fits(name: str, kind: FieldType, required: bool, source: str = "f") -> str:
    value = f"{source}->{literal(name)}"
    if kind in _WHOLE:
        fits = f"(jsonb_typeof({value}) = 'number' and ({value})::bigint = ({value})::numeric)"
    else:
        fits = f"jsonb_typeof({value}) = {literal(_JSON_TYPE[kind])}"
    return fits if required else f"({value} is null or {fits})"


def _misfit(kind: FactKind) -> str:
    checks = [_fits(name, each, True) for name, each in kind.fields.items()]
    checks += [_fits(name, each, False) for name, each in kind.optional.items()]
    if not checks:
        return ""
    return f"""
  if {literal(kind.name)} = any(p_kinds) then
    wrong := wrong || array(
      select r.seq from (select seq, doc->'fields' as f from unnest(p_rows) each
                         where kind = {literal(kind.name)} and verdict = 'accepted' offset 0) r
      where ({" and ".join(checks)}) is not true);
  end if;"""


def misfits_sql(catalogue: Catalogue) -> str:
    """``desk.misfits``: the seqs of those rows whose fields are not as their kind declares.

    The lines of a field of lines are looked at when they are projected (``desk.misfit``).
    """
    parts = "".join(_misfit(kind) for kind in catalogue)
    return f"""
create function desk.misfits(p_rows desk.incoming[], p_kinds text[]) returns bigint[]
language plpgsql stable set search_path = pg_catalog, desk, pg_temp as $made$
declare wrong bigint[] := '{{}}';
begin{parts}
  return wrong;
end $made$;
"""


def _value(source: str, name: str, kind: FieldType) -> str:
    """A typed column from jsonb: raises a data error when the value is of another type."""
    value = f"{source}->{literal(name)}"
    if kind in _WHOLE:
        return f"({value})::bigint"
    if kind is FieldType.FLAG:
        return f"({value})::boolean"
    return f"case when jsonb_typeof({value}) <> 'string' then desk.misfit() else {source}->>{literal(name)} end"


def _select(kinds: Iterable[str], projection: Projection, rows: str) -> tuple[str, str]:
    """Columns of one projection, and the statement that reads them from ``rows``: a relation of

    fact columns and ``f``, the body's fields.
    """
    columns = ["fact", "centre", "grp", "author", "subject", "happened"]
    values = ["r.fact", "r.centre", "r.grp", "r.author", "r.subject", "r.happened"]
    source, lines = "r.f", ""
    if projection.each is not None:
        columns.append("line")
        values.append(
            "case when jsonb_typeof(l.line) = 'object' then (l.n - 1)::integer else desk.misfit()::integer end"
        )
        source = "l.line"
        lines = f" cross join lateral jsonb_array_elements(r.f->{literal(projection.each)}) with ordinality l(line, n)"
    for name, kind in projection.columns:
        columns.append(named(name))
        values.append(_value(source, name, kind))
    listed = ", ".join(literal(kind) for kind in kinds)
    return ", ".join(columns), (
        f"select {', '.join(values)} from ({rows} and each.kind in ({listed}) offset 0) r{lines}"
    )


def _insert(kinds: Iterable[str], projection: Projection, rows: str) -> str:
    columns, select = _select(kinds, projection, rows)
    return f"insert into desk.{named(projection.name)} ({columns}) {select}"


_BATCH = (
    "select fact::text, v_centre as centre, grp, v_author as author, subject::text, happened,"
    " doc->'fields' as f from unnest(p_rows) each where verdict = 'accepted'"
)
_KEPT = (
    "select each.id::text as fact, each.centre::text, each.grp, each.author::text, each.subject::text,"
    " each.happened,"
    " (each.body::jsonb)->'fields' as f from desk.fact each"
    " join desk.journal j using (origin, seq) left join desk.ruling u using (origin, seq)"
    " where coalesce(u.verdict, j.verdict) = 'accepted'"
)


def project_sql(catalogue: Catalogue) -> str:
    """``desk.project``: writes the projections of a batch of accepted facts."""
    parts = []
    for projection in catalogue.projections:
        kinds = _kinds_of(catalogue, projection)
        listed = ", ".join(literal(kind) for kind in kinds)
        parts.append(f"\n  if p_kinds && array[{listed}] then\n    {_insert(kinds, projection, _BATCH)};\n  end if;")
    return f"""
create function desk.project(p_centre uuid, p_author uuid, p_rows desk.incoming[], p_kinds text[])
returns void language plpgsql set search_path = pg_catalog, desk, pg_temp as $made$
declare
  v_centre constant text := p_centre;
  v_author constant text := p_author;
begin{"".join(parts)}
end $made$;
"""


def rebuild_sql(catalogue: Catalogue, projection: Projection, part: str = "") -> str:
    """Fill one projection from the facts kept, all or those of one month's part; what stands there is left alone."""
    kept = _KEPT
    if part:
        month = f"desk.part_month({literal(part)})"
        kept += f" and each.id >= desk.month_bound({month})"
        kept += f" and each.id < desk.month_bound({month} + interval '1 month')"
    return f"{_insert(_kinds_of(catalogue, projection), projection, kept)} on conflict do nothing"


def differing_sql(catalogue: Catalogue, projection: Projection) -> str:
    """How many rows of a projection differ from what the facts kept make of it; of facts that are

    away nothing can be said.
    """
    columns, select = _select(_kinds_of(catalogue, projection), projection, _KEPT)
    there = (
        f"select {columns} from desk.{named(projection.name)} there where not exists (select from desk.archived a"
        " where a.centre::text = there.centre and a.id::text = there.fact)"
    )
    return f"select count(*) from (({there} except all {select}) union all ({select} except all {there})) differing"


def _kinds_of(catalogue: Catalogue, projection: Projection) -> list[str]:
    return [kind.name for kind in catalogue if projection in kind.projections]
