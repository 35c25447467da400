-- Months taken out of the hub and put back. Run by a superuser, never by people. A month that went lies
-- in the schema desk_away until it is copied elsewhere and dropped; desk.archived remembers its facts.

-- The month of a part by its name, and where its ids begin and end.
create function desk.part_month(p_name text) returns timestamp language sql immutable as
$$ select to_date(substring(p_name from '^fact_([0-9]{4}_[0-9]{2})$'), 'YYYY_MM')::timestamp $$;

-- Every part: here, put aside in this database, or only remembered.
create function desk.part_list()
returns table (name text, month timestamp, here boolean, aside boolean, remembered bigint)
language sql stable set search_path = pg_catalog, desk, pg_temp as
$$ select p.name, desk.part_month(p.name), bool_or(p.here), bool_or(p.aside), sum(p.remembered)::bigint
   from (select c.relname::text as name, true as here, false as aside, 0::bigint as remembered
         from pg_inherits i join pg_class c on c.oid = i.inhrelid
         where i.inhparent = 'desk.fact'::regclass and desk.part_month(c.relname::text) is not null
         union all
         select relname::text, false, true, 0 from pg_class
         where relnamespace = 'desk_away'::regnamespace and relkind = 'r'
           and desk.part_month(relname::text) is not null
         union all
         select part, false, false, count(*) from desk.archived group by part) p
   group by p.name order by p.name $$;

-- What stays whatever its month: what the hub said itself, shares, kinds that seats keep always, what
-- seats keep still, and what waits for a person.
create function desk.part_stays(p_fact desk.fact, p_now bigint) returns boolean
language sql stable as
$$ select p_fact.author = '00000000-0000-8000-8000-000000000001'
     or not exists (select from desk.kind k where k.name = p_fact.kind and not k.widens and not k.hub_only
                    and k.keep_days > 0 and p_fact.keyed <= p_now - k.keep_days * 86400000000)
     or exists (select from desk.journal j where j.origin = p_fact.origin and j.seq = p_fact.seq
                and j.verdict = 'held' and not exists (
                  select from desk.ruling r where r.origin = j.origin and r.seq = j.seq)) $$;

create function desk.part_columns() returns text language sql stable as
$$ select string_agg(quote_ident(attname), ', ' order by attnum) from pg_attribute
   where attrelid = 'desk.fact'::regclass and attnum > 0 and not attisdropped $$;

-- Guards for a part that is no part any more.
create function desk.part_put_aside(p_name text) returns void language plpgsql
set search_path = pg_catalog, desk, pg_temp as $$
begin
  perform desk.part_guard('desk_away', p_name);
  execute format('drop trigger if exists append_only on desk_away.%I', p_name);
  execute format('create trigger append_only before update or delete on desk_away.%I for each row'
                 ' execute function desk.refuse_change()', p_name);
end $$;

-- Take one part out; answers how many facts went.
create function desk.part_detach(p_name text) returns bigint language plpgsql
set search_path = pg_catalog, desk, pg_temp as $$
declare
  v_now constant bigint := desk.now_us();
  v_columns constant text := desk.part_columns();
  v_gone bigint;
begin
  lock table desk.fact in access exclusive mode;
  execute format('insert into desk.archived (centre, id, grp, author, subject, content, origin, seq, part)'
                 ' select centre, id, grp, author, subject, content, origin, seq, %L from desk.fact f'
                 ' where id >= %L and id < %L and f.tableoid = %L::regclass and not desk.part_stays(f, %L)',
                 p_name, desk.month_bound(desk.part_month(p_name)),
                 desk.month_bound(desk.part_month(p_name) + interval '1 month'), 'desk.' || p_name, v_now);
  get diagnostics v_gone = row_count;
  execute format('alter table desk.fact detach partition desk.%I', p_name);
  execute format('insert into desk.fact (%s) select %s from desk.%I p where not exists ('
                 'select from desk.archived a where a.centre = p.centre and a.id = p.id)',
                 v_columns, v_columns, p_name);
  execute format('alter table desk.%I set schema desk_away', p_name);
  perform desk.part_put_aside(p_name);
  return v_gone;
end $$;

-- How many facts of a part that lies aside are not what went away: altered, missing, or never here.
create function desk.part_altered(p_name text) returns bigint language plpgsql
set search_path = pg_catalog, desk, pg_temp as $$
declare v_altered bigint;
begin
  execute format($q$
    select count(*) from desk_away.%1$I p
    full join (select * from desk.archived where part = %1$L) a on a.centre = p.centre and a.id = p.id
    left join desk.fact f on f.centre = p.centre and f.id = p.id
    left join desk.journal j on j.origin = p.origin and j.seq = p.seq and j.fact = p.id
    where p.id is null or (a.id is null) = (f.id is null)
      or p.content <> sha256(coalesce(p.raw, convert_to(p.body, 'UTF8')))
      or (p.grp, p.author, p.subject, p.content, p.origin, p.seq) is distinct from
         (coalesce(a.grp, f.grp), coalesce(a.author, f.author), coalesce(a.subject, f.subject),
          coalesce(a.content, f.content), coalesce(a.origin, f.origin), coalesce(a.seq, f.seq))
      or p.kind is distinct from j.kind or p.content is distinct from j.content$q$, p_name)
    into v_altered;
  return v_altered;
end $$;

-- Put one part back: with what came for its month meanwhile, and columns that newer hubs added.
create function desk.part_attach(p_name text) returns void language plpgsql
set search_path = pg_catalog, desk, pg_temp as $$
declare
  v_columns constant text := desk.part_columns();
  v_from constant uuid := desk.month_bound(desk.part_month(p_name));
  v_upto constant uuid := desk.month_bound(desk.part_month(p_name) + interval '1 month');
  v_column record;
begin
  lock table desk.fact in access exclusive mode;
  for v_column in
    select a.attname as name, format_type(a.atttypid, a.atttypmod) as type, a.attnotnull as needed,
           pg_get_expr(d.adbin, d.adrelid) as value
    from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    where a.attrelid = 'desk.fact'::regclass and a.attnum > 0 and not a.attisdropped and not exists (
      select from pg_attribute b where b.attrelid = ('desk_away.' || quote_ident(p_name))::regclass
        and b.attname = a.attname and not b.attisdropped)
  loop
    execute format('alter table desk_away.%I add column %I %s %s %s', p_name, v_column.name, v_column.type,
                   case when v_column.value is not null then 'default ' || v_column.value end,
                   case when v_column.needed then 'not null' end);
  end loop;
  execute format('drop trigger append_only on desk_away.%I', p_name);
  alter table desk.fact_other disable trigger append_only;
  execute format('insert into desk_away.%I (%s) select %s from desk.fact_other where id >= %L and id < %L'
                 ' on conflict (centre, id) do nothing', p_name, v_columns, v_columns, v_from, v_upto);
  delete from desk.fact_other where id >= v_from and id < v_upto;
  alter table desk.fact_other enable trigger append_only;
  execute format('alter table desk_away.%I set schema desk', p_name);
  execute format('alter table desk.fact attach partition desk.%I for values from (%L) to (%L)',
                 p_name, v_from, v_upto);
  perform desk.part_guard('desk', p_name);
  delete from desk.archived where part = p_name;
end $$;
