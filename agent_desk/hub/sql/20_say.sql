-- What the hub itself says: facts of its own origin, in the format every seat writes.

create type desk.incoming as (
  seq bigint, fact uuid, kind text, prev bytea, content bytea, link bytea, mac bytea,
  body text, raw bytea, personal json, doc jsonb, grp text, subject uuid, reader uuid,
  happened bigint, keyed bigint, stamp bigint, verdict text, reason text);

-- Stands where a value should: ends the statement with a data error, so that its fact is held.
create function desk.misfit() returns text language plpgsql volatile as $$
begin
  raise exception 'misfit' using errcode = '22000';
end $$;

create function desk.link_digest(p_origin uuid, p_seq bigint, p_prev bytea, p_fact uuid,
                                 p_content bytea, p_kind text)
returns bytea language sql stable as
$$ select sha256(decode('6167656e742d6465736b2f6c696e6b2f3100', 'hex') || uuid_send(p_origin)
                 || int8send(p_seq) || p_prev || uuid_send(p_fact) || p_content
                 || convert_to(p_kind, 'UTF8')) $$;

-- What the first link of an origin hangs on that goes on from another one's link (facts/link.py).
create function desk.forked_prev(p_origin uuid, p_seq bigint, p_link bytea)
returns bytea language sql stable as
$$ select sha256(decode('6167656e742d6465736b2f666f726b2f3100', 'hex') || uuid_send(p_origin)
                 || int8send(p_seq) || p_link) $$;

-- Link p_seq of an origin; its link 0 is what the first one hangs on.
create function desk.link_of(p_origin uuid, p_seq bigint) returns bytea
language plpgsql stable set search_path = pg_catalog, desk, pg_temp as $$
declare
  v_origin desk.origin;
begin
  if p_seq > 0 then
    return (select link from desk.journal where origin = p_origin and seq = p_seq);
  end if;
  select * into v_origin from desk.origin where id = p_origin;
  if p_seq < 0 or not found then return null; end if;
  if v_origin.forked_from is null then return decode(repeat('00', 32), 'hex'); end if;
  return desk.forked_prev(v_origin.forked_from, v_origin.forked_seq,
                          desk.link_of(v_origin.forked_from, v_origin.forked_seq));
end $$;

create function desk.delivery_key(p_centre uuid, p_origin uuid) returns bytea language sql stable
set search_path = pg_catalog, desk, pg_temp as
$$ select desk_ext.hmac(uuid_send(p_origin), hub_secret, 'sha256')
   from desk.secret where centre = p_centre $$;

-- Heads only ever grow; ``p_reader`` gets the fact in the letter box of one person as well.
create function desk.raise_head(p_centre uuid, p_origin uuid, p_grp text, p_seq bigint)
returns void language sql set search_path = pg_catalog, desk, pg_temp as
$$ insert into desk.head as h values (p_centre, p_origin, p_grp, p_seq)
   on conflict (centre, origin, grp) do update set seq = greatest(h.seq, excluded.seq) $$;

-- Whoever makes the hub speak waits here for those who do already, before anything else of the centre's.
create function desk.one_speaks(p_centre uuid) returns void language sql volatile
set search_path = pg_catalog, desk, pg_temp as
$$ select from desk.origin o join desk.centre c on c.id = p_centre and c.hub_origin = o.id for update of o $$;

create function desk.say(p_centre uuid, p_kind text, p_group text, p_subject uuid,
                         p_fields jsonb, p_reader uuid default null, p_when bigint default null)
returns uuid language plpgsql set search_path = pg_catalog, desk, pg_temp as $$
declare
  v_hub constant uuid := '00000000-0000-8000-8000-000000000001';
  v_origin desk.origin;
  v_now bigint;
  v_row desk.incoming;
