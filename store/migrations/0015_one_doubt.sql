-- That a phone was silent for 90 days is one mark, doubted_at, for votes as for notices (still.go). spoke_on tells that it is silent now.
update phones set doubted_at = now() where doubted and doubted_at is null;
alter table phones drop column doubted;
