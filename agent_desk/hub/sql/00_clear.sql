-- Takes away everything that is written anew below; no table and no row is touched.
do $made$
declare v_each record;
begin
  for v_each in select polname as name, polrelid::regclass as place from pg_policy
                where polrelid in (select oid from pg_class where relnamespace = 'desk'::regnamespace)
  loop
    execute format('drop policy %I on %s', v_each.name, v_each.place);
  end loop;
  for v_each in select t.tgname as name, t.tgrelid::regclass as place from pg_trigger t
                join pg_class c on c.oid = t.tgrelid
                where c.relnamespace = 'desk'::regnamespace and not t.tgisinternal
                  and t.tgparentid = 0
  loop
    execute format('drop trigger %I on %s', v_each.name, v_each.place);
  end loop;
  for v_each in select oid::regclass as name from pg_class
                where relnamespace = 'desk'::regnamespace and relkind = 'v'
  loop
    execute format('drop view %s cascade', v_each.name);
  end loop;
  for v_each in select oid::regprocedure as name from pg_proc where pronamespace = 'desk'::regnamespace
  loop
    execute format('drop function if exists %s cascade', v_each.name);
  end loop;
end $made$;
drop type if exists desk.incoming cascade;
drop type if exists desk.pulled cascade;
