-- What a seat asks each tick, and what it reads.

-- Reading is done by verbs that run as desk_reader: it owns nothing, and the row rules of the tables
-- bind it to what the person who signed in may see. People read no table themselves: a plan would
-- tell them of the rows it left out.
create view desk.readable with (security_invoker = true) as
  select j.centre, j.origin, j.seq, j.fact, j.kind, j.grp, j.author, j.subject, j.reader, j.prev, j.content,
         j.link, j.mac, coalesce(r.verdict, j.verdict) as verdict,
         case when r.verdict is null then j.reason else '' end as reason, j.received, f.keyed,
         case when j.verdict = 'conflict' then c.body else f.body end as body,
         case when j.verdict = 'conflict' then c.raw else f.raw end as raw,
         case when j.verdict = 'conflict' then c.personal::json
              else (select json_agg(json_build_array(p.field, p.value, p.salt) order by p.field)
                    from desk.personal p where p.centre = j.centre and p.fact = j.fact) end
           as personal
  from desk.journal j
  left join desk.fact f on f.centre = j.centre and f.id = j.fact
  left join desk.ruling r on j.verdict = 'held' and r.origin = j.origin and r.seq = j.seq
  left join desk.conflict c on j.verdict = 'conflict' and c.origin = j.origin and c.seq = j.seq
  where f.id is not null or c.origin is not null;

create type desk.pulled as (
  origin uuid, seq bigint, fact uuid, kind text, prev bytea, content bytea, link bytea, mac bytea,
  verdict text, reason text, received bigint, body text, raw bytea, personal json);

-- Whether a seat still keeps such a fact: its own always, others' as long as the kind says. Counted
-- from the keying: paper that is keyed late reaches colleagues as fresh.
create function desk.kept(p_author uuid, p_kind text, p_keyed bigint, p_me uuid, p_days jsonb,
                          p_now bigint) returns boolean language sql immutable as
$$ select p_author = p_me or coalesce((p_days->>p_kind)::bigint, 0) = 0
     or p_keyed > p_now - (p_days->>p_kind)::bigint * 86400000000 $$;

create function desk.keep_days() returns jsonb language sql stable security definer
set search_path = pg_catalog, desk, pg_temp as
$$ select coalesce(jsonb_object_agg(name, keep_days), '{}') from desk.kind $$;

-- A seat takes a page that ends early for the whole of what there is. So who may not follow a head now (their rights
-- were taken in the middle of the pull) is not answered with nothing, but told to begin again with a beat.
create function desk.may_follow(p_origin uuid, p_group text) returns boolean language plpgsql stable
security definer set search_path = pg_catalog, desk, pg_temp as $$
begin
  if not exists (select from desk.staff where login = session_user::text and active) then
    perform desk.refuse('rights');
  end if;
  if (desk.i_see_all() or p_group = any (desk.my_groups())
      or exists (select from desk.origin where id = p_origin and staff = desk.my_staff())) is not true then
    raise exception using message = 'rights_moved', errcode = 'AD009';
  end if;
  return true;
end $$;

create function desk.pull(p_origin uuid, p_group text, p_after bigint, p_upto bigint, p_limit integer)
returns setof desk.pulled language sql stable security definer
set search_path = pg_catalog, desk, pg_temp set enable_seqscan = off set enable_hashjoin = off
set enable_mergejoin = off set jit = off as
$$ select desk.may_follow(p_origin, p_group);
   select origin, seq, fact, kind, prev, content, link, mac, verdict, reason, received, body, raw,
          personal
   from desk.readable r
   where origin = p_origin and seq > p_after and seq <= p_upto
     and (grp = p_group or p_group = '@' || reader::text
          or exists (select from desk.audience a where a.centre = r.centre
                     and a.subject = r.subject and a.grp = p_group
                     and a.from_grp = r.grp))
     and desk.kept(author, kind, keyed, (select desk.my_staff()),
                   (select desk.keep_days()), (select desk.now_us()))
   order by seq limit least(p_limit, 2000) $$;

create function desk.pull_subject(p_subject uuid) returns setof desk.pulled
language sql stable security definer
set search_path = pg_catalog, desk, pg_temp set enable_seqscan = off set enable_hashjoin = off
set enable_mergejoin = off set jit = off as
$$ select origin, seq, fact, kind, prev, content, link, mac, verdict, reason, received, body, raw,
          personal
   from desk.readable where centre = (select desk.my_centre()) and subject = p_subject
   order by received, origin, seq $$;

