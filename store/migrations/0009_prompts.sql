-- Languages that exist on calls alone, as recordings, besides those of the flows.
create table recorded_languages (
	lang    text primary key,                           -- as lines name languages: quc
	name    text not null,                              -- as its speakers call it: K'iche'
	instead text[] not null                             -- the languages of the flows in which is told what is not recorded
);

-- What people have recorded of what the flows say, by calling in. Whoever calls a line hears it, so it is not sealed; the words it was
-- made of have a digest for a name (flows.Snippet), so that with other words it is not found.
create table prompts (
	lang         text not null,
	key          text not null,
	sound        text references sounds (name),         -- null: not brought from the carrier yet, for the first time
	media_id     uuid references media on delete set null, -- a newer recording, on its way
	organizer_id uuid not null references organizers,
	at           timestamptz not null,
	primary key (lang, key)
);
create index on prompts (media_id);

-- Digits that let an organizer record, once.
create table prompt_pins (
	id              uuid primary key,
	assembly_id     uuid not null references assemblies,
	organizer_id    uuid not null references organizers,
	lang            text not null,
	digest          bytea not null,                     -- keyed: the digits stand nowhere
	expires_at      timestamptz not null,
	wrong           int not null default 0,             -- wrong digits keyed while it was open
	closed_at       timestamptz,                        -- used, or too many wrong ones
	conversation_id uuid                                -- the call that it opened
);
create index on prompt_pins (assembly_id) where closed_at is null;
create index on prompt_pins (conversation_id);

-- Recordings that nothing plays any more. A call that has begun may still fetch one, so they are erased a day later.
create table removed_sounds (
	name text primary key,
	at   timestamptz not null
);