begin
  if not desk.open_here(p_centre) then perform desk.refuse('closed'); end if;
  select o.* into strict v_origin from desk.origin o
    join desk.centre c on c.id = p_centre and c.hub_origin = o.id for update of o;
  v_now := coalesce(p_when, desk.now_us());
  update desk.state set last_stamp = greatest(last_stamp + 1, (v_now / 1000) << 15)
    where centre = p_centre returning last_stamp into v_row.stamp;
  v_row.seq := v_origin.head_seq + 1;
  v_row.fact := desk.uuid7(v_now / 1000);
  v_row.kind := p_kind;
  v_row.grp := p_group;
  v_row.reader := p_reader;
  v_row.subject := coalesce(p_subject, v_row.fact);
  v_row.happened := v_now;
  v_row.keyed := v_now;
  v_row.verdict := 'accepted';
  v_row.reason := '';
  v_row.doc := jsonb_build_object(
    'author', v_hub, 'centre', p_centre, 'fields', p_fields, 'group', p_group,
    'happened', v_now, 'id', v_row.fact, 'keyed', v_now, 'kind', p_kind,
    'personal', '{}'::jsonb, 'replaces', '{}'::jsonb, 'stamp', v_row.stamp,
    'subject', v_row.subject, 'v', (select version from desk.kind where name = p_kind));
  v_row.body := desk.canonical(v_row.doc);
  v_row.content := sha256(convert_to(v_row.body, 'UTF8'));
  v_row.prev := v_origin.head_digest;
  v_row.link := desk.link_digest(v_origin.id, v_row.seq, v_row.prev, v_row.fact,
                                 v_row.content, v_row.kind);
  v_row.mac := desk_ext.hmac(v_row.link, desk.delivery_key(p_centre, v_origin.id), 'sha256');
  perform desk.put_down(v_origin, v_hub, array[v_row]);
  if p_reader is not null then
    perform desk.raise_head(p_centre, v_origin.id, '@' || p_reader::text, v_row.seq);
  end if;
  return v_row.fact;
end $$;

-- Write down a batch of new, judged links of one origin: facts, journal, projections, heads.
create function desk.put_down(p_origin desk.origin, p_by uuid, p_rows desk.incoming[])
returns void language plpgsql set search_path = pg_catalog, desk, pg_temp as $$
declare
  v_now constant bigint := desk.now_us();
  v_kinds text[];
  v_telling boolean;
  v_personal boolean;
  v_count bigint;
  v_away uuid[] := '{}';
begin
  lock table only desk.fact in row exclusive mode;  -- no month goes away under this batch
  if exists (select from desk.archived where centre = p_origin.centre) then
    v_away := array(select r.fact from unnest(p_rows) r
                    join desk.archived a on a.centre = p_origin.centre and a.id = r.fact);
  end if;
  insert into desk.fact (centre, id, kind, grp, author, subject, reader, happened, keyed, stamp,
                         body, raw, content, origin, seq, received)
    select p_origin.centre, fact, kind, grp, p_origin.staff, subject, reader, happened, keyed,
           stamp, body, raw, content, p_origin.id, seq, v_now
    from unnest(p_rows) where fact <> all (v_away) on conflict (centre, id) do nothing;
  get diagnostics v_count = row_count;
  if v_count < cardinality(p_rows) then
    p_rows := desk.seen_before(p_origin, p_rows);
  end if;
  insert into desk.journal (centre, origin, seq, fact, kind, grp, author, subject, reader, prev,
                            content, link, mac, verdict, reason, delivered_by, received)
    select p_origin.centre, p_origin.id, seq, fact, kind, grp, p_origin.staff, subject, reader,
           prev, content, link, mac, verdict, reason, p_by, v_now
    from unnest(p_rows);
  select array_agg(distinct kind) filter (where verdict = 'accepted'),
         bool_or(verdict in ('held', 'conflict')), bool_or(personal is not null)
    into v_kinds, v_telling, v_personal from unnest(p_rows);
  if v_kinds is not null then
    perform desk.project(p_origin.centre, p_origin.staff, p_rows, v_kinds);
    perform desk.widen(p_origin.centre, p_origin.staff, p_rows, v_kinds);
  end if;
  if v_personal then perform desk.keep_personal(p_origin, p_rows); end if;
  perform desk.raise_heads(p_origin, p_rows);
  update desk.origin set head_seq = last.seq, head_digest = last.link
    from (select seq, link from unnest(p_rows) order by seq desc limit 1) last
    where id = p_origin.id and head_seq < last.seq;
  if v_kinds is not null then
    perform desk.claim_numbers(p_origin, p_rows, v_kinds);
  end if;
  if v_telling then perform desk.tell(p_origin, p_rows); end if;
end $$;

-- Every fact of a centre, also those whose month lies elsewhere.
create function desk.known(p_centre uuid)
returns table (id uuid, grp text, author uuid, subject uuid, content bytea, origin uuid, seq bigint)
language sql stable as
$$ select id, grp, author, subject, content, origin, seq from desk.fact where centre = p_centre
   union all
   select id, grp, author, subject, content, origin, seq from desk.archived where centre = p_centre $$;

