-- The first records. Every record carries assembly_id. Whatever somebody wrote or said, every name and every number of a person is
-- sealed (bytea, see store/seal); phones.index is the only place where the keyed digest of a number stands.

create table key_checks (
	version int primary key,          -- of the key file
	value   bytea not null            -- proves which key file this database belongs to, and tells nothing of it
);

create table assemblies (
	id         uuid primary key,
	parent_id  uuid references assemblies,
	name       text not null unique,
	zone       text not null,         -- IANA, "America/New_York"
	created_at timestamptz not null default now(),
	-- The newest number given out to each. Taken and used in one transaction, so that no number is missing.
	reports    int not null default 0,
	meetings   int not null default 0,
	ballots    int not null default 0
);
create index on assemblies (parent_id);

-- An assembly and all that joined into it; an assembly and all that it joined into, itself first. Parents never change, so neither
-- can run in a circle.
create function assemblies_below(root uuid) returns setof uuid language sql stable as $$
	with recursive below as (
		select id from assemblies where id = root
		union all
		select a.id from assemblies a join below on a.parent_id = below.id
	) select id from below $$;
create function assemblies_above(leaf uuid) returns setof uuid language sql stable as $$
	with recursive above as (
		select id, parent_id, 0 as step from assemblies where id = leaf
		union all
		select a.id, a.parent_id, step + 1 from assemblies a join above on a.id = above.parent_id
	) select id from above order by step $$;

create table lines (
	id               uuid primary key,
	assembly_id      uuid not null references assemblies,
	number           text not null unique,              -- ours, so in clear: E.164
	name             text not null,                     -- as workers hear it: "The 0100 Line"
	languages        text[] not null,                   -- in the order they are offered
	texts            text not null default 'on' check (texts in ('on', 'pending')),
	replies_an_hour  int not null default 60,           -- to one phone; 20 to an unknown one
	created_at       timestamptz not null default now()
);

create table phones (
	id          uuid primary key,
	assembly_id uuid not null references assemblies,    -- of the line it reached, or was imported for, first
	index       bytea not null unique,                  -- HMAC-SHA256(index key, purpose ‖ E.164)
	key_version int not null,
	sealed      bytea not null,                         -- the number
	lang        text not null default '',               -- last chosen
	created_at  timestamptz not null default now()
);

create table people (
	id          uuid primary key,
	assembly_id uuid not null references assemblies,
	name        bytea,                                  -- sealed; none for those who joined by a flyer
	created_at  timestamptz not null default now()
);

create table phone_people (
	phone_id    uuid not null references phones on delete cascade,
	person_id   uuid not null references people on delete cascade,
	assembly_id uuid not null references assemblies,
	primary key (phone_id, person_id)
);
create index on phone_people (person_id);

create table memberships (
	person_id   uuid not null references people on delete cascade,
	assembly_id uuid not null references assemblies,
	standing    text not null check (standing in ('listed', 'member')),
	workplace   bytea,                                  -- sealed with the person's id
	lang        text not null default '',               -- as the last import said; the phone's own choice stands in phones
	how         text not null check (how in ('flyer', 'import', 'vouched')),
	since       timestamptz not null default now(),     -- of this standing
	primary key (person_id, assembly_id)
);
create index on memberships (assembly_id, standing);

create table organizers (
	id          uuid primary key,
	assembly_id uuid not null references assemblies,
	person_id   uuid references people,
	name        text not null,                          -- the name they act under, chosen by them
	created_at  timestamptz not null default now(),
	removed_at  timestamptz
);
create unique index on organizers (assembly_id, name) where removed_at is null;

-- Who vouched for whom: one organizer, or two members, make a member.
create table vouches (
	id           uuid primary key,
	assembly_id  uuid not null references assemblies,
	person_id    uuid not null references people on delete cascade,
	by_organizer uuid references organizers,
	by_person    uuid references people on delete cascade,
	at           timestamptz not null default now(),
	check (num_nonnulls(by_organizer, by_person) = 1),
	check (by_person <> person_id),
	unique (person_id, assembly_id, by_person)
);

