-- The six digits by which a person proves who they are on a phone that others use too (pin.go). What stands here is Argon2id of a
-- keyed digest, so that a copy of the database without the key file cannot even be tried.
create table pins (
	person_id   uuid primary key references people on delete cascade,
	assembly_id uuid not null references assemblies,
	salt        bytea not null,
	hash        bytea not null,
	cost        int not null,                           -- which of seal's costs it was made with
	handed      boolean not null,                       -- by an organizer; else chosen by the person, on a call
	tries       int not null default 0,                 -- wrong ones since the last right one
	locked_at   timestamptz,                            -- after too many; until another is handed out
	set_at      timestamptz not null default now()
);

-- A PIN that was keyed once and waits to be keyed again, in the same call.
create table pin_drafts (
	person_id       uuid primary key references people on delete cascade,
	assembly_id     uuid not null references assemblies,
	conversation_id uuid not null,
	salt            bytea not null,
	hash            bytea not null,
	cost            int not null,
	at              timestamptz not null default now()
);

-- A number that is silent for long may belong to somebody else by now. Whose it is stays in doubt until a PIN is right on it, however
-- much is written from it meanwhile.
alter table phones add spoke_on date not null default current_date,    -- the last day (UTC) on which something was heard from it
	add doubted boolean not null default false;                        -- was silent for 90 days since
update phones set spoke_on = greatest(created_at::date, (select max(heard_at)::date from conversations where phone_id = phones.id));

alter table votes drop constraint votes_proof_check;
alter table votes add constraint votes_proof_check check (proof in ('phone', 'pin', 'code', 'organizer'));

-- A vote that its voter cast anew before the close. What was chosen before is gone; that it was changed, when and how proved, is not.
create table vote_changes (
	id          uuid primary key,                       -- UUIDv7
	assembly_id uuid not null references assemblies,
	vote_id     uuid not null references votes on delete cascade on update cascade,
	proof       text not null check (proof in ('phone', 'pin', 'code', 'organizer')),
	at          timestamptz not null default now()
);
create index on vote_changes (vote_id);

alter table ballot_refusals drop constraint ballot_refusals_reason_check;
alter table ballot_refusals add constraint ballot_refusals_reason_check
	check (reason in ('already', 'closed', 'not_on_roll', 'shared', 'unheard', 'wrong_pin', 'locked'));

-- An assembly and all that are joined with it, above, below and beside.
create function assemblies_joined(any_of_them uuid) returns setof uuid language sql stable as $$
	select assemblies_below((select a.id from assemblies a
		where a.parent_id is null and a.id in (select assemblies_above(any_of_them)))) $$;

-- Who holds a phone, as far as these assemblies know: people of theirs, and who is on the roll of an open ballot of theirs. Who was
-- removed holds it no more, and a person whom an assembly apart knows on the same phone may well be the same one under another name.
create function phone_holders(of_phone uuid, of_assembly uuid) returns table (person_id uuid) language sql stable as $$
	select pp.person_id from phone_people pp where pp.phone_id = of_phone and (
		exists (select from memberships m where m.person_id = pp.person_id and m.assembly_id in (select assemblies_joined(of_assembly)))
		or exists (select from ballot_roll r join ballots b on b.id = r.ballot_id
			where r.person_id = pp.person_id and b.closed_at is null and b.assembly_id in (select assemblies_joined(of_assembly)))) $$;
