-- Taking links from seats: one statement, set-based; one by one only when a fact is poisoned.

-- Give every new link its verdict from its body. Identity faults are refused.
create function desk.judge(p_origin desk.origin, p_rows desk.incoming[])
returns desk.incoming[] language plpgsql set search_path = pg_catalog, desk, pg_temp as $$
declare
  v_rows desk.incoming[];
  v_author boolean;
  v_centre boolean;
  v_personal boolean;
  v_wrong bigint[];
  v_now constant bigint := desk.now_us();
  v_late constant bigint := 30 * 86400000000;  -- later than this a person looks at it first
  v_staff constant text := p_origin.staff;
  v_box constant text := '@' || p_origin.staff;
  v_own constant text := p_origin.centre;
  v_grace constant bigint := (select grace_us from desk.state where centre = p_origin.centre);
  v_healed constant bigint := (select coalesce(healed, 0) from desk.state where centre = p_origin.centre);
  v_ended constant bigint := (select ended from desk.staff
                              where centre = p_origin.centre and id = p_origin.staff);
begin
  with rights as materialized (
    select grp, role, until + v_grace as until from desk.staff_right
    where centre = p_origin.centre and staff = p_origin.staff
      and (until is null or v_now <= greatest(until + v_grace, v_healed) + v_late)
  ), told as (
    select seq, fact, kind, prev, content, link, mac, body, raw, personal, told as doc,
           told->>'author' as author, told->>'centre' as centre, told->'group' as grp,
           told->>'subject' as subject, told->'happened' as happened, told->'keyed' as keyed,
           told->'stamp' as stamp, told->'personal' as digests, told->'replaces' as replaces
    from (select r.*, r.body::jsonb as told from unnest(p_rows) r offset 0) r offset 0
  ), read as (
    select seq, fact, kind, prev, content, link, mac, body, raw, personal, doc, author, centre,
           grp #>> '{}' as grp, subject::uuid as subject, happened::bigint as happened,
           keyed::bigint as keyed, stamp::bigint as stamp,
           doc->>'id' = fact::text and doc->>'kind' = kind
           and jsonb_typeof(grp) = 'string' and grp #>> '{}' <> '' and left(grp #>> '{}', 1) <> '@'
           and jsonb_typeof(doc->'v') = 'number' and subject = (subject::uuid)::text
           and author is not null and centre is not null
           and jsonb_typeof(happened) = 'number' and jsonb_typeof(keyed) = 'number'
           and jsonb_typeof(stamp) = 'number' and jsonb_typeof(doc->'fields') = 'object'
           and jsonb_typeof(digests) = 'object' and jsonb_typeof(replaces) = 'object'
           and (digests = '{}' or not jsonb_path_exists(digests, 'strict $.* ? (@.type() != "string")'))
           and (replaces = '{}' or not jsonb_path_exists(
                  replaces, 'strict $.* ? (@.type() != "array" || exists (@[*] ? (@.type() != "string")))'))
           and (doc->'witness' is null or jsonb_typeof(doc->'witness') = 'string'
                and doc->>'witness' = ((doc->>'witness')::uuid)::text)
           and (body !~ '[:,[][[:space:]]*(-?[0-9]*([.eE]|[0-9]{18})|null)' or desk.saveable(body))
             as fits
    from told offset 0
  ), weighed as (
    select r.*, case
        when r.fits is not true then 'unreadable'
        when octet_length(r.body) > 1000000 then 'too_large'
        when k.name is null or (r.doc->'v')::bigint > k.version then 'kind_unknown'
        when k.hub_only then 'role'
        when v_ended is not null and (r.keyed > v_ended + v_grace or v_now > greatest(v_ended + v_grace, v_healed) + v_late)
          then 'rights_ended'
        when not exists (select from rights w where (w.grp = r.grp or w.grp = '*')
                         and (w.until is null or r.keyed <= w.until)
                         and w.role = any (k.writers)) then
          case when exists (select from rights w where (w.grp = r.grp or w.grp = '*')
                            and (w.until is null or r.keyed <= w.until)) then 'role' else 'group' end
        when k.widens and not desk.may_share(p_origin, r.subject, r.doc->'fields'->>'to_group')
          then 'group'
        else '' end as why
    from read r left join desk.kind k on k.name = r.kind offset 0
  )
  select array_agg(row(seq, fact, kind, prev, content, link, mac, body, raw, personal, doc,
           case when fits and why <> 'group' then grp else v_box end,
           case when fits then subject else fact end, null,
           coalesce(happened, 0), coalesce(keyed, 0), coalesce(stamp, 0),
           case when why = '' then 'accepted' else 'held' end, why)::desk.incoming),
         bool_or(author <> v_staff), bool_or(centre <> v_own),
         bool_or(personal is not null)
    into v_rows, v_author, v_centre, v_personal from weighed;
  if v_centre then perform desk.refuse('centre'); end if;
  if v_author then perform desk.refuse('author'); end if;
  v_wrong := desk.misfits(v_rows, array(select distinct kind from unnest(v_rows)));
  if cardinality(v_wrong) > 0 then v_rows := desk.held(v_rows, v_wrong, 'field_wrong'); end if;
  if v_personal then v_wrong := desk.unproved(v_rows); else v_wrong := '{}'; end if;
  if cardinality(v_wrong) > 0 then v_rows := desk.held(v_rows, v_wrong, 'personal'); end if;
  return v_rows;
