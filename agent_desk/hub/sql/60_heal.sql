-- A hub that came back from a backup: where it is at home, what seats bring back, what nobody holds.

-- Close the hub here and end its epoch: seats will send again what it lost. An epoch names the one before it.
-- Codes of origins that were opened since the backup are jumped over, so that nobody gets one twice.
create function desk.heal_close(p_centre uuid) returns void language sql
set search_path = pg_catalog, desk, pg_temp as
$$ update desk.state set epoch = gen_random_uuid()::text || '<' || split_part(epoch, '<', 1), opened = false,
     home = desk.here(), restored = desk.now_us(), healed = null, last_code = last_code + 100
   where centre = p_centre $$;

-- Open it again: from here the hub speaks in a new origin of its own, which hangs on the old one's last
-- link, so that it never tells two stories at one place. p_backup: root digest of what was restored.
create function desk.heal_open(p_centre uuid, p_backup text) returns void language plpgsql
set search_path = pg_catalog, desk, pg_temp as $$
declare
  v_old desk.origin;
  v_new constant uuid := desk.hubs_name(p_centre, uuid_send(gen_random_uuid()));
  v_epoch text;
  v_waiting uuid;
begin
  select o.* into strict v_old from desk.origin o join desk.centre c on c.hub_origin = o.id
    where c.id = p_centre for update of o;
  select epoch into strict v_epoch from desk.state
    where centre = p_centre and not opened and home = desk.here() and restored is not null for update;
  perform desk.hub_origin_add(p_centre, v_new, v_old.id, v_old.head_seq, v_old.head_digest);
  update desk.centre set hub_origin = v_new where id = p_centre;
  update desk.state set opened = true, healed = desk.now_us() where centre = p_centre;
  perform desk.say(p_centre, 'hub.restored', '*', null, jsonb_build_object(
    'epoch', v_epoch, 'before', split_part(v_epoch, '<', 2), 'origin', v_old.id, 'seq', v_old.head_seq,
    'backup', p_backup));
  perform desk.rule_again(v.origin::uuid, v.seq, v.fact::uuid, v.verdict) from desk.hub_verdict v
    where v.centre = p_centre::text and v.verdict in ('released', 'voided');
  for v_waiting in select distinct origin from desk.offered where centre = p_centre loop
    perform desk.settle(p_centre, v_waiting);
  end loop;
end $$;

create function desk.hub_origin_add(p_centre uuid, p_origin uuid, p_from uuid, p_seq bigint, p_link bytea)
returns void language sql set search_path = pg_catalog, desk, pg_temp as
$$ insert into desk.origin (id, centre, staff, seat, code, opened, head_digest, forked_from, forked_seq)
   select p_origin, p_centre, '00000000-0000-8000-8000-000000000001', '',
          least(min(code), 0) - 1, desk.now_us(), desk.forked_prev(p_from, p_seq, p_link), p_from, p_seq
   from desk.origin where centre = p_centre $$;

-- Origins of the hub itself are named so that it knows its own again: eight bytes, and what its secret makes
-- of them. A seat is given the key of any origin it opens, and must not open one that the hub forgot as its own.
create function desk.hubs_name(p_centre uuid, p_seed bytea) returns uuid language sql stable
set search_path = pg_catalog, desk, pg_temp as
$$ select encode(seed || set_byte(seal, 0, (get_byte(seal, 0) & 63) | 128), 'hex')::uuid
   from (select seed, substring(desk_ext.hmac(convert_to('agent-desk/hub-origin/1', 'UTF8') || seed, hub_secret,
                                              'sha256') from 1 for 8) as seal
         from desk.secret, (select substring(set_byte(p_seed, 6, (get_byte(p_seed, 6) & 15) | 128)
                                             from 1 for 8) as seed) s
         where centre = p_centre) made $$;

create function desk.is_hubs(p_centre uuid, p_origin uuid) returns boolean language sql stable
set search_path = pg_catalog, desk, pg_temp as
$$ select p_origin = desk.hubs_name(p_centre, uuid_send(p_origin)) $$;

-- Links that somebody holds beyond the hub's head of an origin. p_links as in desk.push, but each link says
-- its own "q" and needs its mac. While the hub is closed only its own facts are taken.
create function desk.offer(p_origin uuid, p_links text) returns json
language plpgsql security definer set search_path = pg_catalog, desk, pg_temp as $$
declare v_me constant desk.staff := desk.caller();
begin
  if octet_length(p_links) > 64000000 then perform desk.refuse('rights'); end if;
  return desk.take_offer(v_me.centre, v_me.id, p_origin, p_links);
end $$;

