-- Notices by call. Which way one goes: '' as each phone agreed, by text before by call, and never both; else by text alone, by call alone, or
-- both ways to whoever agreed to both.
alter table broadcasts
	add ways text not null default '' check (ways in ('', 'text', 'call', 'both')),
	add pin  boolean not null default false;           -- on a call it is read only to who keys a PIN of that phone

-- A row for each way: a phone may be told by text and by call.
drop index outgoing_broadcast_id_phone_id_idx;
create unique index on outgoing (broadcast_id, phone_id, channel) where broadcast_id is not null;
drop index outgoing_drawn;
create index outgoing_drawn on outgoing (line_id, broadcast_id, channel, place) where state = 'ready' and broadcast_id is not null;
create index outgoing_calling on outgoing (broadcast_id) where channel = 'voice' and broadcast_id is not null and state in ('sending', 'unknown', 'accepted', 'sent');

-- One try to reach a phone by call. Its id is what the carrier asks under what is said, and tells how it went: what comes late about one try
-- is never taken for the next one's.
create table notice_calls (
	id           uuid primary key,                      -- random: it stands in a URL
	outgoing_id  uuid not null references outgoing on delete cascade,
	broadcast_id uuid not null references broadcasts on delete cascade,
	assembly_id  uuid not null references assemblies,
	line_id      uuid not null references lines,
	phone_id     uuid not null references phones on delete cascade,
	n            int not null check (n between 1 and 3),
	cost         bigint not null,                       -- booked when it was placed, in millionths of a dollar; given back where nobody answered
	day          date not null,                         -- of the spending that it was booked on
	at           timestamptz not null,                  -- handed to the carrier
	carrier_id   text unique,
	answered_at  timestamptz,                           -- somebody, or a machine, has answered
	taken_at     timestamptz,                           -- a key asked to hear it
	heard_at     timestamptz,                           -- it was read to them
	never_at     timestamptz,                           -- a key wants no calls any more
	no_pin       boolean not null default false,        -- it asks for a PIN, and nobody of that phone has one
	ended_at     timestamptz,
	came         text not null default '' check (came in ('', 'heard', 'never', 'no pin', 'no key', 'busy', 'no answer', 'failed', 'no number', 'canceled', 'no trace',
		'refused', 'expired')),                         -- once it has ended
	unique (outgoing_id, n),
	check ((ended_at is null) = (came = ''))
);
create index on notice_calls (line_id, at) where ended_at is null;
create index on notice_calls (phone_id);
create index on notice_calls (broadcast_id);

-- How a line calls.
alter table lines
	add call_pace     int not null default 1 check (call_pace between 1 and 100),            -- calls a second
	add call_price    int not null default 14000 check (call_price between 0 and 10000000),  -- of a minute, in millionths of a dollar
	add calls_at_once int not null default 20 check (calls_at_once between 1 and 1000);      -- at the most

-- This person wants their PIN asked before a notice is read to whoever answers a phone of theirs.
alter table pins add before_notices boolean not null default false;

-- To how many phones a broadcast would have gone by call, when its approval was asked.
alter table broadcast_asks add calls int not null default 0;

-- The carrier's record of a call holds the number that was called, and the keys that were pressed: that of a notice is deleted there.
alter table carrier_erasures drop constraint carrier_erasures_kind_check;
alter table carrier_erasures add constraint carrier_erasures_kind_check check (kind in ('text', 'picture', 'recording', 'call'));
