-- Held for another record, so that the numbers follow one another.
select 1;
