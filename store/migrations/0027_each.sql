-- A notice of a ballot has an answer for each option (question.go): up to eight, and which of them was sent is not kept beside the phone.
alter table questions
	add each boolean not null default false,           -- its answers are the items of a list, which stands in arguments
	drop constraint questions_answers_check,
	add constraint questions_answers_check check (answers between 1 and 8);
