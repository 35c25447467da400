-- What becomes of a held fact: a person who leads its group, and did not write it, lets it count or not.

-- Facts in a letter box (unreadable, or of a group that is not their author's) are a manager's.
create function desk.may_rule(p_me desk.staff, p_author uuid, p_grp text) returns boolean language sql stable as
$$ select p_author <> p_me.id and exists (
     select from desk.staff_right r where r.centre = p_me.centre and r.staff = p_me.id and r.until is null
       and (r.grp = '*' and r.role = 'manager' or r.grp = p_grp and r.role in ('leader', 'manager'))) $$;

-- The fact of a held link takes its place as if it were accepted now; false when it has none to take.
create function desk.let_in(p_origin desk.origin, p_link desk.journal) returns boolean
language plpgsql set search_path = pg_catalog, desk, pg_temp as $$
declare
  v_row desk.incoming;
  v_rows desk.incoming[];
begin
  if p_link.reason in ('unreadable', 'too_large', 'field_wrong') then return false; end if;
  begin
    select p_link.seq, p_link.fact, p_link.kind, p_link.prev, p_link.content, p_link.link, p_link.mac, f.body,
           f.body::jsonb, p_link.grp, p_link.subject, p_link.reader, f.happened, f.keyed, f.stamp, 'accepted', ''
      into strict v_row.seq, v_row.fact, v_row.kind, v_row.prev, v_row.content, v_row.link, v_row.mac, v_row.body,
           v_row.doc, v_row.grp, v_row.subject, v_row.reader, v_row.happened, v_row.keyed, v_row.stamp,
           v_row.verdict, v_row.reason
      from desk.fact f join desk.kind k on k.name = f.kind and not k.hub_only
      where f.centre = p_link.centre and f.id = p_link.fact and f.origin = p_link.origin and f.seq = p_link.seq
        and f.raw is null and (f.body::jsonb->'v')::bigint <= k.version
        and (not k.widens or exists (select from desk.staff_group where centre = f.centre
                                     and code = f.body::jsonb->'fields'->>'to_group'));
    v_rows := array[v_row];
    if cardinality(desk.misfits(v_rows, array[p_link.kind])) > 0 then return false; end if;
    perform desk.project(p_origin.centre, p_origin.staff, v_rows, array[p_link.kind]);
    perform desk.widen(p_origin.centre, p_origin.staff, v_rows, array[p_link.kind]);
    perform desk.claim_numbers(p_origin, v_rows, array[p_link.kind]);
  exception when no_data_found or data_exception or program_limit_exceeded or cardinality_violation
                 or not_null_violation then
    return false;
  end;
  return true;
end $$;

-- p_verdict: accepted or voided. p_told_by is the hub fact that says so.
create function desk.keep_ruling(p_link desk.journal, p_verdict text, p_told_by uuid) returns void
language sql set search_path = pg_catalog, desk, pg_temp as
$$ insert into desk.ruling (centre, origin, seq, fact, grp, author, subject, reader, verdict, told_by, made)
   values (p_link.centre, p_link.origin, p_link.seq, p_link.fact, p_link.grp, p_link.author, p_link.subject,
           p_link.reader, p_verdict, p_told_by, desk.now_us()) $$;

-- p_verdict: released or voided. Once more the same is nothing new.
create function desk.rule(p_fact uuid, p_verdict text, p_reason text) returns void
language plpgsql security definer set search_path = pg_catalog, desk, pg_temp as $$
declare
  v_me constant desk.staff := desk.caller();
  v_stands constant text := case p_verdict when 'released' then 'accepted' when 'voided' then 'voided' end;
  v_link desk.journal;
  v_origin desk.origin;
  v_ruled text;
begin
  perform desk.refuse_closed(v_me.centre);
  select j.* into v_link from desk.journal j join desk.fact f using (centre, origin, seq)
    where f.centre = v_me.centre and f.id = p_fact;
  if v_stands is null or v_link.fact is null or not desk.may_rule(v_me, v_link.author, v_link.grp) then
    perform desk.refuse('rights');
  end if;
  perform desk.check_word(p_reason, 500);
  select * into v_origin from desk.origin where id = v_link.origin for update;  -- one ruling at a time
  select verdict into v_ruled from desk.ruling where origin = v_link.origin and seq = v_link.seq;
  if v_ruled = v_stands then return; end if;
  if v_ruled is not null then raise exception 'ruled_already' using errcode = 'AD028'; end if;
  if v_link.verdict <> 'held' then raise exception 'not_held' using errcode = 'AD029'; end if;
  if v_stands = 'accepted' and not desk.let_in(v_origin, v_link) then
    raise exception 'unfit' using errcode = 'AD032';
  end if;
  perform desk.keep_ruling(v_link, v_stands, desk.tell_ruling(v_link, p_verdict, p_reason, v_me.id));
end $$;

-- Held facts that I may rule, the oldest first.
create function desk.held_list() returns json
language plpgsql security definer set search_path = pg_catalog, desk, pg_temp as $$
declare v_me constant desk.staff := desk.caller();
begin
  perform desk.refuse_closed(v_me.centre);
  return (select coalesce(json_agg(json_build_object('fact', j.fact, 'kind', j.kind, 'group', j.grp,
      'author', s.number, 'reason', j.reason, 'received', j.received) order by j.received, j.seq), '[]')
    from desk.journal j join desk.staff s on s.centre = j.centre and s.id = j.author
    where j.centre = v_me.centre and j.verdict = 'held' and desk.may_rule(v_me, j.author, j.grp)
      and not exists (select from desk.ruling r where r.origin = j.origin and r.seq = j.seq));
end $$;
