-- Erasing: personal values go, what was said of them stays, and they do not come back.

-- An erased value leaves its salt no more than its text: with it, a short number could be guessed.
create function desk.no_salt() returns bytea language sql immutable as
$$ select decode(repeat('00', 16), 'hex') $$;

-- Values kept as [[field, value, salt], ...] without those of some fields.
create function desk.scrubbed(p_personal jsonb, p_names text[]) returns jsonb language sql immutable as
$$ select case when jsonb_typeof(p_personal) <> 'array' then p_personal else coalesce((
     select jsonb_agg(case when one->>0 = any (p_names)
                           then jsonb_build_array(one->>0, null, desk.no_salt()::text) else one end order by n)
     from jsonb_array_elements(p_personal) with ordinality told(one, n)
     where jsonb_typeof(one) = 'array'), '[]') end $$;

-- Erasing waits for what is being taken, and what comes after it knows of it: two values of one fact
-- cannot pass each other.
create function desk.while_erasing_waits(p_centre uuid) returns void language sql volatile
set search_path = pg_catalog, desk, pg_temp as
$$ select pg_advisory_xact_lock_shared(hashtextextended('erase ' || p_centre, 0)) $$;

create function desk.erase_alone(p_centre uuid) returns void language sql volatile
set search_path = pg_catalog, desk, pg_temp as
$$ select pg_advisory_xact_lock(hashtextextended('erase ' || p_centre, 0)) $$;

-- Some personal values of one fact, wherever they lie: beside the fact, in a body that came under the
-- same id, among links that wait. p_told_by is the hub fact that says so. The fact need not be here yet.
create function desk.erase_values(p_centre uuid, p_fact uuid, p_names text[], p_told_by uuid)
returns void language plpgsql set search_path = pg_catalog, desk, pg_temp as $$
declare v_names text[];
begin
  perform desk.erase_alone(p_centre);
  insert into desk.erased (centre, fact, field, told_by, made)
    select distinct p_centre, p_fact, name, p_told_by, desk.now_us() from unnest(p_names) name
    where name is not null
    on conflict (centre, fact, field) do nothing;
  v_names := array(select field from desk.erased where centre = p_centre and fact = p_fact);
  update desk.personal set value = null, salt = desk.no_salt()
    where centre = p_centre and fact = p_fact and field = any (v_names) and value is not null;
  update desk.conflict set personal = desk.scrubbed(personal, v_names)
    where centre = p_centre and fact = p_fact and personal is not null;
  update desk.offered set personal = desk.scrubbed(personal, v_names)
    where centre = p_centre and fact = p_fact and personal is not null;
end $$;
