-- How a phone wants to be written to, as whoever holds it said.
alter table phones
	add quiet boolean not null default false,           -- none of the revealing words of any language is sent to it
	add hours_from int, add hours_until int,            -- minutes of its day in which we may write to it unasked; null: as everybody
	add check (num_nulls(hours_from, hours_until) in (0, 2));

-- Sent at any hour: an answer to what somebody has just sent, or to somebody on duty.
alter table outgoing add any_hour boolean not null default false;
