-- What lies at the carrier and is to be erased there: a line for each text, picture and recording, written in the transaction of what
-- brought it about. It names no phone and no talk, and outlives both. No foreign keys here, as for turns: it is written once a text.
create table carrier_erasures (
	id          uuid primary key,                       -- a keyed digest of the carrier's id; of a recording or picture that of media
	assembly_id uuid not null,
	kind        text not null check (kind in ('text', 'picture', 'recording')),
	source      bytea,                                  -- sealed: the carrier's id of a text, or where a file lies; null once erased
	due_at      timestamptz,                            -- null: not before it was fetched
	tries       int not null default 0,
	code        int,                                    -- why the carrier refused last
	at          timestamptz not null default now(),
	done_at     timestamptz,
	given_up_at timestamptz,
	check ((source is null) = (done_at is not null))
) with (fillfactor = 80);
create index on carrier_erasures (due_at, id) where done_at is null and given_up_at is null;
create index on carrier_erasures (id) where done_at is null and given_up_at is null and due_at is null;
create index on carrier_erasures (id) where given_up_at is not null;
create index on carrier_erasures (done_at) where done_at is not null;

-- How many were, by day.
create table carrier_erased (
	day  date not null,
	kind text not null,
	came text not null check (came in ('erased', 'gone', 'given_up')),
	n    bigint not null,
	primary key (day, kind, came)
);

-- One row while the carrier refuses all of it for a reason of the account's.
create table carrier_erasing_halt (
	one   boolean primary key default true check (one),
	since timestamptz not null,
	code  int not null                                  -- 0: it gave none
);

-- Recordings and pictures that came before.
insert into carrier_erasures (id, assembly_id, kind, source, at) select id, assembly_id, kind, source, at from media;

-- What is put in their place erased them by a job for each.
do $$ begin
	if to_regclass('river_job') is not null then
		delete from river_job where kind = 'erase_media' and state <> 'running';
	end if;
end $$;