end $$;

-- Links whose personal values do not fit the digests in the body.
create function desk.unproved(p_rows desk.incoming[]) returns bigint[] language plpgsql stable
set search_path = pg_catalog, desk, pg_temp as $$
begin
  return array(
    select distinct seq
    from (select r.seq, r.doc->'personal' as told, p->>0 as field, p->>1 as value, p->>2 as salt
          from unnest(p_rows) r cross join lateral json_array_elements(r.personal) p
          where r.personal is not null and r.verdict = 'accepted' offset 0) r
    where told->>field is null or (value is not null
      and encode(sha256(salt::bytea || convert_to(value, 'UTF8')), 'hex') <> told->>field));
end $$;

-- The same rows, with those of some seqs held for a reason.
create function desk.held(p_rows desk.incoming[], p_seqs bigint[], p_reason text)
returns desk.incoming[] language sql stable as
$$ select array_agg(row(seq, fact, kind, prev, content, link, mac, body, raw, personal, doc, grp,
            subject, reader, happened, keyed, stamp,
            case when seq = any (p_seqs) then 'held' else verdict end,
            case when seq = any (p_seqs) then p_reason else reason end)::desk.incoming
            order by seq)
   from unnest(p_rows) $$;

-- Who knows nothing of a subject cannot hand it on, and only to a group there is.
create function desk.may_share(p_origin desk.origin, p_subject uuid, p_to text) returns boolean
language sql stable set search_path = pg_catalog, desk, pg_temp as
$$ select exists (select from desk.staff_group where centre = p_origin.centre and code = p_to)
     and exists (
       select from desk.known(p_origin.centre) f
       where f.subject = p_subject
         and desk.may_read_of(p_origin.centre, p_origin.staff, p_subject, f.grp)) $$;

-- A fact the hub cannot read or place: kept whole, held with its reason, in its author's box.
create function desk.spoiled(p_origin desk.origin, p_row desk.incoming, p_reason text)
returns desk.incoming language plpgsql set search_path = pg_catalog, desk, pg_temp as $$
begin
  p_row.doc := null;
  p_row.grp := '@' || p_origin.staff::text;
  p_row.subject := p_row.fact;
  p_row.happened := 0;
  p_row.keyed := 0;
  p_row.stamp := 0;
  p_row.verdict := 'held';
  p_row.reason := p_reason;
  return p_row;
end $$;

-- One by one: each in a subtransaction of its own, so that one poison fact never blocks the rest.
create function desk.take_singly(p_origin desk.origin, p_by uuid, p_rows desk.incoming[])
returns void language plpgsql set search_path = pg_catalog, desk, pg_temp as $$
declare
  v_row desk.incoming;
  v_judged desk.incoming[];
begin
  foreach v_row in array p_rows loop
    v_judged := null;
    begin
      if v_row.raw is not null then
        v_judged := array[desk.spoiled(p_origin, v_row, 'unreadable')];
      else
        v_judged := desk.judge(p_origin, array[v_row]);
      end if;
      perform desk.put_down(p_origin, p_by, v_judged);
    exception when data_exception or program_limit_exceeded or cardinality_violation
                   or not_null_violation then
      perform desk.put_down(p_origin, p_by, array[desk.spoiled(p_origin, v_row,
        case when octet_length(v_row.body) > 1000000 then 'too_large'
             when v_judged is null then 'unreadable' else 'field_wrong' end)]);
    end;
  end loop;
end $$;

-- All at once; when a value among them spoils that, one by one. A share must see what came
-- before it, so a batch with one goes one by one from the start.
create function desk.take(p_origin desk.origin, p_by uuid, p_rows desk.incoming[], p_singly boolean)
returns void language plpgsql set search_path = pg_catalog, desk, pg_temp as $$
begin
  perform desk.while_erasing_waits(p_origin.centre);
  if desk.any_told(p_origin.centre, p_origin.id, p_rows) then
    perform desk.take_again(p_origin, p_by, p_rows);
    return;
  end if;
  if p_singly or exists (select from unnest(p_rows) r join desk.kind k on k.name = r.kind
                         where k.widens) then
    perform desk.take_singly(p_origin, p_by, p_rows);
    return;
  end if;
  begin
    perform desk.put_down(p_origin, p_by, desk.judge(p_origin, p_rows));
  exception when data_exception or program_limit_exceeded or cardinality_violation
                 or not_null_violation then
    perform desk.take_singly(p_origin, p_by, p_rows);
  end;
