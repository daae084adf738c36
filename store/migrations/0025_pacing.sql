-- Where a line calls and texts: countries, as ISO 3166 has them ("US"). None: the country of its own number.
alter table lines add countries text[] not null default '{}';

-- What nobody knows is looked for all the time, and is little.
create index outgoing_unknown on outgoing (coalesce(sent_at, changed_at), id) where state = 'unknown';
create index outgoing_kept_back on outgoing (assembly_id, changed_at) where state = 'refused' and blame = 'destination' and error is null;

-- What is due of a broadcast, where much of it waits for the morning.
create index outgoing_due on outgoing (line_id, broadcast_id, channel, coalesce(not_before, '-infinity'::timestamptz)) where state = 'ready' and broadcast_id is not null;
