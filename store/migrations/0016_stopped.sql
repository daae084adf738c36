-- As in 0011, and: whether the last word of this phone on this line was STOP, by text, wherever the ledger has it from. What the carrier alone
-- was told is known in the next turn like what was told us.
drop function hear(bytea, bytea, uuid, uuid, bytea);
create function hear(by_call bytea, by_phone bytea, on_line uuid, had uuid, event bytea,
	out id uuid, out phone uuid, out lang text, out joined boolean, out n int, out turn uuid, out flow_set text, out state bytea,
	out heard_at timestamptz, out repeats uuid, out reply bytea, out quiet boolean, out asked boolean, out stopped boolean) language plpgsql as $$
begin
	if by_call is null then
		select p.id into phone from phones p where p.index = by_phone;
		select c.id, c.n, c.turn, c.flow_set, case when c.turn = had then null else c.state end, c.heard_at
			into id, n, turn, flow_set, state, heard_at
			from conversations c where c.phone_id = phone and c.line_id = on_line and c.call is null for update;
	else
		select c.id, c.phone_id, c.n, c.turn, c.flow_set, case when c.turn = had then null else c.state end, c.heard_at
			into id, phone, n, turn, flow_set, state, heard_at
			from conversations c where c.call = by_call for update;
	end if;
	joined := false;
	quiet := false;
	asked := false;
	stopped := false;
	if id is null then
		n := 0;
	else
		select (select p.lang from phones p where p.id = phone), exists (select from phone_people pp where pp.phone_id = phone),
			is_quiet(phone, (select l.assembly_id from lines l where l.id = on_line)),
			coalesce((select p.asked_at is not null from phones p where p.id = phone), false),
			by_call is null and not coalesce((select s.given from consent s where s.phone_id = phone and (s.line_id is null or s.line_id = on_line)
				and s.channel in ('all', 'text') and s.purpose = 'all' order by s.seq desc limit 1), true)
			into lang, joined, quiet, asked, stopped;
	end if;
	select h.turn into repeats from heard h where h.key = event;
	if repeats is not null then
		select t.reply into reply from turns t where t.id = repeats;
	end if;
end $$;
