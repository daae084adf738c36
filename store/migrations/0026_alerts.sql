-- An alert is a broadcast of a kind of its own (alert.go). What confirms, ends or corrects one names the first of them: together they are one
-- alert. A wording in advance is words of an alert that two have approved before there is any; kept, it is itself sent to nobody.
alter table broadcasts
	add alert      text not null default '' check (alert in ('', 'unconfirmed', 'confirmed', 'clear', 'correction')),
	add in_advance boolean not null default false,
	add alert_of   uuid references broadcasts,          -- the alert that was first
	add wording_id uuid references broadcasts,          -- the wording in advance that was sent
	add nudged_at  timestamptz;                         -- its author was told that it is still open
update broadcasts set alert = 'confirmed', nudged_at = now() where purpose = 'alerts'; -- nobody is reminded of those of before
alter table broadcasts
	drop constraint broadcasts_state_check,
	add constraint broadcasts_state_check check (state in ('draft', 'approved', 'sending', 'paused', 'done', 'canceled', 'kept')),
	add check ((alert <> '') = (purpose = 'alerts')),
	add check (in_advance or alert not in ('clear', 'correction') or alert_of is not null),
	add check (alert_of is null or alert in ('confirmed', 'clear', 'correction')),
	add check (not in_advance or alert in ('confirmed', 'clear') and alert_of is null and state in ('draft', 'kept', 'canceled')),
	-- By one organizer alone goes what reaches those on duty, and what follows on that; nothing else.
	add check (state in ('draft', 'canceled') or approved_by is not null or alert in ('unconfirmed', 'clear', 'correction'));
-- An alert is confirmed once, and ends once.
create unique index broadcasts_once on broadcasts (alert_of, alert) where alert_of is not null and alert in ('confirmed', 'clear') and state <> 'canceled';
create index on broadcasts (alert_of) where alert_of is not null;
