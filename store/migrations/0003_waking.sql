-- What a flow says when time has passed belongs to the turn in which it said so: when the conversation has gone on by the time it
-- could be sent, it is not sent any more.
alter table outgoing add column conversation_id uuid, add column turn uuid;