create function desk.take_offer(p_centre uuid, p_by uuid, p_origin uuid, p_links text) returns json
language plpgsql set search_path = pg_catalog, desk, pg_temp as $$
declare
  v_hub constant uuid := '00000000-0000-8000-8000-000000000001';
  v_now constant bigint := desk.now_us();
  v_key constant bytea := desk.delivery_key(p_centre, p_origin);
  v_origin desk.origin;
  v_rows desk.offered[];
  v_sound boolean; v_macs boolean; v_hubs boolean;
  v_here bigint;
begin
  if not exists (select from desk.state where centre = p_centre and restored is not null) then
    return json_build_object('taken', 0, 'waiting', 0);
  end if;
  -- In the order in which push and erasing wait for each other: a seat's origin, erasing, the hub.
  if exists (select from desk.origin where id = p_origin and staff = v_hub) or desk.is_hubs(p_centre, p_origin) then
    perform desk.erase_alone(p_centre);
  end if;
  select * into v_origin from desk.origin where id = p_origin for update;
  if v_origin.centre <> p_centre then perform desk.refuse('centre'); end if;
  perform desk.while_erasing_waits(p_centre);
  perform desk.one_speaks(p_centre);
  begin
    select array_agg(row(p_centre, p_origin, s, f, k, q, content, l, m, b, r, p, p_by, v_now)::desk.offered
                     order by s),
           bool_and((s > 0 and l = desk.link_digest(p_origin, s, q, f, content, k)) is true),
           bool_and((m = desk_ext.hmac(l, v_key, 'sha256')) is true)
      into v_rows, v_sound, v_macs
      from (select s, f, k, q, l, m, p, r, coalesce(b, '') as b,
                   sha256(coalesce(r, convert_to(b, 'UTF8'), '')) as content
            from json_to_recordset(p_links::json)
              as x(s bigint, f uuid, k text, q bytea, l bytea, m bytea, b text, r bytea, p jsonb) offset 0) x;
  exception when data_exception or program_limit_exceeded then
    perform desk.refuse('chain');
  end;
  if v_rows is null then return json_build_object('taken', 0, 'waiting', 0); end if;
  if v_sound is not true then perform desk.refuse('chain'); end if;
  if v_macs is not true then perform desk.refuse('mac'); end if;
  v_hubs := coalesce(v_origin.staff = v_hub, desk.known_by_itself(p_centre, p_origin, v_rows[1]));
  if not v_hubs and not desk.open_here(p_centre) then
    return json_build_object('taken', 0, 'waiting', 0);
  end if;
  select count(*) into v_here from unnest(v_rows) r join desk.journal j on j.origin = p_origin
    and j.seq = r.seq and j.link = r.link;
  perform desk.keep_offered(p_centre, p_origin, v_rows, v_hubs);
  perform desk.settle(p_centre, p_origin);
  return (select json_build_object('taken', count(j.link) - v_here, 'waiting', count(w.link))
          from unnest(v_rows) r
          left join desk.journal j on j.origin = p_origin and j.seq = r.seq and j.link = r.link
          left join desk.offered w on w.origin = p_origin and w.seq = r.seq and w.link = r.link);
end $$;

-- An earlier restore began a hub origin nobody here remembers: its first link says so itself, under the hub's mac.
create function desk.known_by_itself(p_centre uuid, p_origin uuid, p_row desk.offered) returns boolean
language plpgsql set search_path = pg_catalog, desk, pg_temp as $$
declare v_told jsonb;
begin
  if p_row.seq <> 1 or p_row.kind <> 'hub.restored' or not desk.is_hubs(p_centre, p_origin) then return false; end if;
  v_told := p_row.body::jsonb;
  insert into desk.origin (id, centre, staff, seat, code, opened, head_digest, forked_from, forked_seq)
    select p_origin, p_centre, '00000000-0000-8000-8000-000000000001', '', least(min(code), 0) - 1,
           (v_told->>'happened')::bigint, p_row.prev, (v_told->'fields'->>'origin')::uuid,
           (v_told->'fields'->'seq')::bigint
    from desk.origin where centre = p_centre;
  return true;
end $$;

