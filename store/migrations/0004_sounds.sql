-- Recordings that flows play. Their name is a digest of their content, so that one row serves every flow set that has them. Whoever
-- calls the line hears them, so they are not sealed.
create table sounds (
	name  text primary key,                             -- 32 hexadecimal digits, then .wav or .mp3
	bytes bytea not null,
	at    timestamptz not null default now()
);
