-- Whoever calls shows a number, and anybody can show any. What a call alone has proved is recorded as that.
alter table votes drop constraint votes_proof_check;
alter table votes add constraint votes_proof_check check (proof in ('phone', 'pin', 'code', 'organizer', 'call'));
alter table vote_changes drop constraint vote_changes_proof_check;
alter table vote_changes add constraint vote_changes_proof_check check (proof in ('phone', 'pin', 'code', 'organizer', 'call'));

-- Wrong tries of four digits, of each phone by text and by call, whether or not digits were chosen on it: what is answered tells nobody
-- which. report_digits counts them for each report as well, so that who shares a phone cannot clear another's by their own.
create table digit_tries (
	phone_id    uuid not null references phones on delete cascade,
	channel     text not null check (channel in ('text', 'voice')),
	assembly_id uuid not null references assemblies,    -- of the line
	wrong       int not null default 0,                 -- five close this way, from this phone on this channel
	primary key (phone_id, channel)
);
alter table report_digits add wrong_by_call int not null default 0;

-- Six digits texted to a phone, by which whoever calls with its number shows that they have it, and may choose a PIN.
create table pin_codes (
	phone_id    uuid primary key references phones on delete cascade,
	assembly_id uuid not null references assemblies,    -- of the line
	digest      bytea not null,                         -- keyed, of the phone and the digits
	until       timestamptz not null
);