-- Offered links wait here, each once. What the hub itself once said counts from the moment it is heard,
-- in whatever order it comes: above all who has left.
create function desk.keep_offered(p_centre uuid, p_origin uuid, p_rows desk.offered[], p_hubs boolean)
returns void language plpgsql set search_path = pg_catalog, desk, pg_temp as $$
declare v_row desk.offered;
begin
  if not p_hubs then
    insert into desk.offered
      select r.centre, r.origin, r.seq, r.fact, r.kind, r.prev, r.content, r.link, r.mac, r.body, r.raw,
             case when r.personal is not null then desk.scrubbed(r.personal, array(
               select e.field from desk.erased e where e.centre = p_centre and e.fact = r.fact)) end,
             r.offered_by, r.received
      from unnest(p_rows) r where not exists (
        select from desk.journal j where j.origin = p_origin and j.seq = r.seq and j.link = r.link)
      on conflict do nothing;
    return;
  end if;
  foreach v_row in array p_rows loop
    continue when exists (select from desk.journal j where j.origin = p_origin and j.seq = v_row.seq
                          and j.link = v_row.link);
    insert into desk.offered select v_row.* on conflict do nothing;
    if found then perform desk.replay(p_centre, v_row); end if;
  end loop;
end $$;

-- Links that a seat or a bundle sends once more, of those that were named as lost: they wait for their places as
-- if they had been offered. push has proved them.
create function desk.bring_to_holes(p_centre uuid, p_by uuid, p_origin uuid, p_links text) returns void
language plpgsql set search_path = pg_catalog, desk, pg_temp as $$
begin
  perform desk.while_erasing_waits(p_centre);
  perform desk.keep_offered(p_centre, p_origin, array(
    select row(p_centre, p_origin, s, f, k, prev, content, l, m, b, r, p, p_by, desk.now_us())::desk.offered
    from (select s, f, k, l, m, p, r, coalesce(b, '') as b, coalesce(lag(l) over told, q) as prev,
                 sha256(coalesce(r, convert_to(b, 'UTF8'), '')) as content
          from json_to_recordset(p_links::json)
            as x(s bigint, f uuid, k text, l bytea, m bytea, b text, r bytea, p jsonb, q bytea)
          window told as (order by s)) x
    where m is not null and exists (select from desk.hole h where h.origin = p_origin and s between h.first and h.last)
      and not exists (select from desk.journal j where j.origin = p_origin and j.seq = s)), false);
exception when data_exception then
  null;  -- a value that cannot wait here: an offer of it by itself says so
end $$;

-- Take what hangs on what is here: onto the head, over a hole somebody named, and into such a hole.
create function desk.settle(p_centre uuid, p_origin uuid) returns void
language plpgsql set search_path = pg_catalog, desk, pg_temp as $$
declare
  v_hub constant uuid := '00000000-0000-8000-8000-000000000001';
  v_origin desk.origin;
  v_rows desk.offered[];
  v_row desk.offered;
  v_seq bigint; v_prev bytea;
  v_most integer := 500;
begin
  loop
    select * into v_origin from desk.origin where id = p_origin and centre = p_centre for update;
    exit when not found or v_origin.staff <> v_hub and not desk.open_here(p_centre);
    v_seq := v_origin.head_seq + 1;
    v_prev := v_origin.head_digest;
    while desk.all_named(p_origin, v_seq, v_seq)
          and not exists (select from desk.offered w where w.origin = p_origin and w.seq = v_seq) loop
      select max(h.last) + 1, null into v_seq, v_prev from desk.hole h
        where h.origin = p_origin and v_seq between h.first and h.last;
    end loop;
    v_rows := '{}';
    for v_row in select * from desk.offered where origin = p_origin and seq >= v_seq order by seq limit v_most loop
      exit when v_row.seq <> v_seq
        or v_row.prev <> v_prev and not (v_seq = 1 and desk.hangs_on(v_origin, v_row.prev))
        or cardinality(v_rows) > 0 and v_row.offered_by <> v_rows[1].offered_by;
      v_rows := v_rows || v_row;
      v_seq := v_seq + 1;
      v_prev := v_row.link;
    end loop;
    exit when cardinality(v_rows) = 0;
    begin
      perform desk.take_offered(v_origin, v_rows);
    exception when sqlstate 'AD004' or sqlstate 'AD005' then
      -- It speaks for somebody else: push would have refused it, so no honest seat waits for it here.
      if v_most = 1 then delete from desk.offered where origin = p_origin and seq = v_rows[1].seq; exit; end if;
      v_most := 1;
    end;
  end loop;
  if exists (select from desk.hole where origin = p_origin) then perform desk.fill_holes(p_origin); end if;
  delete from desk.offered w using desk.journal j
    where w.origin = p_origin and j.origin = w.origin and j.seq = w.seq and j.link = w.link;
  for v_origin in select o.* from desk.origin o where o.forked_from = p_origin
                  and exists (select from desk.offered w where w.origin = o.id) loop
    perform desk.settle(p_centre, v_origin.id);  -- it may have waited for a link of this one
  end loop;
end $$;

