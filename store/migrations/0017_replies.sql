-- A report with which its worker answers what was texted them about an earlier one, as they said.
alter table reports add replies_to uuid references reports on delete set null;
create index on reports (replies_to) where replies_to is not null; -- for the erasing of the earlier one
create index on report_answers (outgoing_id) where outgoing_id is not null; -- for the erasing of old texts
