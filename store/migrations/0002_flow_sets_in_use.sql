-- Which flow sets conversations still stand in. From now on flow_set is '' where a turn left no flow under way; until now it stayed
-- after the end of a talk, so some that have ended count as under way until they would have lapsed.
--
-- The index goes by the day (UTC) and not by heard_at, which changes with every turn: Postgres would have to write into every index
-- of the table each time. Few are heard in any three days of the many that there are.
alter table conversations add heard_on date not null generated always as ((heard_at at time zone 'UTC')::date) stored;
create index on conversations (heard_on);
