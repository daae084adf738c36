-- What a flow says when time has passed belongs to the turn in which it said so: when the conversation has gone on by the time it
-- could be sent, it is not sent any more.
alter table outgoing add column conversation_id uuid, add column turn uuid;

-- When it was handed to the carrier, and the last row of the consent ledger then: what the phone has told us later counts more than what the
-- carrier says about this text.
alter table outgoing add column sent_at timestamptz, add column consent_seq bigint;