-- Append-only, in the order of seq. See consent.go for which row counts.
create table consent (
	seq         bigint generated always as identity primary key,
	assembly_id uuid not null references assemblies,
	phone_id    uuid not null references phones on delete cascade,
	line_id     uuid references lines,                  -- null: every line
	purpose     text not null check (purpose in ('all', 'notices', 'alerts', 'answers')),
	channel     text not null check (channel in ('all', 'text', 'voice')),
	given       boolean not null,
	how         text not null,                          -- 'stop word', 'start word', 'flyer', 'import', 'call', …
	words       bytea,                                  -- sealed with the phone's id: what the person wrote, or the sheet says
	agreed_on   date,                                   -- where that was another day
	at          timestamptz not null default now()
);
create index on consent (phone_id, seq);
create function consent_is_append_only() returns trigger language plpgsql as
$$ begin raise exception 'consent is append-only'; end $$;
create trigger consent_is_append_only before update on consent for each row execute function consent_is_append_only();

create table flyers (
	id          uuid primary key,
	assembly_id uuid not null references assemblies,
	line_id     uuid not null references lines,
	word        text not null,                          -- upper case: a word and a number, or five random characters
	lang        text not null,
	joined      int not null default 0,
	created_at  timestamptz not null default now(),
	ended_at    timestamptz,
	unique (line_id, word)
);

create table meetings (
	id          uuid primary key,
	assembly_id uuid not null references assemblies,
	number      int not null,                           -- as organizers call it: 1, 2, 3 … in its assembly
	starts_at   timestamptz not null,
	place       bytea not null,                         -- sealed: {"en": "12 Elm St, side door", …}
	place_for   text not null default 'everyone' check (place_for in ('everyone', 'members', 'on the day')),
	canceled_at timestamptz,
	changed_at  timestamptz,                            -- time or place, last
	created_at  timestamptz not null default now(),
	unique (assembly_id, number)
);
create index on meetings (assembly_id, starts_at);

create table rsvps (
	meeting_id  uuid not null references meetings on delete cascade,
	phone_id    uuid not null references phones on delete cascade,
	assembly_id uuid not null references assemblies,
	answer      text not null check (answer in ('yes', 'no')),
	at          timestamptz not null default now(),
	changed     int not null default 0,
	primary key (meeting_id, phone_id)
);

create table reports (
	id          uuid primary key,                       -- random: order must not show
	assembly_id uuid not null references assemblies,
	line_id     uuid not null references lines,
	phone_id    uuid references phones on delete set null,
	code_index  bytea not null unique,                  -- of the 12 digits that lead back to it
	number      int not null,                           -- as organizers call it: 1, 2, 3 … in its assembly
	channel     text not null check (channel in ('text', 'voice')),
	lang        text not null,
	state       text not null default 'new' check (state in ('new', 'read', 'closed')),
	read_by     timestamptz not null,                   -- the time promised to the worker
	filed_at    timestamptz not null default now(),
	unique (assembly_id, number)
);

create table report_parts (
	id          uuid primary key,                       -- UUIDv7: in order of time
	assembly_id uuid not null references assemblies,
	report_id   uuid not null references reports on delete cascade,
	words       bytea not null,                         -- sealed; what was said or sent lies in media
	at          timestamptz not null default now()
);
create index on report_parts (report_id, id);

-- Recordings and pictures. They belong to a conversation until a report takes them.
create table media (
	id              uuid primary key,                   -- a keyed digest of the carrier's id: each is taken once
	assembly_id     uuid not null references assemblies,
	line_id         uuid not null references lines,
	conversation_id uuid not null,
	report_id       uuid references reports on delete cascade,
	kind            text not null check (kind in ('recording', 'picture')),
	source          bytea not null,                     -- sealed: where it lies at the carrier
	seconds         int not null default 0,             -- of a recording
	state           text not null default 'wanted' check (state in ('wanted', 'kept', 'erased', 'lost')),
	type            text not null default '',           -- "audio/x-wav"
	bytes           bytea,                              -- sealed
	at              timestamptz not null default now()
);
create index on media (conversation_id) where report_id is null;
create index on media (report_id);

create table ballots (
	id          uuid primary key,
	assembly_id uuid not null references assemblies,
	number      int not null,                           -- as organizers call it: 1, 2, 3 … in its assembly
	paper       bytea not null,                         -- sealed: the question and its options, each in every language
	options     int not null check (options between 2 and 8),
	opened_at   timestamptz not null default now(),
	opened_by   text not null,
	closes_at   timestamptz,                            -- when a job closes it; it is closed once closed_at stands
	closed_at   timestamptz,
	closed_by   text,
	unique (assembly_id, number)
);

create table ballot_roll (
	ballot_id   uuid not null references ballots on delete cascade,
	person_id   uuid not null references people,
	assembly_id uuid not null references assemblies,
	primary key (ballot_id, person_id)
);
create index on ballot_roll (person_id);

