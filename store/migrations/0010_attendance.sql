-- Who needs what to come to a meeting, and who came.

-- Counted up by every change of time or place, so that an answer to what somebody heard before it is known.
alter table meetings add column version int not null default 0,
	add column quorum_heads   int check (quorum_heads > 0),                     -- members who have to be present; null: the other, or none
	add column quorum_percent int check (quorum_percent between 1 and 100),     -- of the members …
	add column members        int,                                              -- … that there were when the first person came; null: nobody came yet
	add check (quorum_heads is null or quorum_percent is null);

-- What an answer brings along. It counts while the answer is yes.
alter table rsvps add column others int not null default 0 check (others between 0 and 9),
	add column children    int not null default 0 check (children between 0 and 9), -- to be looked after
	add column ride        boolean not null default false,
	add column interpreter boolean not null default false,
	add column other       boolean not null default false;                     -- something else, in their own words

-- Their own words to it: from where they need a ride, which language.
create table rsvp_notes (
	id          uuid primary key,                       -- UUIDv7: in order of time
	assembly_id uuid not null references assemblies,
	meeting_id  uuid not null,
	phone_id    uuid not null,
	need        text not null check (need in ('ride', 'interpreter', 'other')),
	words       bytea not null,                         -- sealed; what was said lies in media
	media_id    uuid references media on delete set null,
	at          timestamptz not null,
	foreign key (meeting_id, phone_id) references rsvps on delete cascade
);
create index on rsvp_notes (meeting_id, phone_id);

-- The code that is shown at a meeting's door. The digest is there to find it by; codes of meetings long past are cleared away.
create table doors (
	meeting_id  uuid primary key references meetings on delete cascade,
	assembly_id uuid not null references assemblies,
	index       bytea not null unique,                  -- keyed digest of the code
	code        bytea not null                          -- sealed
);

-- Who is or was at a meeting. Where phone and person are taken away the head stays counted.
create table attendance (
	id          uuid primary key,                       -- random: order must not show
	assembly_id uuid not null references assemblies,
	meeting_id  uuid not null references meetings on delete cascade,
	phone_id    uuid references phones on delete set null,
	person_id   uuid references people on delete set null,
	kind        text not null check (kind in ('member', 'shared', 'guest', 'others', 'paper')),
	heads       int not null check (heads > 0),
	entered_by  text,                                   -- the organizer, of what was not checked in by phone
	at          timestamptz not null
);
create unique index on attendance (meeting_id, person_id) where kind = 'member';
create unique index on attendance (meeting_id, phone_id, kind) where kind in ('shared', 'guest', 'others');
create unique index on attendance (meeting_id, entered_by) where kind = 'paper';
create index on attendance (phone_id);
create index on attendance (person_id);
