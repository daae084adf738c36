-- Words of a notice that somebody said in a call (notice_recording.go): for calls in a language that no voice reads, or in a person's own voice.
-- They belong to exactly these words: any change of the draft deletes them.
create table notice_recordings (
	id           uuid primary key,
	broadcast_id uuid not null references broadcasts on delete cascade,
	assembly_id  uuid not null references assemblies,
	lang         text not null,
	members      boolean not null,                      -- what members are told, where that is more
	organizer_id uuid not null references organizers,   -- whose digits opened the call
	at           timestamptz not null,
	seconds      int not null,
	media_id     uuid references media on delete set null, -- on its way from the carrier; null: it is here, was erased, or is lost
	name_digest  bytea unique,                          -- keyed: of the name under which it is fetched, which stands nowhere; null: it is not here
	ending       text not null default '' check (ending in ('', 'wav', 'mp3')),
	bytes        bytea,                                 -- sealed
	erased_at    timestamptz,                           -- by the clock of turns; null, with no bytes and not on its way: lost
	unique (broadcast_id, lang, members),
	check ((bytes is null) = (name_digest is null))
);
create index on notice_recordings (media_id);
create index on notice_recordings (assembly_id) where bytes is not null;

-- Digits that open a call to record a notice, instead of what the flows say.
alter table prompt_pins add broadcast_id uuid references broadcasts on delete cascade;
create index on prompt_pins (broadcast_id);

-- A notice that rings the phone of whoever wrote it, as it would ring others (testcall.go). It is none of its calls: it tells nobody, and counts
-- nowhere. The names are those of notice_calls.
create table test_calls (
	id           uuid primary key,                      -- random, and that of its row of outgoing: it stands in a URL
	broadcast_id uuid not null references broadcasts on delete cascade,
	assembly_id  uuid not null references assemblies,
	line_id      uuid not null references lines,
	phone_id     uuid not null references phones on delete cascade,
	at           timestamptz not null,
	expires_at   timestamptz not null,
	hears        text not null,                         -- as somebody hears it whose language this is; '': whose phone it is
	answered_at  timestamptz,
	taken_at     timestamptz,
	heard_at     timestamptz,
	never_at     timestamptz,
	no_pin       boolean not null default false,
	ended_at     timestamptz
);
create index on test_calls (phone_id);
create index on test_calls (assembly_id, at);
