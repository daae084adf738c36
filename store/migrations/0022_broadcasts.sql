-- One message for many (broadcast.go). Its words are sealed, in each language; to whom it goes is frozen as rows of outgoing when a second
-- organizer approves it.
create table broadcasts (
	id          uuid primary key,
	assembly_id uuid not null references assemblies,
	line_id     uuid not null references lines,         -- from which it goes to whoever agreed to no line in particular
	number      int not null,                           -- as organizers call it: 1, 2, 3 … in its assembly
	purpose     text not null check (purpose in ('notices', 'alerts')),
	words       bytea not null,                         -- sealed
	audience    jsonb not null,                         -- ids and words of the program, no names
	workplace   bytea,                                  -- sealed: only those who work there
	has_place   boolean not null default false,
	edition     int not null default 1,                 -- each change makes the next: what was approved was another
	state       text not null default 'draft' check (state in ('draft', 'approved', 'sending', 'paused', 'done', 'canceled')),
	drafted_by  uuid not null references organizers,
	drafted_at  timestamptz not null,
	approved_by uuid references organizers,
	approved_at timestamptz,
	starts_at   timestamptz,                            -- not sooner; a minute after the approval at the soonest
	expires_at  timestamptz not null,                   -- what has not gone out by then does not
	why         text not null default '',               -- it was paused: a word of the program, or ''
	frozen_at   timestamptz,                            -- to whom it goes is written down
	resumed_at  timestamptz,                            -- last: its failures before that count no more
	ended_at    timestamptz,
	unique (assembly_id, number),
	check (state in ('draft', 'canceled') or approved_by <> drafted_by)
);
create index on broadcasts (state) where state in ('approved', 'sending');
alter table assemblies add broadcasts int not null default 0;

-- Who was asked to approve an edition, on which phone, and the code that does it.
create table broadcast_asks (
	code_index   bytea primary key,                     -- keyed digest
	broadcast_id uuid not null references broadcasts on delete cascade,
	assembly_id  uuid not null references assemblies,
	organizer_id uuid not null references organizers,
	phone_id     uuid not null references phones on delete cascade,
	edition      int not null,
	until        timestamptz not null,
	phones       int not null,                          -- to how many it would have gone when it was asked …
	cost         bigint not null,                       -- … and what that would have cost, in millionths of a dollar
	used_at      timestamptz
);
create index on broadcast_asks (broadcast_id);
create index on broadcast_asks (phone_id);

-- A row of a broadcast holds no words of its own: it is told in its phone's language when it goes out.
alter table outgoing
	alter body drop not null,
	add broadcast_id uuid references broadcasts on delete cascade,
	add place        int,                               -- in the broadcast: its rows are drawn in this order
	add lang         text,                              -- which of its words; '' where a row has its own
	add blame        text not null default '' check (blame in ('', 'number', 'stopped', 'account', 'destination', 'filtered')), -- why it did not arrive
	add not_before   timestamptz,                       -- left until then: quiet hours, or somebody who is talking with us
	add check ((broadcast_id is null) = (body is not null));
create unique index on outgoing (broadcast_id, phone_id) where broadcast_id is not null;
create unique index on outgoing (broadcast_id, place) where broadcast_id is not null;
create index outgoing_drawn on outgoing (line_id, broadcast_id, place) where state = 'ready' and broadcast_id is not null;

-- How fast a line sends, what a segment costs, and the most that a day may cost.
alter table lines
	add pace      int not null default 1 check (pace between 0 and 1000),           -- segments a second; 0: as fast as it goes
	add price     int not null default 8300 check (price between 0 and 10000000),   -- of a segment, in millionths of a dollar
	add daily_cap int not null default 50 check (daily_cap between 1 and 1000000);  -- dollars a day
-- What a line has spent on broadcasts, by its assembly's day, in millionths of a dollar.
create table spending (
	line_id     uuid not null references lines,
	day         date not null,
	assembly_id uuid not null references assemblies,
	spent       bigint not null default 0,
	primary key (line_id, day)
);

-- Since when whoever joins an assembly is told that those above it may write too; null: those above may not. So it was for all until now.
alter table assemblies add hears_above_at timestamptz default '-infinity';
