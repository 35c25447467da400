-- What time and newer desks bring: parts for the months to come, and facts that can be read now.

-- Parts for this month and the next p_months; a month whose facts lie in the default part stays there.
create function desk.partitions_ahead(p_months integer) returns integer
language plpgsql security definer set search_path = pg_catalog, desk, pg_temp as $$
declare
  v_first timestamp;
  v_name text;
  v_from uuid; v_upto uuid;
  v_made integer := 0;
begin
  for v_first in select generate_series(date_trunc('month', now() at time zone 'utc'),
      date_trunc('month', now() at time zone 'utc') + make_interval(months => p_months),
      interval '1 month')
  loop
    v_name := 'fact_' || to_char(v_first, 'YYYY_MM');
    continue when to_regclass('desk.' || v_name) is not null or to_regclass('desk_away.' || v_name) is not null
      or exists (select from desk.archived where part = v_name);
    v_from := desk.month_bound(v_first);
    v_upto := desk.month_bound(v_first + interval '1 month');
    continue when exists (select from desk.fact_other where id >= v_from and id < v_upto);
    perform desk.part_make(v_name, v_from, v_upto);
    v_made := v_made + 1;
  end loop;
  return v_made;
end $$;

create function desk.part_make(p_name text, p_from uuid, p_upto uuid) returns void
language plpgsql set search_path = pg_catalog, desk, pg_temp as $$
begin
  execute format('create table desk.%I partition of desk.fact for values from (%L) to (%L)',
                 p_name, p_from, p_upto);
  perform desk.part_guard('desk', p_name);
end $$;

-- A part obeys the rules of the whole: rows for its owner alone, and none of them is emptied out.
create function desk.part_guard(p_schema text, p_name text) returns void
language plpgsql set search_path = pg_catalog, desk, pg_temp as $$
begin
  execute format('alter table %I.%I owner to desk_owner', p_schema, p_name);
  execute format('alter table %I.%I enable row level security', p_schema, p_name);
  execute format('alter table %I.%I force row level security', p_schema, p_name);
  execute format('drop policy if exists owner on %I.%I', p_schema, p_name);
  execute format('create policy owner on %I.%I to desk_owner using (true) with check (true)', p_schema, p_name);
  execute format('drop trigger if exists no_truncate on %I.%I', p_schema, p_name);
  execute format('create trigger no_truncate before truncate on %I.%I for each statement'
                 ' execute function desk.refuse_change()', p_schema, p_name);
end $$;

create function desk.month_bound(p_first timestamp) returns uuid language sql immutable as
$$ select encode(substring(int8send((extract(epoch from p_first) * 1000)::bigint) from 3)
                 || decode(repeat('00', 10), 'hex'), 'hex')::uuid $$;

-- Facts held as unknown whose kind the hub knows now: judged again, and released if they fit.
create function desk.release_known() returns integer
language plpgsql set search_path = pg_catalog, desk, pg_temp as $$
declare
  v_link desk.journal;
  v_origin desk.origin;
  v_row desk.incoming;
  v_rows desk.incoming[];
  v_released integer := 0;
begin
  for v_link in
    select j.* from desk.journal j join desk.kind k on k.name = j.kind
    where desk.open_here(j.centre) and j.verdict = 'held' and j.reason = 'kind_unknown' and not exists (
      select from desk.ruling r where r.origin = j.origin and r.seq = j.seq)
    order by j.received, j.origin, j.seq
  loop
    select * into v_origin from desk.origin where id = v_link.origin for update;
    select v_link.seq, v_link.fact, v_link.kind, v_link.prev, v_link.content, v_link.link, v_link.mac,
           f.body, f.raw, (select json_agg(json_build_array(p.field, p.value, p.salt))
                           from desk.personal p where p.centre = f.centre and p.fact = f.id)
      into v_row.seq, v_row.fact, v_row.kind, v_row.prev, v_row.content, v_row.link, v_row.mac,
           v_row.body, v_row.raw, v_row.personal
      from desk.fact f where f.centre = v_link.centre and f.id = v_link.fact
        and f.origin = v_link.origin and f.seq = v_link.seq;
    continue when not found;
    begin
      v_rows := desk.judge(v_origin, array[v_row]);
      continue when v_rows[1].verdict <> 'accepted';
      perform desk.project(v_origin.centre, v_origin.staff, v_rows, array[v_link.kind]);
      perform desk.widen(v_origin.centre, v_origin.staff, v_rows, array[v_link.kind]);
      perform desk.claim_numbers(v_origin, v_rows, array[v_link.kind]);
    exception when data_exception or program_limit_exceeded then
      continue;
    end;
    perform desk.keep_ruling(v_link, 'accepted', desk.tell_ruling(v_link, 'released', '', null));
    v_released := v_released + 1;
  end loop;
  return v_released;
end $$;

-- p_by is the person who ruled, if it was one.
create function desk.tell_ruling(p_link desk.journal, p_verdict text, p_reason text, p_by uuid) returns uuid
language sql set search_path = pg_catalog, desk, pg_temp as
$$ select desk.say(p_link.centre, 'hub.verdict', p_link.grp, p_link.subject,
     jsonb_strip_nulls(jsonb_build_object('about', p_link.fact, 'origin', p_link.origin, 'seq', p_link.seq,
                                          'verdict', p_verdict, 'reason', p_reason, 'by', p_by)),
     case when not desk.may_read(p_link.centre, p_link.author, p_link.grp) then p_link.author end) $$;