-- Links whose fact was here already: the same content is a duplicate, another one a conflict.
create function desk.seen_before(p_origin desk.origin, p_rows desk.incoming[])
returns desk.incoming[] language plpgsql set search_path = pg_catalog, desk, pg_temp as $$
declare v_rows desk.incoming[];
begin
  select array_agg(row(r.seq, r.fact, r.kind, r.prev, r.content, r.link, r.mac, r.body, r.raw,
           r.personal, r.doc, r.grp, r.subject, r.reader, r.happened, r.keyed, r.stamp,
           case when here then r.verdict when same then 'duplicate' else 'conflict' end,
           case when here then r.reason else '' end)::desk.incoming order by r.seq)
    into v_rows
    from (select r.*, f.origin = p_origin.id and f.seq = r.seq as here,
                 f.content = r.content as same
          from unnest(p_rows) r
          join desk.known(p_origin.centre) f on f.id = r.fact) r;
  insert into desk.conflict (centre, origin, seq, fact, grp, author, subject, reader, body, raw,
                             personal)
    select p_origin.centre, p_origin.id, seq, fact, grp, p_origin.staff, subject, reader, body,
           raw, desk.scrubbed(personal::jsonb, array(select e.field from desk.erased e
                              where e.centre = p_origin.centre and e.fact = v.fact))
    from unnest(v_rows) v where verdict = 'conflict';
  return v_rows;
end $$;

-- Values that fit come with the fact or later; one that was erased comes without its text and salt.
create function desk.keep_personal(p_origin desk.origin, p_rows desk.incoming[])
returns void language plpgsql set search_path = pg_catalog, desk, pg_temp as $$
begin
  insert into desk.personal (centre, fact, field, grp, author, subject, reader, value, salt)
    select p_origin.centre, r.fact, r.field, r.grp, p_origin.staff, r.subject, r.reader,
           case when e.fact is null then r.value end,
           case when e.fact is null then r.salt::bytea else decode(repeat('00', 16), 'hex') end
    from (select r.fact, r.grp, r.subject, r.reader, r.doc->'personal' as told, p->>0 as field,
                 p->>1 as value, p->>2 as salt
          from unnest(p_rows) r cross join lateral json_array_elements(r.personal) p
          where r.personal is not null and r.verdict <> 'conflict' and r.doc is not null offset 0) r
    left join desk.erased e on e.centre = p_origin.centre and e.fact = r.fact and e.field = r.field
    where e.fact is not null and r.told ? r.field
       or encode(sha256(r.salt::bytea || convert_to(r.value, 'UTF8')), 'hex') = r.told->>r.field
    on conflict (centre, fact, field) do nothing;
end $$;

-- A fact is news for its own group, and for the groups its subject was shared to.
create function desk.raise_heads(p_origin desk.origin, p_rows desk.incoming[])
returns void language plpgsql set search_path = pg_catalog, desk, pg_temp as $$
begin
  insert into desk.head as h (centre, origin, grp, seq)
    select p_origin.centre, p_origin.id, grp, max(seq) from unnest(p_rows) group by grp
    on conflict (centre, origin, grp) do update set seq = greatest(h.seq, excluded.seq);
  if exists (select from desk.audience where centre = p_origin.centre) then
    insert into desk.head as h (centre, origin, grp, seq)
      select p_origin.centre, p_origin.id, a.grp, max(r.seq) from unnest(p_rows) r
      join desk.audience a on a.centre = p_origin.centre and a.subject = r.subject
        and a.from_grp = r.grp
      where a.grp <> r.grp group by a.grp
      on conflict (centre, origin, grp) do update set seq = greatest(h.seq, excluded.seq);
  end if;
end $$;