-- Links that fit: the hub's own are its own, a seat's are judged as if they had been pushed.
create function desk.take_offered(p_origin desk.origin, p_rows desk.offered[]) returns void
language plpgsql set search_path = pg_catalog, desk, pg_temp as $$
declare
  v_by constant uuid := p_rows[1].offered_by;
  v_rows constant desk.incoming[] := array(
    select row(seq, fact, kind, prev, content, link, mac, body, raw, personal::json, null, null, null,
               null, null, null, null, null, null)::desk.incoming
    from unnest(p_rows) order by seq);
begin
  if p_origin.staff = '00000000-0000-8000-8000-000000000001' then
    perform desk.put_down(p_origin, v_by, desk.said_before(p_origin, v_rows));
  else
    perform desk.take(p_origin, v_by, v_rows, exists (
      select from unnest(p_rows) where raw is not null or octet_length(body) > 1000000));
  end if;
  perform desk.settle_forks(p_origin.id);
end $$;

-- Who had such a fact in their letter box: the author whom its group does not reach.
create function desk.told_to(p_centre uuid, p_kind text, p_grp text, p_fields jsonb) returns uuid
language sql stable set search_path = pg_catalog, desk, pg_temp as
$$ select s.id from desk.staff s where s.centre = p_centre and not desk.may_read(p_centre, s.id, p_grp)
     and s.id in (
       select o.staff from desk.origin o where p_kind = 'hub.verdict' and o.id = (p_fields->>'origin')::uuid
       union all select (p_fields->>'later_author')::uuid where p_kind = 'hub.dispute'
       union all select (p_fields->>'first_author')::uuid where p_kind = 'hub.dispute')
   order by s.id::text = p_fields->>'later_author' desc limit 1 $$;

-- The hub's own facts as they stood when they were said.
create function desk.said_before(p_origin desk.origin, p_rows desk.incoming[]) returns desk.incoming[]
language sql set search_path = pg_catalog, desk, pg_temp as
$$ select array_agg(row(seq, fact, kind, prev, content, link, mac, body, raw, null, told, told->>'group',
            (told->>'subject')::uuid, desk.told_to(p_origin.centre, kind, told->>'group', told->'fields'),
            (told->'happened')::bigint, (told->'keyed')::bigint, (told->'stamp')::bigint, 'accepted', ''
          )::desk.incoming order by seq)
   from (select r.*, r.body::jsonb as told from unnest(p_rows) r offset 0) r $$;

-- An origin that goes on from another one's link can only be hung up once that link is here.
create function desk.settle_forks(p_origin uuid) returns void language sql
set search_path = pg_catalog, desk, pg_temp as
$$ update desk.origin o
   set head_digest = desk.forked_prev(o.forked_from, o.forked_seq, desk.link_of(o.forked_from, o.forked_seq))
   where o.forked_from = p_origin and o.head_seq = 0 and o.head_digest = ''
     and desk.link_of(o.forked_from, o.forked_seq) is not null $$;

-- Lost links that turn up after their hole was named go where they belong, if they hang on a neighbour.
-- Everybody has read past them: the hub says to their group that they came after all.
create function desk.fill_holes(p_origin uuid) returns void language plpgsql
set search_path = pg_catalog, desk, pg_temp as $$
declare
  v_row desk.offered;
  v_origin desk.origin;
begin
  loop
    select w.* into v_row from desk.offered w join desk.hole h on h.origin = w.origin
        and w.seq between h.first and h.last
      where w.origin = p_origin
        and not exists (select from desk.journal j where j.origin = w.origin and j.seq = w.seq)
        and coalesce((select j.link = w.prev from desk.journal j where j.origin = w.origin and j.seq = w.seq - 1),
                     true)
        and coalesce((select j.prev = w.link from desk.journal j where j.origin = w.origin and j.seq = w.seq + 1),
                     true)
        and exists (select from desk.journal j where j.origin = w.origin and j.seq in (w.seq - 1, w.seq + 1))
      order by w.seq limit 1;
    exit when not found;
    select * into v_origin from desk.origin where id = p_origin;
    perform desk.take_offered(v_origin, array[v_row]);
    if v_origin.staff <> '00000000-0000-8000-8000-000000000001' then
      perform desk.say_to(j.centre, 'hub.verdict', j.grp, j.subject, jsonb_build_object(
          'about', j.fact, 'origin', j.origin, 'seq', j.seq, 'reason', 'late',
          'verdict', case j.verdict when 'duplicate' then 'accepted' else j.verdict end), j.author)
        from desk.journal j
        where j.origin = p_origin and j.seq = v_row.seq and j.verdict in ('accepted', 'duplicate');
    end if;
  end loop;
end $$;

