-- Whoever said in words of their own that they want no texts, or whose stop was entered by an organizer, and was then forgotten: as with
-- STOP itself a keyed digest stays, now with what it was for.
alter table do_not_contact
	add purpose text not null default 'all' check (purpose in ('all', 'notices', 'alerts', 'answers')),
	drop constraint do_not_contact_index_line_id_channel_key,
	add unique nulls not distinct (index, line_id, purpose, channel);
alter table do_not_contact alter purpose drop default;

-- Who had the history of a phone's consent shown, and why. It goes with the phone.
create table consent_shown (
	id          uuid primary key,
	assembly_id uuid not null references assemblies,
	phone_id    uuid not null references phones on delete cascade,
	why         bytea not null,                         -- sealed
	by          text not null,                          -- the organizer's name, as in the journal
	at          timestamptz not null
);
create index on consent_shown (phone_id);
