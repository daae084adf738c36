-- Somebody said that they are in danger. By text the line calls those on duty for them, one after the other; by voice a call is put
-- through by the call itself, and a row stands here only where nobody came and a recording was left.
create table dangers (
	id              uuid primary key,                   -- random
	assembly_id     uuid not null references assemblies,
	line_id         uuid not null references lines,
	phone_id        uuid references phones on delete set null, -- theirs; none when withheld
	conversation_id uuid not null,
	channel         text not null check (channel in ('text', 'voice')),
	lang            text not null default '',
	at              timestamptz not null,
	asked_at        timestamptz not null,               -- since when those on duty are being called; later than at where they were asked anew
	people          int not null default 0,             -- how many they were told are being called
	rung            int not null default 0,             -- phones rung since asked_at
	tried           int not null default 0,             -- and in the present round of them
	may_ring        boolean not null default false,     -- they said that we may ring their phone
	taken_at        timestamptz,                        -- somebody pressed 1
	taken_by        uuid references duty on delete set null,
	told_at         timestamptz,                        -- they were told that nobody answered
	report_id       uuid references reports on delete set null
);
create index on dangers (conversation_id, at);
create index on dangers (assembly_id, at);
create index on dangers (phone_id);
create index on dangers (report_id) where report_id is not null;

-- A phone that rang by a call that we placed; its id is that of the outgoing call.
alter table duty_calls add column danger_id uuid references dangers on delete cascade;
create index on duty_calls (danger_id) where danger_id is not null;

-- On duty by a text of their own until then, whatever their hours say.
alter table duty add column on_until timestamptz;

-- What people dial for an ambulance or the police where the line's callers are: not 911 everywhere.
alter table lines add column emergency text not null default '911' check (emergency ~ '^[0-9]{2,6}$');
