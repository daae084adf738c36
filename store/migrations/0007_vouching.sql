-- By these digits, told in person, members vouch for somebody who is listed.
create table vouch_codes (
	code_index  bytea primary key,                      -- keyed digest
	person_id   uuid not null references people on delete cascade,
	phone_id    uuid not null references phones on delete cascade, -- that asked for them, and hears what came of it
	line_id     uuid not null references lines,
	assembly_id uuid not null references assemblies,    -- the line's
	until       timestamptz not null
);
create index on vouch_codes (person_id);

-- Codes that were none, so that nobody finds one by trying: of a phone, of a line's withheld callers, of a line in all.
create table guesses (
	scope uuid not null,                                -- a phone, or a line
	what  text not null,                                -- which kind of code
	hour  timestamptz not null,
	n     int not null,
	primary key (scope, what, hour)
);