-- Whether each of these links lies in a hole that somebody named.
create function desk.all_named(p_origin uuid, p_first bigint, p_last bigint) returns boolean
language sql stable set search_path = pg_catalog, desk, pg_temp as
$$ select coalesce((select int8range(p_first, p_last, '[]') <@ range_agg(int8range(first, last, '[]'))
                    from desk.hole where origin = p_origin), false) $$;

-- Gaps that nobody has named: before what waits, and before a link from which another origin goes on. Of an
-- origin the hub does not know it has nothing. "waiting" counts what lies behind a gap.
create function desk.gaps(p_centre uuid)
returns table (origin uuid, staff uuid, seat text, first bigint, last bigint, waiting bigint)
language sql stable set search_path = pg_catalog, desk, pg_temp as
$$ with known as (
     select w.origin, w.seq, true as here from desk.offered w where w.centre = p_centre
     union all
     select distinct o.forked_from, o.forked_seq, false from desk.origin o
     where o.centre = p_centre and o.forked_seq > 0
       and not exists (select from desk.journal j where j.origin = o.forked_from and j.seq = o.forked_seq)
       and not exists (select from desk.offered w where w.origin = o.forked_from and w.seq = o.forked_seq))
   select g.* from (
     select k.origin, o.staff, o.seat,
            coalesce(lag(k.seq) over (partition by k.origin order by k.seq), o.head_seq, 0) + 1 as first,
            case when k.here then k.seq - 1 else k.seq end as last,
            count(*) over (partition by k.origin order by k.seq desc) as waiting
     from known k left join desk.origin o on o.id = k.origin
     where k.seq > coalesce(o.head_seq, 0)) g
   where g.first <= g.last and not desk.all_named(g.origin, g.first, g.last)
   order by g.origin, g.first $$;

-- Whether a link may be the next one of an origin. What hung on a link that was named as lost says itself on which.
create function desk.hangs_on(p_origin desk.origin, p_prev bytea) returns boolean
language sql stable set search_path = pg_catalog, desk, pg_temp as
$$ select p_prev = p_origin.head_digest or p_origin.head_seq = 0 and p_origin.head_digest = ''
     and desk.all_named(p_origin.forked_from, p_origin.forked_seq, p_origin.forked_seq) $$;

-- Links nobody holds any more: an administrator says why, and the origin goes on behind them.
create function desk.name_hole(p_origin uuid, p_first bigint, p_last bigint, p_why text) returns void
language plpgsql security definer set search_path = pg_catalog, desk, pg_temp as $$
declare
  v_centre uuid;
  v_told uuid;
begin
  perform from desk.origin where id = p_origin for update;
  perform desk.while_erasing_waits((desk.caller()).centre);
  v_centre := desk.i_administer();
  perform desk.check_word(p_why, 500);
  if not exists (select from desk.gaps(v_centre) g where g.origin = p_origin and g.first = p_first
                 and g.last = p_last and g.staff is not null) then
    raise exception 'hole_unknown' using errcode = 'AD051';
  end if;
  v_told := desk.say(v_centre, 'hub.hole_named', '*', null, jsonb_build_object(
    'origin', p_origin, 'first', p_first, 'last', p_last, 'why', p_why, 'by', (select id from desk.caller())));
  insert into desk.hole values (v_centre, p_origin, p_first, p_last, v_told, desk.now_us());
  perform desk.settle(v_centre, p_origin);
end $$;

-- What the hub itself said and what still waits for an earlier word of it. A seat's link is not heard here,
-- whatever it calls itself.
create function desk.said_waiting(p_centre uuid, p_kind text) returns table (fact uuid, told jsonb)
language sql stable set search_path = pg_catalog, desk, pg_temp as
$$ select w.fact, w.body::jsonb from (
     select w.fact, w.body from desk.offered w
     join desk.origin o on o.id = w.origin and o.staff = '00000000-0000-8000-8000-000000000001'
     where w.centre = p_centre and w.kind = p_kind offset 0) w $$;

-- What the hub said of a link before it was lost: held or in conflict. Its word stands when the link comes again.
create function desk.told_before(p_origin uuid, p_seq bigint, p_fact uuid,
                                 out told text, out why text, out ruled text, out ruled_by uuid)