-- p_from, p_seq, p_link: the link of mine that a forked origin goes on from (seq 0: nothing in common).
create function desk.open_origin(p_origin uuid, p_seat text, p_from uuid default null, p_seq bigint default null,
                                 p_link bytea default null) returns json
language plpgsql security definer set search_path = pg_catalog, desk, pg_temp as $$
declare
  v_me desk.staff;
  v_origin desk.origin;
  v_code bigint;
  v_start bytea := decode(repeat('00', 32), 'hex');
begin
  v_me := desk.caller();
  if not desk.open_here(v_me.centre) then perform desk.refuse('closed'); end if;
  if p_origin is null or length(p_seat) > 64 or p_seat ~ '[[:cntrl:]]' then
    perform desk.refuse('rights');
  end if;
  if p_from is not null then v_start := desk.fork_start(v_me, p_from, p_seq, p_link); end if;
  perform desk.one_speaks(v_me.centre);
  update desk.state set last_code = last_code where centre = v_me.centre;  -- one at a time
  select * into v_origin from desk.origin where id = p_origin;
  if found then
    if v_origin.centre <> v_me.centre then perform desk.refuse('centre'); end if;
    if v_origin.staff <> v_me.id then perform desk.refuse('author'); end if;
    if p_from is not null and (v_origin.forked_from, v_origin.forked_seq) is distinct from (p_from, p_seq) then
      perform desk.refuse('fork');
    end if;
    v_code := v_origin.code;
  elsif desk.is_hubs(v_me.centre, p_origin) then
    perform desk.refuse('author');  -- one of the hub's own that a restore forgot
  else
    if 100 <= (select count(*) from desk.origin where centre = v_me.centre and staff = v_me.id
               and opened > desk.now_us() - 86400000000) then
      perform desk.refuse('rights');  -- nobody sits down at a hundred installations in a day
    end if;
    update desk.state set last_code = last_code + 1 where centre = v_me.centre
      returning last_code into v_code;
    insert into desk.origin (id, centre, staff, seat, code, opened, head_digest, forked_from, forked_seq)
      values (p_origin, v_me.centre, v_me.id, p_seat, v_code, desk.now_us(), v_start, p_from, p_seq);
    perform desk.say(v_me.centre, 'hub.origin_opened', '*', p_origin, jsonb_strip_nulls(jsonb_build_object(
      'origin', p_origin, 'staff', v_me.id, 'seat', p_seat, 'code', v_code,
      'forked_from', p_from, 'forked_seq', p_seq)));
  end if;
  return json_build_object('key', desk.delivery_key(v_me.centre, p_origin), 'code', v_code);
end $$;

-- What a forked origin's first link hangs on. Only one's own origin is gone on from, only at a link it has.
create function desk.fork_start(p_me desk.staff, p_from uuid, p_seq bigint, p_link bytea) returns bytea
language plpgsql stable set search_path = pg_catalog, desk, pg_temp as $$
declare
  v_origin desk.origin;
begin
  select * into v_origin from desk.origin where id = p_from and centre = p_me.centre;
  if not found then perform desk.refuse('centre'); end if;
  if v_origin.staff <> p_me.id then perform desk.refuse('author'); end if;
  if p_seq is null or p_link is null or desk.link_of(p_from, p_seq) is distinct from p_link then
    perform desk.refuse('fork');
  end if;
  return desk.forked_prev(p_from, p_seq, p_link);
end $$;

-- The link digests of one of my origins at some places, by seq: a seat finds with them where its disk went astray.
create function desk.own_digests(p_origin uuid, p_seqs bigint[]) returns json
language plpgsql stable security definer set search_path = pg_catalog, desk, pg_temp as $$
declare
  v_me desk.staff;
  v_origin desk.origin;
begin
  v_me := desk.caller();
  if cardinality(p_seqs) > 1000 then perform desk.refuse('rights'); end if;
  select * into v_origin from desk.origin where id = p_origin and centre = v_me.centre;
  if not found then perform desk.refuse('centre'); end if;
  if v_origin.staff <> v_me.id then perform desk.refuse('author'); end if;
  return (select coalesce(json_agg(json_build_array(seq, link)), '[]') from desk.journal
          where origin = p_origin and seq = any (p_seqs));
end $$;

create function desk.beat(p_presence jsonb, p_known jsonb) returns json
language plpgsql security definer set search_path = pg_catalog, desk, pg_temp as $$
declare
  v_me desk.staff;
  v_now bigint := desk.now_us();
  v_groups text[];
  v_all boolean;
  v_open boolean;
