-- What members propose to each other. Organizers read it before others see it, and may hold it back only for a reason that its proposer
-- is told. Once as many have seconded it as its assembly wants, organizers owe it a vote or an answer in words.
alter table assemblies
	add column proposals int not null default 0,        -- the last number given to one
	add column offers    int not null default 0,
	add column seconds   int not null default 5 check (seconds between 1 and 999); -- how many put a proposal before the organizers

create table proposals (
	id          uuid primary key,                       -- random: it says nothing of when it came
	assembly_id uuid not null references assemblies,
	line_id     uuid not null references lines,
	phone_id    uuid references phones on delete set null, -- to whom what becomes of it is told
	person_id   uuid references people on delete set null, -- only where they chose to be named
	number      int not null,                           -- 1, 2, 3 … in its assembly
	channel     text not null check (channel in ('text', 'voice')),
	lang        text not null,
	words       bytea,                                  -- sealed: as it was written; what was said lies in media
	media_id    uuid references media on delete set null,
	state       text not null default 'new' check (state in ('new', 'shared', 'due', 'held', 'opened', 'answered', 'withdrawn')),
	texts       boolean not null default false,         -- the proposer wants to be texted that there is news
	shown       bytea,                                  -- sealed: {"en": …, "es": …}, as members see it
	supported   int,                                    -- how many seconded it, once it is not kept any more who
	needed      int,                                    -- seconds, as the assembly wanted them when members first saw it
	reply       bytea,                                  -- sealed, in every language: the answer, or why it is held back
	ballot_id   uuid references ballots,
	read_by     timestamptz not null,                   -- the time promised to the proposer
	answer_by   timestamptz,                            -- once enough have seconded it
	untold      boolean not null default false,         -- something became of it that its proposer has not heard
	filed_at    timestamptz not null,
	changed_at  timestamptz not null,
	unique (assembly_id, number)
);
create index on proposals (phone_id);
create index on proposals (person_id);

-- A phone that several people share counts once, for none of them by name.
create table proposal_seconds (
	proposal_id uuid not null references proposals on delete cascade,
	assembly_id uuid not null references assemblies,
	phone_id    uuid references phones on delete cascade, -- shared
	person_id   uuid references people on delete cascade,
	at          timestamptz not null,
	check (num_nonnulls(phone_id, person_id) = 1),
	unique (proposal_id, phone_id),
	unique (proposal_id, person_id)
);
create index on proposal_seconds (phone_id);
create index on proposal_seconds (person_id);

-- What members offer each other, and need: things, rides, food, child care. Others see what an organizer let through, for 14 days. Then,
-- or when its owner takes it back, its words and all that was said about it are erased.
create table offers (
	id          uuid primary key,                       -- random
	assembly_id uuid not null references assemblies,
	line_id     uuid not null references lines,
	phone_id    uuid not null references phones on delete cascade, -- whose it is: nobody could answer it otherwise
	number      int not null,                           -- 1, 2, 3 … in its assembly
	side        text not null check (side in ('offer', 'need')),
	kind        text not null check (kind in ('things', 'rides', 'food', 'childcare')),
	channel     text not null check (channel in ('text', 'voice')),
	lang        text not null,
	words       bytea,                                  -- sealed: as it was written; what was said lies in media
	media_id    uuid references media on delete set null,
	state       text not null default 'new' check (state in ('new', 'shown', 'refused', 'over')),
	shown       bytea,                                  -- sealed, in every language: as members see it
	reply       bytea,                                  -- sealed, in every language: why it is refused
	untold      boolean not null default false,
	read_by     timestamptz not null,
	expires_at  timestamptz not null,
	filed_at    timestamptz not null,
	unique (assembly_id, number)
);
create index on offers (phone_id);
create index on offers (expires_at) where state <> 'over';

-- Two phones about one offer. Neither learns the other's number, and either can end it.
create table offer_talks (
	id          uuid primary key,                       -- random
	assembly_id uuid not null references assemblies,
	offer_id    uuid not null references offers on delete cascade,
	phone_id    uuid not null references phones on delete cascade, -- who answered
	ended_at    timestamptz,
	reported_by text check (reported_by in ('owner', 'answerer')), -- abuse: organizers see what was said
	unique (offer_id, phone_id)
);
create index on offer_talks (phone_id);

create table offer_messages (
	id          uuid primary key,                       -- UUIDv7: in order of time
	assembly_id uuid not null references assemblies,
	talk_id     uuid not null references offer_talks on delete cascade,
	by_owner    boolean not null,
	ready       text check (ready in ('want', 'yes', 'no', 'meet')), -- one of a few sentences that every language has
	words       bytea,                                  -- sealed: their own
	untold      boolean not null default true,
	at          timestamptz not null,
	check (num_nonnulls(ready, words) = 1)
);
create index on offer_messages (talk_id, id);