-- A share hands on what its giver may read of the subject, group by group, past and future: not
-- what other groups write about it unseen.
create function desk.widen(p_centre uuid, p_author uuid, p_rows desk.incoming[], p_kinds text[])
returns void language plpgsql set search_path = pg_catalog, desk, pg_temp as $$
begin
  if exists (select from desk.kind where widens and name = any(p_kinds)) then
    insert into desk.audience (centre, subject, grp, from_grp, fact)
      select distinct p_centre, r.subject, r.doc->'fields'->>'to_group', g.grp, r.fact
      from unnest(p_rows) r
      cross join lateral (
        select r.grp union select f.grp from desk.known(p_centre) f
        where f.subject = r.subject and left(f.grp, 1) <> '@'
          and desk.may_read_of(p_centre, p_author, r.subject, f.grp)) g
      where r.verdict = 'accepted' and r.kind in (select name from desk.kind where widens)
      on conflict do nothing;
  end if;
end $$;

-- A number belongs to the first fact that used it; a later one of another subject is a dispute.
create function desk.claim_numbers(p_origin desk.origin, p_rows desk.incoming[], p_kinds text[])
returns void language plpgsql set search_path = pg_catalog, desk, pg_temp as $$
declare
  v_later record;
  v_fields jsonb;
  v_claimed bigint;
begin
  insert into desk.number_claim (centre, book, number, fact, subject)
    select p_origin.centre, book, number, fact, subject from (
      select r.doc->'fields'->>k.claim_book as book, r.doc->'fields'->>k.claim_number as number,
             r.fact, r.subject, r.seq
      from desk.kind k join unnest(p_rows) r on r.kind = k.name
      where k.claim_book is not null and k.name = any(p_kinds) and r.verdict = 'accepted' offset 0) r
    where book is not null and number is not null order by seq
    on conflict (centre, book, number) do nothing;
  get diagnostics v_claimed = row_count;
  if v_claimed = (select count(*) from unnest(p_rows) r where r.verdict = 'accepted') then
    return;  -- all of them were first
  end if;
  for v_later in
    select c.book, c.number, c.fact as first, r.fact as later, f.author as first_author,
           f.grp as first_grp, r.grp as later_grp, r.subject as later_subject,
           c.subject as first_subject
    from unnest(p_rows) r join desk.kind k on k.name = r.kind
    join desk.number_claim c on c.centre = p_origin.centre
      and c.book = r.doc->'fields'->>k.claim_book and c.number = r.doc->'fields'->>k.claim_number
    join desk.known(p_origin.centre) f on f.id = c.fact
    where r.verdict = 'accepted' and c.fact <> r.fact and c.subject <> r.subject
      and not exists (select from desk.dispute d  -- told before a restore, perhaps the other way round
        where d.book = c.book and d.number = c.number and r.fact::text in (d.first, d.later))
    order by r.seq
  loop
    v_fields := jsonb_build_object(
      'book', v_later.book, 'number', v_later.number, 'first', v_later.first,
      'later', v_later.later, 'first_author', v_later.first_author,
      'later_author', p_origin.staff);
    perform desk.say_to(p_origin.centre, 'hub.dispute', v_later.later_grp, v_later.later_subject,
                        v_fields, p_origin.staff);
    if v_later.first_grp <> v_later.later_grp then
      perform desk.say_to(p_origin.centre, 'hub.dispute', v_later.first_grp, v_later.first_subject,
                          v_fields, v_later.first_author);
    end if;
  end loop;
end $$;

-- Say it to a group, and in the letter box of a person whom that group does not reach.
create function desk.say_to(p_centre uuid, p_kind text, p_grp text, p_subject uuid,
                            p_fields jsonb, p_person uuid)
returns void language sql set search_path = pg_catalog, desk, pg_temp as
$$ select desk.say(p_centre, p_kind, p_grp, p_subject, p_fields,
     case when not desk.may_read(p_centre, p_person, p_grp) then p_person end) $$;

-- Say aloud what was held or in conflict: to the fact's group, and to its author in any case.
create function desk.tell(p_origin desk.origin, p_rows desk.incoming[])
returns void language plpgsql set search_path = pg_catalog, desk, pg_temp as $$
declare v_row record;
begin
  for v_row in
    select seq, fact, grp, subject, verdict, reason from unnest(p_rows)
    where verdict in ('held', 'conflict')
      and (desk.told_before(p_origin.id, seq, fact)).told is null  -- else it was told before a restore
    order by seq
  loop
    perform desk.say_to(p_origin.centre, 'hub.verdict', v_row.grp, v_row.subject,
      jsonb_build_object('about', v_row.fact, 'origin', p_origin.id, 'seq', v_row.seq,
                         'verdict', v_row.verdict, 'reason', v_row.reason), p_origin.staff);
  end loop;
end $$;
