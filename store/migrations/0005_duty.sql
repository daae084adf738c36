-- Who may be rung for a caller, and what came of ringing them.
create table duty (
	id          uuid primary key,
	assembly_id uuid not null references assemblies,
	name        bytea not null,                         -- sealed: as they are called among organizers
	phone_id    uuid not null references phones on delete cascade,
	languages   text[] not null,
	since       timestamptz not null,
	until       timestamptz,                            -- null: until somebody says otherwise
	from_minute int not null default 0,                 -- of the assembly's day: on duty from then to to_minute; equal: all day
	to_minute   int not null default 0,
	off_at      timestamptz,                            -- null: not turned off
	rung_at     timestamptz                             -- last: who has not been rung for longest is next
);
create index on duty (assembly_id);
create index on duty (phone_id);

-- One phone rung for one caller.
create table duty_calls (
	id              uuid primary key,                   -- random: it stands in a URL
	assembly_id     uuid not null references assemblies,
	duty_id         uuid not null references duty on delete cascade,
	line_id         uuid not null references lines,
	conversation_id uuid not null,
	n               int not null,                       -- the number of the turn in which it rang
	turn            uuid not null unique,
	phone_id        uuid references phones on delete set null, -- the caller's; none when withheld
	lang            text not null default '',
	purpose         bytea not null,                     -- sealed: what is said before they take it
	at              timestamptz not null,
	taken_at        timestamptz,
	ended_at        timestamptz,
	urgent          boolean not null default false
);
create index on duty_calls (conversation_id);
create index on duty_calls (duty_id, at);
create index on duty_calls (assembly_id, at);

create table duty_notes (
	id          uuid primary key,                       -- UUIDv7: in order of time
	assembly_id uuid not null references assemblies,
	call_id     uuid not null references duty_calls on delete cascade,
	words       bytea not null,                         -- sealed; what was said lies in media
	media_id    uuid references media on delete set null,
	at          timestamptz not null
);
create index on duty_notes (call_id);

-- Callers for whom nobody is rung for a while. They can still leave a recording.
create table blocked (
	phone_id    uuid not null references phones on delete cascade,
	assembly_id uuid not null references assemblies,
	until       timestamptz not null,
	duty_id     uuid references duty on delete set null, -- who asked for it
	primary key (phone_id, assembly_id)
);
