-- Which flow sets conversations still stand in. flow_set is from now on '' where a turn left no flow under way.
--
-- in_flow_on is the day (UTC) of the newest turn, where that left one; else null. The index goes by it and not by heard_at: that
-- changes with every turn, and Postgres would have to write into every index of the table each time.
alter table conversations add in_flow_on date;

-- Until now flow_set stayed after the end of a talk, so some that have ended count as under way until they would have lapsed.
update conversations set in_flow_on = (heard_at at time zone 'UTC')::date where flow_set <> '' and heard_at > now() - interval '72 hours';

create index on conversations (in_flow_on) where in_flow_on is not null;