end $$;

-- What the hub says of each link of a call: what was here before it is a duplicate.
create function desk.answer(p_origin desk.origin, p_from bigint, p_upto bigint) returns json
language plpgsql stable set search_path = pg_catalog, desk, pg_temp as $$
begin
  return (select json_agg(json_build_array(j.seq, j.fact,
      case when j.seq <= p_origin.head_seq and coalesce(r.verdict, j.verdict) = 'accepted' then 'duplicate'
           else coalesce(r.verdict, j.verdict) end,
      case when r.verdict is null then j.reason else '' end, j.received) order by j.seq)
    from desk.journal j left join desk.ruling r on j.verdict = 'held' and r.origin = j.origin and r.seq = j.seq
    where j.origin = p_origin.id and j.seq between p_from and p_upto);
end $$;

-- p_links: [{"s": seq, "f": fact, "k": kind, "l": link digest, "m": mac, "b": body,
-- "r": body's bytes when it is no text, "p": [[field, value, salt], ...]}, ...] in order, digests
-- as \x hex; the first one also says "q", what it hangs on. Content and the other prevs are
-- worked out here, so a link that does not fit its body or its neighbour cannot pass.
create function desk.push(p_origin uuid, p_links text) returns json
language plpgsql security definer set search_path = pg_catalog, desk, pg_temp as $$
declare
  v_centre uuid;
  v_me uuid;
  v_origin desk.origin;
  v_key bytea;
  v_rows desk.incoming[];
  v_seqs bigint[]; v_links bytea[];
  v_from bigint; v_upto bigint; v_first bytea;
  v_gapless boolean; v_chained boolean; v_macs boolean; v_singly boolean;
begin
  select centre, id into v_centre, v_me from desk.caller();
  if octet_length(p_links) > 64000000 then perform desk.refuse('rights'); end if;
  select * into v_origin from desk.origin where id = p_origin and centre = v_centre for update;
  if not found then perform desk.refuse('centre'); end if;
  if v_origin.staff = '00000000-0000-8000-8000-000000000001' then
    perform desk.refuse('author');
  end if;
  if not desk.open_here(v_centre) then perform desk.refuse('closed'); end if;
  v_key := desk.delivery_key(v_centre, p_origin);
  begin
    select array_agg(row(s, f, k, prev, content, l, m, b, r, p, null, null, null, null, null,
             null, null, null, null)::desk.incoming)
             filter (where s > v_origin.head_seq),
           array_agg(s), array_agg(l), min(s), max(s), bool_and((s = next) is true),
           (array_agg(q) filter (where q is not null))[1],
           bool_and((l = desk.link_digest(p_origin, s, prev, f, content, k)) is true),
           bool_and(case when m is null then v_origin.staff = v_me
                         else (m = desk_ext.hmac(l, v_key, 'sha256')) is true end),
           bool_or(r is not null or octet_length(b) > 1000000)
      into v_rows, v_seqs, v_links, v_from, v_upto, v_gapless, v_first, v_chained, v_macs, v_singly
      from (select s, f, k, l, m, q, p, r, coalesce(b, '') as b,
                   coalesce(lag(l) over told, q) as prev, coalesce(lag(s) over told + 1, s) as next,
                   sha256(coalesce(r, convert_to(b, 'UTF8'), '')) as content
            from json_to_recordset(p_links::json)
              as x(s bigint, f uuid, k text, l bytea, m bytea, b text, r bytea, p json, q bytea)
            window told as (order by s) offset 0) x;
  exception when data_exception or program_limit_exceeded then
    perform desk.refuse('chain');
  end;
  if v_gapless is not true or v_from < 1 or v_from > v_origin.head_seq + 1 or v_chained is not true then
    perform desk.refuse('chain');
  end if;
  if v_macs is not true then perform desk.refuse('mac'); end if;
  if v_from = v_origin.head_seq + 1 and v_first <> v_origin.head_digest and not desk.hangs_on(v_origin, v_first)
     or v_from <= v_origin.head_seq and exists (
       select from unnest(v_seqs, v_links) told(seq, link)
       join desk.journal j on j.origin = p_origin and j.seq = told.seq
       where j.link <> told.link) then
    perform desk.refuse('fork');
  end if;
  if v_rows is not null then perform desk.take(v_origin, v_me, v_rows, v_singly); end if;
  if v_from <= v_origin.head_seq and exists (select from desk.hole where origin = p_origin) then
    perform desk.bring_to_holes(v_centre, v_me, p_origin, p_links);
  end if;
  if exists (select from desk.offered where origin = p_origin) then perform desk.settle(v_centre, p_origin); end if;
  return desk.answer(v_origin, v_from, v_upto);
end $$;