language sql stable set search_path = pg_catalog, desk, pg_temp as
$$ with said as (
     select v.fact::uuid as by, v.verdict, v.reason, v.happened from desk.hub_verdict v
     where v.about = p_fact::text and v.origin = p_origin::text and v.seq = p_seq
     union all
     select w.fact, w.told->'fields'->>'verdict', w.told->'fields'->>'reason', (w.told->'happened')::bigint
     from desk.origin o, desk.said_waiting(o.centre, 'hub.verdict') w
     where o.id = p_origin and w.told->'fields'->>'about' = p_fact::text
       and w.told->'fields'->>'origin' = p_origin::text and w.told->'fields'->'seq' = to_jsonb(p_seq))
   select (select verdict from said where verdict in ('held', 'conflict') order by happened limit 1),
          (select reason from said where verdict in ('held', 'conflict') order by happened limit 1),
          (select verdict from said where verdict in ('released', 'voided') order by happened limit 1),
          (select by from said where verdict in ('released', 'voided') order by happened limit 1) $$;

-- Whether any of these links was held or in conflict before the hub lost them.
create function desk.any_told(p_centre uuid, p_origin uuid, p_rows desk.incoming[]) returns boolean
language sql stable set search_path = pg_catalog, desk, pg_temp as
$$ select exists (select from desk.state where centre = p_centre and restored is not null)
     and (exists (select from desk.hub_verdict v where v.origin = p_origin::text
                  and v.about = any (array(select fact::text from unnest(p_rows))))
          or exists (select from desk.said_waiting(p_centre, 'hub.verdict'))) $$;

create function desk.take_again(p_origin desk.origin, p_by uuid, p_rows desk.incoming[]) returns void
language plpgsql set search_path = pg_catalog, desk, pg_temp as $$
declare
  v_row desk.incoming;
  v_rows desk.incoming[];
  v_told record;
begin
  foreach v_row in array p_rows loop
    select * into v_told from desk.told_before(p_origin.id, v_row.seq, v_row.fact);
    if v_told.told is null then
      perform desk.take_singly(p_origin, p_by, array[v_row]);
      continue;
    end if;
    v_rows := desk.place_again(p_origin, v_row, v_told.told, v_told.why);
    if v_told.told = 'conflict' and not exists (
      select from desk.known(p_origin.centre) where id = v_row.fact) then
      perform desk.put_beside(p_origin, p_by, v_rows[1]);
    else
      perform desk.put_down(p_origin, p_by, v_rows);
    end if;
    if v_told.ruled is not null then
      perform desk.rule_again(p_origin.id, v_row.seq, v_told.ruled_by, v_told.ruled);
    end if;
  end loop;
end $$;

-- Where a link belongs that was held before, with the verdict it had.
create function desk.place_again(p_origin desk.origin, p_row desk.incoming, p_verdict text, p_why text)
returns desk.incoming[] language plpgsql set search_path = pg_catalog, desk, pg_temp as $$
declare v_row desk.incoming;
begin
  begin
    if p_row.raw is not null or p_why = 'unreadable' then
      v_row := desk.spoiled(p_origin, p_row, p_why);
    else
      v_row := (desk.judge(p_origin, array[p_row]))[1];
      if p_why = 'group' then v_row.grp := '@' || p_origin.staff::text; end if;
    end if;
  exception when data_exception or program_limit_exceeded or cardinality_violation or not_null_violation then
    v_row := desk.spoiled(p_origin, p_row, p_why);
  end;
  v_row.verdict := p_verdict;
  v_row.reason := p_why;
  return array[v_row];
end $$;

-- Another content of a fact that is not here yet: kept beside, so that the first one keeps its place.
create function desk.put_beside(p_origin desk.origin, p_by uuid, p_row desk.incoming) returns void
language plpgsql set search_path = pg_catalog, desk, pg_temp as $$
begin
  insert into desk.conflict (centre, origin, seq, fact, grp, author, subject, reader, body, raw, personal)
    values (p_origin.centre, p_origin.id, p_row.seq, p_row.fact, p_row.grp, p_origin.staff, p_row.subject, null,
            p_row.body, p_row.raw, case when p_row.personal is not null then desk.scrubbed(p_row.personal::jsonb, array(
              select e.field from desk.erased e where e.centre = p_origin.centre and e.fact = p_row.fact)) end);
  insert into desk.journal (centre, origin, seq, fact, kind, grp, author, subject, reader, prev, content, link,
                            mac, verdict, reason, delivered_by, received)
    values (p_origin.centre, p_origin.id, p_row.seq, p_row.fact, p_row.kind, p_row.grp, p_origin.staff,
            p_row.subject, null, p_row.prev, p_row.content, p_row.link, p_row.mac, 'conflict', '', p_by,
            desk.now_us());
  perform desk.raise_heads(p_origin, array[p_row]);
  update desk.origin set head_seq = p_row.seq, head_digest = p_row.link
    where id = p_origin.id and head_seq < p_row.seq;
end $$;

