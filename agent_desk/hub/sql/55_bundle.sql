-- Bundles: links that came in a file, sealed by their seat for the hub alone (facts/bundle.py).

create function desk.bundle_key(p_key bytea, p_nonce bytea, p_purpose text) returns bytea
language sql stable set search_path = pg_catalog, desk, pg_temp as
$$ select desk_ext.hmac(convert_to('agent-desk/bundle/1', 'UTF8') || p_nonce || convert_to(p_purpose, 'UTF8'),
                        p_key, 'sha256') $$;

create function desk.refuse_bundle(p_why text) returns void language plpgsql immutable
set search_path = pg_catalog, desk, pg_temp as $$
begin
  raise exception using message = 'bundle', errcode = case p_why
    when 'altered' then 'AD041' when 'foreign' then 'AD042' else 'AD043' end;
end $$;

-- The text of one part: {"origin", "first", "last", "nonce", "iv", "text", "seal"}, bytes in base64.
create function desk.open_bundle_part(p_centre uuid, p_part jsonb) returns text
language plpgsql set search_path = pg_catalog, desk, pg_temp as $$
declare
  v_origin uuid;
  v_first bigint; v_last bigint;
  v_nonce bytea; v_iv bytea; v_text bytea; v_seal bytea;
  v_key bytea;
begin
  begin
    v_origin := (p_part->>'origin')::uuid;
    v_first := (p_part->'first')::bigint;
    v_last := (p_part->'last')::bigint;
    v_nonce := decode(p_part->>'nonce', 'base64');
    v_iv := decode(p_part->>'iv', 'base64');
    v_text := decode(p_part->>'text', 'base64');
    v_seal := decode(p_part->>'seal', 'base64');
  exception when data_exception or program_limit_exceeded then
    perform desk.refuse_bundle('altered');
  end;
  if v_origin is null then perform desk.refuse_bundle('altered'); end if;
  if not exists (select from desk.origin where id = v_origin and centre = p_centre
                 and staff <> '00000000-0000-8000-8000-000000000001') then
    perform desk.refuse_bundle('unknown');
  end if;
  v_key := desk.delivery_key(p_centre, v_origin);
  if (octet_length(v_nonce) = 16 and octet_length(v_iv) = 16 and v_seal = desk_ext.hmac(
        convert_to('agent-desk/bundle/1', 'UTF8') || uuid_send(p_centre) || uuid_send(v_origin) || int8send(v_first)
        || int8send(v_last) || v_nonce || v_iv || v_text,
        desk.bundle_key(v_key, v_nonce, 'seal'), 'sha256')) is not true then
    perform desk.refuse_bundle('altered');
  end if;
  begin
    return convert_from(desk_ext.decrypt_iv(v_text, desk.bundle_key(v_key, v_nonce, 'cipher'), v_iv,
                                            'aes-cbc/pad:pkcs'), 'UTF8');
  exception when data_exception or external_routine_invocation_exception then
    perform desk.refuse_bundle('altered');
  end;
  return null;
end $$;

-- All parts of a bundle or nothing; each goes the way of push, delivered by whoever brought it.
create function desk.take_bundle(p_bundle text) returns json
language plpgsql security definer set search_path = pg_catalog, desk, pg_temp as $$
declare
  v_me desk.staff;
  v_bundle jsonb;
  v_part jsonb;
  v_texts text[] := '{}';
  v_place integer;
  v_judged json := '[]';
  v_all json[] := '{}';
begin
  v_me := desk.caller();
  if p_bundle is null or octet_length(p_bundle) > 64000000 then perform desk.refuse('rights'); end if;
  begin
    v_bundle := p_bundle::jsonb;
    if (v_bundle->>'centre')::uuid is distinct from v_me.centre then perform desk.refuse_bundle('foreign'); end if;
    if jsonb_typeof(v_bundle->'parts') is distinct from 'array' or v_bundle->'parts' = '[]' then
      perform desk.refuse_bundle('altered');
    end if;
  exception when data_exception or program_limit_exceeded or statement_too_complex then
    perform desk.refuse_bundle('altered');
  end;
  for v_part in select value from jsonb_array_elements(v_bundle->'parts') loop
    v_texts := v_texts || desk.open_bundle_part(v_me.centre, v_part);
  end loop;
  for v_place in 1 .. cardinality(v_texts) loop
    v_judged := desk.push((v_bundle->'parts'->(v_place - 1)->>'origin')::uuid, v_texts[v_place]);
    v_all := v_all || v_judged;
  end loop;
  return (select json_agg(one order by place, n) from unnest(v_all) with ordinality a(judged, place),
          json_array_elements(judged) with ordinality e(one, n));
end $$;
