-- A send of which nobody knows whether the carrier took it is looked for in the carrier's list.
alter table outgoing
	add may_repeat   boolean not null default false,    -- a notice without a code: sent once more where the carrier has no trace of it
	add repeated_at  timestamptz,                       -- … as this one was
	add found_at     timestamptz,                       -- the carrier's list told what came of it, by its words: a callback may know better
	add words_digest bytea,                             -- keyed, of what was handed to the carrier, where body does not hold it
	add person_why   text check (person_why in ('several', 'no trace', 'repeated', 'too late', 'too old', 'call')), -- it is left for a person
	add person_at    timestamptz;
create index on outgoing (line_id, sent_at) where state in ('sending', 'unknown');
create index if not exists outgoing_carrier_id_idx on outgoing (carrier_id) where carrier_id is not null;

-- How far the carrier's list of what people texted to a line has been compared with what was heard.
create table missed_until (
	line_id     uuid primary key references lines on delete cascade,
	assembly_id uuid not null references assemblies,
	until       timestamptz not null
);

-- A report made of texts that could not be heard when they came, and could not be played any more; when the carrier had the first.
alter table reports add came_late timestamptz;

-- A text of somebody who was voting, that was not heard when it came: played all the same, or too late, and asked again. Not who.
create table ballot_missed (
	id          uuid primary key,                       -- random
	assembly_id uuid not null references assemblies,
	ballot_id   uuid not null references ballots on delete cascade,
	played      boolean not null,
	at          timestamptz not null                    -- when the carrier had it
);
create index on ballot_missed (ballot_id);