-- What somebody decided about a held link before the hub lost it: released, it counts; voided, it never will.
create function desk.rule_again(p_origin uuid, p_seq bigint, p_told_by uuid, p_verdict text) returns void
language plpgsql set search_path = pg_catalog, desk, pg_temp as $$
declare
  v_link desk.journal;
  v_origin desk.origin;
begin
  select * into v_link from desk.journal j where j.origin = p_origin and j.seq = p_seq and j.verdict = 'held'
    and not exists (select from desk.ruling r where r.origin = j.origin and r.seq = j.seq);
  if not found then return; end if;
  select * into v_origin from desk.origin where id = p_origin;
  if p_verdict = 'voided' or desk.let_in(v_origin, v_link) then
    perform desk.keep_ruling(v_link, case p_verdict when 'released' then 'accepted' else p_verdict end, p_told_by);
  end if;
end $$;

-- What a fact of the hub did when it was said, done again on a hub that lost it.
create function desk.replay(p_centre uuid, p_row desk.offered) returns void
language plpgsql set search_path = pg_catalog, desk, pg_temp as $$
declare
  v_told constant jsonb := p_row.body::jsonb;
  v_fields constant jsonb := v_told->'fields';
  v_when constant bigint := (v_told->'happened')::bigint;
begin
  case p_row.kind
    when 'hub.staff_set' then
      perform desk.replay_staff(p_centre, p_row.fact, v_fields, v_when);
    when 'hub.group_set' then
      insert into desk.staff_group values (p_centre, v_fields->>'code', v_fields->>'name')
        on conflict (centre, code) do update set name = excluded.name
        where not exists (select from desk.group_set g where g.centre = p_centre::text
                          and g.code = excluded.code and g.happened > v_when);
    when 'hub.seat_enrolled' then
      insert into desk.seat as s values (p_centre, v_fields->>'seat', v_fields->>'name', v_when)
        on conflict (centre, number) do update set name = excluded.name, enrolled = excluded.enrolled
        where s.enrolled < v_when;
    when 'hub.origin_opened' then
      perform desk.replay_origin(p_centre, v_fields, v_when);
    when 'hub.verdict' then
      if v_fields->>'verdict' in ('released', 'voided') and desk.open_here(p_centre) then
        perform desk.rule_again((v_fields->>'origin')::uuid, (v_fields->'seq')::bigint, p_row.fact,
                                v_fields->>'verdict');
      end if;
    when 'hub.erased' then
      perform desk.erase_values(p_centre, (v_fields->>'about')::uuid, array(
        select each->>'name' from jsonb_array_elements(v_fields->'names') each), p_row.fact);
    when 'hub.hole_named' then
      insert into desk.hole values (p_centre, (v_fields->>'origin')::uuid, (v_fields->'first')::bigint,
                                    (v_fields->'last')::bigint, p_row.fact, v_when) on conflict do nothing;
      perform desk.settle(p_centre, (v_fields->>'origin')::uuid);
    when 'hub.centre_set' then
      update desk.state set grace_us = (v_fields->'grace_days')::bigint * 86400000000,
          oldest_client = v_fields->>'oldest_client'
        where centre = p_centre and not exists (select from desk.centre_set s where s.centre = p_centre::text
                                                and s.happened > v_when);
    else null;
  end case;
end $$;

create function desk.replay_origin(p_centre uuid, p_fields jsonb, p_when bigint) returns void
language plpgsql set search_path = pg_catalog, desk, pg_temp as $$
declare
  v_origin constant uuid := p_fields->>'origin';
  v_from constant uuid := p_fields->>'forked_from';
  v_seq constant bigint := (p_fields->'forked_seq')::bigint;
  v_code bigint := (p_fields->'code')::bigint;
begin
  if exists (select from desk.origin where id = v_origin) then return; end if;
  if exists (select from desk.origin where centre = p_centre and code = v_code) then
    update desk.state set last_code = last_code + 1 where centre = p_centre returning last_code into v_code;
  end if;
  update desk.state set last_code = greatest(last_code, v_code) where centre = p_centre;
  insert into desk.origin (id, centre, staff, seat, code, opened, head_digest, forked_from, forked_seq)
    values (v_origin, p_centre, (p_fields->>'staff')::uuid, p_fields->>'seat', v_code, p_when,
            case when v_from is null then decode(repeat('00', 32), 'hex') else '' end, v_from, v_seq);
  if v_from is not null then perform desk.settle_forks(v_from); end if;
  perform desk.settle(p_centre, v_origin);
end $$;