begin
  select * into v_me from desk.staff where login = session_user::text;
  if not found then perform desk.refuse('rights'); end if;
  perform set_config('synchronous_commit', 'off', true);
  if v_me.active then
    perform desk.note_presence(v_me, p_presence, v_now);
  end if;
  if random() < 0.02 then
    perform desk.end_idle();
    perform desk.partitions_ahead(3);
  end if;
  v_groups := desk.my_groups();
  v_all := desk.i_see_all();
  v_open := desk.open_here(v_me.centre);
  return (select json_build_object(
    'epoch', s.epoch, 'opened', v_open, 'hub_us', v_now, 'grants_version', v_me.grants_version,
    'hub_origin', (select hub_origin from desk.centre where id = v_me.centre),
    'oldest_client', s.oldest_client, 'grace_us', s.grace_us,
    'me', json_build_object('staff', v_me.id, 'number', v_me.number, 'name', v_me.name,
      'centre', v_me.centre, 'active', v_me.active, 'grants', (
        select coalesce(json_agg(json_build_array(grp, role)), '[]') from desk.staff_right
        where centre = v_me.centre and staff = v_me.id and until is null)),
    'heads', (select coalesce(json_agg(json_build_array(h.origin, h.grp, h.seq)), '[]')
      from desk.head h
      left join jsonb_to_recordset(p_known) as k(o uuid, g text, s bigint)
        on k.o = h.origin and k.g = h.grp
      where v_me.active and v_open and h.centre = v_me.centre and h.seq > coalesce(k.s, 0)
        and (v_all or h.grp = any (v_groups)
             or h.origin in (select id from desk.origin where centre = v_me.centre
                             and staff = v_me.id))),
    'holes', (select coalesce(json_agg(json_build_array(h.origin, h.first, h.last)), '[]') from desk.hole h
      where v_me.active and v_open and h.centre = v_me.centre
        and h.last - h.first + 1 > (select count(*) from desk.journal j where j.origin = h.origin
                                    and j.seq between h.first and h.last)),
    'lacking', (select coalesce(json_agg(json_build_array(k.o, k.g, coalesce(o.head_seq, 0))), '[]')
      from jsonb_to_recordset(p_known) as k(o uuid, g text, s bigint)
      left join desk.origin o on o.id = k.o and o.centre = v_me.centre
      where v_me.active and (v_all or k.g = any (v_groups)) and k.s > coalesce(o.head_seq, 0)
        and (v_open or o.id is null or o.staff = '00000000-0000-8000-8000-000000000001')),
    'own_heads', (select coalesce(json_agg(json_build_array(id, head_seq, head_digest)), '[]')
      from desk.origin where centre = v_me.centre and staff = v_me.id),
    'elsewhere', (select coalesce(json_agg(distinct seat order by seat), '[]') from desk.presence
      where centre = v_me.centre and staff = v_me.id and seat is distinct from p_presence->>'seat'
        and state <> 'signed_out' and beaten > v_now - 20000000))
    from desk.state s where s.centre = v_me.centre);
end $$;

create function desk.note_presence(p_me desk.staff, p_said jsonb, p_now bigint) returns void
language plpgsql set search_path = pg_catalog, desk, pg_temp as $$
begin
  if octet_length(p_said::text) > 4000 then perform desk.refuse('rights'); end if;
  insert into desk.presence (centre, seat, staff, state, since, unsent, oldest_unsent, client, said,
                             beaten)
    values (p_me.centre, coalesce(p_said->>'seat', ''), p_me.id, coalesce(p_said->>'state', ''),
            coalesce((p_said->'since')::bigint, 0), coalesce((p_said->'unsent')::bigint, 0),
            coalesce((p_said->'oldest')::bigint, 0), coalesce(p_said->>'client', ''),
            coalesce(p_said->'said', '{}'), p_now)
    on conflict (centre, seat, staff) do update set
      state = excluded.state, since = excluded.since, unsent = excluded.unsent,
      oldest_unsent = excluded.oldest_unsent, client = excluded.client, said = excluded.said,
      beaten = excluded.beaten;
end $$;

-- Who sits where: me, and the people I lead.
create function desk.present() returns setof desk.presence
language sql stable security definer set search_path = pg_catalog, desk, pg_temp as
$$ select * from desk.presence order by seat, beaten $$;