create table votes (
	id          uuid primary key,                       -- random: order must not show
	assembly_id uuid not null references assemblies,
	ballot_id   uuid not null references ballots on delete cascade,
	person_id   uuid references people,
	envelope    bytea not null,                         -- the choice, sealed
	sealed_to   text not null default 'server' check (sealed_to in ('server', 'ballot')),
	proof       text not null check (proof in ('phone', 'pin', 'code')),
	at          timestamptz not null default now(),
	unique (ballot_id, person_id)
);

create table ballot_refusals (
	id          uuid primary key,
	assembly_id uuid not null references assemblies,
	ballot_id   uuid not null references ballots on delete cascade,
	reason      text not null check (reason in ('already', 'closed', 'not_on_roll', 'shared')),
	at          timestamptz not null default now()
);
create index on ballot_refusals (ballot_id);

create table flow_sets (
	hash  text primary key,
	files jsonb not null,                               -- name to text
	at    timestamptz not null default now()
);

-- The row of a conversation is its lock and its newest state.
create table conversations (
	id          uuid primary key,
	assembly_id uuid not null references assemblies,
	line_id     uuid not null references lines,
	phone_id    uuid references phones on delete cascade,
	call        bytea unique,                           -- keyed digest of the call's id; null: by text
	n           int not null default 0,                 -- the number of its newest turn
	turn        uuid,                                   -- its newest turn
	flow_set    text not null default '',
	state       bytea,                                  -- sealed
	heard_at    timestamptz not null default now(),
	wakes_at    timestamptz
) with (fillfactor = 70);
create unique index on conversations (phone_id, line_id) where call is null; -- the phone first: a line has many
create index on conversations (wakes_at) where wakes_at is not null;

-- No foreign keys here: both are written once a turn and erased by age.
create table turns (
	id              uuid primary key,                   -- UUIDv7
	assembly_id     uuid not null,
	conversation_id uuid not null,
	n               int not null,
	input           bytea,                              -- sealed
	reply           bytea not null,                     -- sealed
	at              timestamptz not null default now()
);

create table heard (
	key  bytea primary key,                             -- keyed digest of the outside event's own id
	turn uuid not null,
	at   timestamptz not null default now()
);

-- Begins a turn: locks the conversation (of a call; else of a phone on a line), and looks the event up. id is null where there is
-- no such conversation yet; state is null where the caller holds that of turn "had". It is a function, and not one query, for two
-- reasons: each statement in it sees all that was committed while the lock was waited for, which a single query would not; and each
-- reads one table by a unique index, so that no statistics, old or missing, can lead to a plan that reads more.
create function hear(by_call bytea, by_phone bytea, on_line uuid, had uuid, event bytea,
	out id uuid, out phone uuid, out lang text, out joined boolean, out n int, out turn uuid, out flow_set text, out state bytea,
	out heard_at timestamptz, out repeats uuid, out reply bytea) language plpgsql as $$
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
	if id is null then
		n := 0;
		joined := false;
		return;
	end if;
	select (select p.lang from phones p where p.id = phone), exists (select from phone_people pp where pp.phone_id = phone),
		(select h.turn from heard h where h.key = event)
		into lang, joined, repeats;
	if repeats is not null then
		select t.reply into reply from turns t where t.id = repeats;
	end if;
end $$;

create table outgoing (
	id          uuid primary key,                       -- random: it stands in a URL
	assembly_id uuid not null references assemblies,
	line_id     uuid not null references lines,
	phone_id    uuid not null references phones on delete cascade,
	channel     text not null default 'text' check (channel in ('text', 'voice')),
	purpose     text not null check (purpose in ('notices', 'alerts', 'answers')),
	body        bytea not null,                         -- sealed
	state       text not null default 'ready' check (state in ('ready', 'sending', 'accepted', 'sent', 'delivered',
	            'undelivered', 'failed', 'refused', 'unknown', 'expired', 'canceled')),
	carrier_id  text,
	error       int,
	expires_at  timestamptz not null,
	at          timestamptz not null default now(),
	changed_at  timestamptz not null default now()
);
create index on outgoing (line_id, at) where state in ('ready', 'sending', 'unknown');

-- What organizers did. Each row's digest covers the digest before it, so that a changed or missing row shows.
create table journal (
	seq         bigint primary key,
	assembly_id uuid not null references assemblies,
	at          timestamptz not null,
	actor       text not null,
	act         text not null,                          -- 'ballot.open'
	object      text not null,                          -- an id, or a name
	digest      bytea not null
);