-- A person as of then. What the hub heard of them from a later day stays; a new password they got since
-- the backup is nowhere, so the old one is closed until an administrator sets another.
create function desk.replay_staff(p_centre uuid, p_fact uuid, p_fields jsonb, p_when bigint) returns void
language plpgsql set search_path = pg_catalog, desk, pg_temp as $$
declare
  v_staff constant uuid := p_fields->>'staff';
  v_active constant boolean := (p_fields->'active')::boolean;
  v_grants constant jsonb := coalesce((select jsonb_object_agg(g->>'granted', g->>'role')
                                       from jsonb_array_elements(p_fields->'grants') g), '{}');
  v_number text := p_fields->>'number';
  v_next bigint; v_password boolean; v_new boolean;
begin
  with said as (
    select s.happened, f.body::jsonb->'fields'->>'changed' = 'password' as password
    from desk.staff_set s join desk.fact f on f.centre = p_centre and f.id = s.fact::uuid
    where s.staff = v_staff::text and s.centre = p_centre::text and s.happened > p_when
    union all
    select (w.told->'happened')::bigint, w.told->'fields'->>'changed' = 'password'
    from desk.said_waiting(p_centre, 'hub.staff_set') w where w.fact <> p_fact
      and w.told->'fields'->>'staff' = v_staff::text and (w.told->'happened')::bigint > p_when)
  select min(happened) filter (where password is not true), coalesce(bool_or(password), false)
    into v_next, v_password from said;
  v_new := not exists (select from desk.staff where centre = p_centre and id = v_staff);
  if v_new then
    if exists (select from desk.staff where centre = p_centre and number = v_number) then
      v_number := v_number || '#' || left(v_staff::text, 8);  -- given to somebody else meanwhile
    end if;
    insert into desk.staff (centre, id, number, name, login, active, ended)
      values (p_centre, v_staff, v_number, p_fields->>'name', desk.login_name(p_centre, v_number), v_active,
              case when not v_active then p_when end);
  elsif v_next is null then
    update desk.staff set name = p_fields->>'name', active = v_active,
        ended = case when not v_active then coalesce(ended, p_when) end, grants_version = grants_version + 1
      where centre = p_centre and id = v_staff;
  end if;
  perform desk.replay_rights(p_centre, v_staff, v_grants, p_when, v_next);
  perform desk.login_again(login, active,
                           v_new or p_fields->>'changed' = 'password' and not v_password)
    from desk.staff where centre = p_centre and id = v_staff;
end $$;

-- The rights a person had from p_when until p_next (null: until now), put into what the hub knew of them.
create function desk.replay_rights(p_centre uuid, p_staff uuid, p_grants jsonb, p_when bigint, p_next bigint)
returns void language plpgsql set search_path = pg_catalog, desk, pg_temp as $$
begin
  insert into desk.staff_right (centre, staff, grp, role, since, until)
    select centre, staff, grp, role, p_next, until from desk.staff_right r
    where centre = p_centre and staff = p_staff and since < p_when and p_next is not null
      and (until is null or until > p_next) and role is distinct from p_grants->>grp
    on conflict do nothing;
  update desk.staff_right r set until = p_when
    where centre = p_centre and staff = p_staff and since < p_when and (until is null or until > p_when)
      and role is distinct from p_grants->>grp;
  insert into desk.staff_right (centre, staff, grp, role, since, until)
    select p_centre, p_staff, g.grp, g.role, p_when, p_next from jsonb_each_text(p_grants) g(grp, role)
    where not exists (select from desk.staff_right r where r.centre = p_centre and r.staff = p_staff
                      and r.grp = g.grp and r.role = g.role and r.since <= p_when
                      and (r.until is null or r.until > p_when))
    on conflict do nothing;
end $$;

-- A login as its person's last known state wants it: made if the server does not have it, without a password.
create function desk.login_again(p_login text, p_active boolean, p_closed boolean) returns void
language plpgsql security definer set search_path = pg_catalog, desk, pg_temp as $$
begin
  if p_login !~ '^desk_[0-9a-f]{24}$' then return; end if;
  if not exists (select from pg_roles where rolname = p_login) then
    perform desk.make_login(p_login, null);
  elsif p_closed then
    execute format('alter role %I password null', p_login);
  end if;
  execute format('grant connect on database %I to %I', current_database(), p_login);
  execute format('alter role %I %s', p_login, case when p_active then 'login' else 'nologin' end);
end $$;

-- A password set by the database's own administrator, when no administrator of the centre can sign in.
create function desk.password_again(p_login text, p_verifier text) returns void
language plpgsql set search_path = pg_catalog, desk, pg_temp as $$
begin
  perform desk.check_verifier(p_verifier);
  execute format('alter role %I password %L', p_login, p_verifier);
end $$;
