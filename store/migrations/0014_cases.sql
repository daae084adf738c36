-- Reports as cases. assemblies.reports is not counted up any more: a report's number is drawn, so that none is missing where one is
-- about somebody in the group, and so that those who file at the same moment need not wait for each other.

alter table reports
	add open_until      timestamptz not null default now(), -- what is sent until then belongs to it; only then organizers see it
	add care_of         boolean not null default false,     -- about somebody in the group: only report_recipients read it
	add may_text        boolean not null default false,     -- answers may be texted to the phone it came from
	add wants_person    boolean not null default false,     -- to start something where they work
	add name_ok         boolean not null default false,     -- "you may use my name"
	add muted           boolean not null default false,     -- the phone was blocked when it came (report_mutes)
	add kind            text not null default '' check (kind in ('', 'pay', 'hours', 'safety', 'treatment', 'firing', 'other')),
	add workplace       bytea,                              -- sealed, as organizers call it
	add assigned_to     uuid references organizers,
	add read_at         timestamptz,                        -- first
	add close_asked_at  timestamptz;                        -- by the worker
create index on reports (phone_id);

-- What organizers answer. It waits until the worker asks, or is texted.
create table report_answers (
	id          uuid primary key,                       -- UUIDv7: in order of time
	assembly_id uuid not null references assemblies,
	report_id   uuid not null references reports on delete cascade,
	words       bytea not null,                         -- sealed
	lang        text not null,
	by_name     text not null,                          -- the name they act under
	outgoing_id uuid references outgoing on delete set null, -- the text that took it along; null: it waits
	at          timestamptz not null,
	heard_at    timestamptz                             -- by somebody who came back
);
create index on report_answers (report_id, id);

-- What organizers note among themselves. No worker is told it.
create table report_notes (
	id          uuid primary key,                       -- UUIDv7: in order of time
	assembly_id uuid not null references assemblies,
	report_id   uuid not null references reports on delete cascade,
	words       bytea not null,                         -- sealed
	by_name     text not null,
	at          timestamptz not null
);
create index on report_notes (report_id, id);

-- Four digits that lead back to a report from the phone it came from.
create table report_digits (
	report_id   uuid primary key references reports on delete cascade,
	assembly_id uuid not null references assemblies,
	phone_id    uuid not null references phones on delete cascade,
	digest      bytea not null,                         -- keyed, of the report and the digits
	wrong       int not null default 0                  -- tries; five close this way
);
create index on report_digits (phone_id);

-- A worker asks to be called back.
create table report_callbacks (
	report_id   uuid primary key references reports on delete cascade,
	assembly_id uuid not null references assemblies,
	phone_id    uuid references phones on delete cascade, -- from which it was asked; none when withheld
	number      bytea,                                  -- sealed; null: that phone
	hours       text not null check (hours in ('morning', 'afternoon', 'evening', 'any')),
	other_may   boolean not null,                       -- another person may answer
	words       bytea,                                  -- sealed: what to say to them; what was said lies in media
	media_id    uuid references media on delete set null,
	at          timestamptz not null
);
create index on report_callbacks (phone_id);

-- To whom reports about somebody in an assembly go: organizers of one above it, whom those named.
create table report_recipients (
	assembly_id  uuid not null references assemblies,   -- whose organizers do not see them
	organizer_id uuid not null references organizers,
	named_at     timestamptz not null,
	primary key (assembly_id, organizer_id)
);

-- Phones whose reports organizers do not want in their list for a while.
create table report_mutes (
	phone_id    uuid not null references phones on delete cascade,
	assembly_id uuid not null references assemblies,
	until       timestamptz not null,
	primary key (phone_id, assembly_id)
);

-- Files that are not kept: too large, or of a sort that is no picture, sound or film.
alter table media
	drop constraint media_state_check,
	add constraint media_state_check check (state in ('wanted', 'kept', 'erased', 'lost', 'too_large', 'wrong_sort'));

-- A worker who asked for it is called back through the line: the outgoing call of this id rings an organizer, and on their key the
-- worker's phone rings from the line. Neither sees the other's number.
create table report_calls (
	id          uuid primary key,                       -- that of the outgoing call
	assembly_id uuid not null references assemblies,
	line_id     uuid not null references lines,
	report_id   uuid not null references reports on delete cascade,
	phone_id    uuid references phones on delete set null, -- which rings for the worker; null: forgotten since
	by_name     text not null,                          -- the name that the organizer acts under
	by_lang     text not null,                          -- in which they are spoken to
	lang        text not null,                          -- in which whoever answers the worker's phone is
	hours       text not null check (hours in ('morning', 'afternoon', 'evening', 'any')), -- the worker's terms, as they were then
	other_may   boolean not null,
	at          timestamptz not null,
	rung_at     timestamptz,                            -- the organizer pressed 1, and the worker's phone rang
	reached_at  timestamptz,                            -- somebody pressed 1 there
	never_at    timestamptz,                            -- somebody pressed 2 there
	ended_at    timestamptz
);
create index on report_calls (report_id, at);
create index on report_calls (phone_id);
