-- A group may be quiet as a whole: every phone of its people, and every phone on its lines, is sent none of the revealing words. It
-- holds for all assemblies below it.
alter table assemblies add quiet boolean not null default false;
create index on assemblies (id) where quiet; -- mostly empty: whether any is quiet costs nothing

-- Whether a phone is quiet: by its own word, or by that of a group.
create function is_quiet(by_phone uuid, on_assembly uuid) returns boolean language plpgsql stable as $$
declare own boolean;
begin
	select p.quiet into own from phones p where p.id = by_phone;
	if own then
		return true;
	end if;
	if not exists (select from assemblies q where q.quiet) then
		return false;
	end if;
	return exists (select from assemblies q where q.quiet and exists (select from assemblies_below(q.id) b where b = on_assembly
		or b in (select m.assembly_id from phone_people pp join memberships m on m.person_id = pp.person_id where pp.phone_id = by_phone)
		or b = (select p.assembly_id from phones p where p.id = by_phone)));
end $$;

-- Whose phone it is, after a long silence (still.go).
alter table phones
	add doubted_at timestamptz,                         -- since when that is in doubt
	add asked_at   timestamptz,                         -- "Still you?", without an answer so far
	add still_at   timestamptz;                         -- the answer that it is
alter table outgoing add has_place boolean not null default false; -- a notice with a place: it waits for that answer

-- As in 0001, and: whether the phone is quiet, and asked "Still you?"; and an event that was heard is found also where its conversation is gone since, so
-- that what is repeated of a phone that was erased does not bring it back.
drop function hear(bytea, bytea, uuid, uuid, bytea);
create function hear(by_call bytea, by_phone bytea, on_line uuid, had uuid, event bytea,
	out id uuid, out phone uuid, out lang text, out joined boolean, out n int, out turn uuid, out flow_set text, out state bytea,
	out heard_at timestamptz, out repeats uuid, out reply bytea, out quiet boolean, out asked boolean) language plpgsql as $$
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
	if id is null then
		n := 0;
	else
		select (select p.lang from phones p where p.id = phone), exists (select from phone_people pp where pp.phone_id = phone),
			is_quiet(phone, (select l.assembly_id from lines l where l.id = on_line)),
			coalesce((select p.asked_at is not null from phones p where p.id = phone), false)
			into lang, joined, quiet, asked;
	end if;
	select h.turn into repeats from heard h where h.key = event;
	if repeats is not null then
		select t.reply into reply from turns t where t.id = repeats;
	end if;
end $$;

-- Who said STOP and was then forgotten. A number is not kept for it: its digest is, under a purpose of its own, so that the same number
-- is not written to if it ever comes back, on a list or by itself. Nothing else can be found by it.
create table do_not_contact (
	index       bytea not null,                         -- HMAC-SHA256(index key, purpose ‖ E.164)
	assembly_id uuid not null references assemblies,
	line_id     uuid references lines,                  -- null: every line
	channel     text not null check (channel in ('all', 'text', 'voice')),
	at          timestamptz not null,
	unique nulls not distinct (index, line_id, channel)
);

-- Somebody's rota entry outlives their number: the calls that they took are the callers'.
alter table duty alter phone_id drop not null, drop constraint duty_phone_id_fkey,
	add foreign key (phone_id) references phones on delete set null;

-- How long what is kept, where that is not the default (retention.go has the clocks and their defaults).
create table retention (
	assembly_id uuid not null references assemblies,
	clock       text not null,
	days        int not null check (days between 1 and 3660),
	primary key (assembly_id, clock)
);

-- While a hold stands, no clock runs for its assembly and those below.
create table holds (
	id          uuid primary key,
	assembly_id uuid not null references assemblies,
	why         bytea not null,                         -- sealed
	by          text not null,                          -- the organizer's name, as in the journal
	at          timestamptz not null,
	released_at timestamptz
);
create index on holds (assembly_id) where released_at is null;

-- What a ballot came to, once its by-name choices are erased.
alter table ballots
	add kept_totals  int[],                             -- in the order of the options; null: the choices are still there
	add kept_roll    int,
	add kept_proofs  jsonb,                             -- {"phone": 12}
	add kept_changed int,                               -- how often somebody chose anew
	add kept_refused jsonb;                             -- {"closed": 2}

-- When it was erased here; until its row goes too, it says where the carrier's copy lies.
alter table media add erased_at timestamptz;

-- The first UUIDv7 of a moment: ids made before it are smaller.
create function uuid_at(moment timestamptz) returns uuid language sql immutable as $$
	select rpad(lpad(to_hex((extract(epoch from moment) * 1000)::bigint), 12, '0'), 32, '0')::uuid $$;

-- The daily erasing looks for what is old.
create index on outgoing (at);
create index on reports (filed_at);

-- Erasing a phone or a person looks into every table that names one; also when a phone was last heard, on any line and by call.
create index on conversations (phone_id);
create index on outgoing (phone_id);
create index on rsvps (phone_id);
create index on reports (phone_id);
create index on duty_calls (phone_id);
create index on votes (person_id);
create index on vouch_codes (phone_id);
create index on vouches (by_person);
create index on organizers (person_id);
