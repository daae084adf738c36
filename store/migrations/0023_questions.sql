-- What a notice may ask (question.go): each question to a phone is a row, made when its text goes out.
create table questions (
	id           uuid primary key,
	assembly_id  uuid not null references assemblies,
	line_id      uuid not null references lines,           -- on which it is answered
	phone_id     uuid not null references phones on delete cascade,
	broadcast_id uuid references broadcasts on delete set null,
	outgoing_id  uuid unique references outgoing on delete set null, -- the text; sent once more, it has the same digits
	flow         text not null,                            -- which an answer begins
	about        text not null check (about in ('meeting', 'ballot')),
	record       uuid not null,                            -- that meeting or ballot
	arguments    bytea not null,                           -- sealed: what it was when the text went out
	first        int not null check (first between 10 and 99), -- the first of its digits …
	answers      int not null check (answers between 1 and 5), -- … and how many follow on each other
	asked_at     timestamptz not null,
	lapses_at    timestamptz not null,
	answered     text not null default '',                 -- the answer sent last: a word of the flow
	answered_at  timestamptz
);
create index on questions (phone_id, asked_at);
create index on questions (broadcast_id);

-- Two digits answer one question of a phone, for thirty days and as long as that is open. The key holds it, whoever writes at the same time.
create table question_digits (
	phone_id    uuid not null references phones on delete cascade,
	digits      int not null,
	question_id uuid references questions on delete set null, -- null: erased; the digits rest all the same
	until       timestamptz not null,
	primary key (phone_id, digits)
);
create index on question_digits (question_id);

-- What a notice is about, which question it carries, and what followed from it: word of a change, and reminders.
alter table broadcasts
	add flow    text not null default '',                  -- the question; '': none
	add about   text not null default '' check (about in ('', 'meeting', 'ballot')),
	add record  uuid,                                      -- that meeting or ballot
	add version int not null default 0,                    -- of the meeting that it tells of
	add kind    text not null default '' check (kind in ('', 'change', 'cancel', 'day', 'hour')),
	add follows uuid references broadcasts on delete cascade, -- the notice whose approval covers this one
	add inside  bytea,                                     -- sealed: its words to members, where others are not told the place
	add check ((about = '') = (record is null)), add check ((kind = '') = (follows is null));
create index on broadcasts (record) where record is not null;

-- A reminder goes out once of each kind, for a meeting as it stands: another version has its own.
create unique index on broadcasts (record, version, kind) where kind in ('day', 'hour');

-- As in 0016, and: whether a notice asked this phone something, whose answer may be what it writes.
drop function hear(bytea, bytea, uuid, uuid, bytea);
create function hear(by_call bytea, by_phone bytea, on_line uuid, had uuid, event bytea,
	out id uuid, out phone uuid, out lang text, out joined boolean, out n int, out turn uuid, out flow_set text, out state bytea,
	out heard_at timestamptz, out repeats uuid, out reply bytea, out quiet boolean, out asked boolean, out stopped boolean, out was_asked boolean) language plpgsql as $$
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
	was_asked := false;
	if id is null then
		n := 0;
	else
		select (select p.lang from phones p where p.id = phone), exists (select from phone_people pp where pp.phone_id = phone),
			is_quiet(phone, (select l.assembly_id from lines l where l.id = on_line)),
			coalesce((select p.asked_at is not null from phones p where p.id = phone), false),
			by_call is null and not coalesce((select s.given from consent s where s.phone_id = phone and (s.line_id is null or s.line_id = on_line)
				and s.channel in ('all', 'text') and s.purpose = 'all' order by s.seq desc limit 1), true),
			by_call is null and exists (select from question_digits d where d.phone_id = phone)
			into lang, joined, quiet, asked, stopped, was_asked;
	end if;
	select h.turn into repeats from heard h where h.key = event;
	if repeats is not null then
		select t.reply into reply from turns t where t.id = repeats;
	end if;
end $$;
