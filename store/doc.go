// Package store is the records: assemblies, lines, phones, people, consent, reports, meetings, ballots and what is sent, in one
// Postgres database. There is one file per record, with its type, its rules and its queries; the tables stand in migrations/.
//
// It decides what a record is and what may happen to it. It does not talk: it knows no flow, no carrier, no page, and no language
// beyond keeping words side by side. Who acts, and what time it is, are parameters.
//
// How its parts meet. Open (db.go) makes a Store: pools, and the keys that seal (seal). Whatever somebody wrote or said, and every
// name and number of a person, is sealed before it is sent to Postgres, for its own column and row; a number is found by a keyed
// digest. The functions of a record take a Querier: a turn's transaction (turn.go), one of InTx, or the pool. What runs inside a
// turn answers with an outcome that a flow puts into words, in one round trip where it can; what commands and pages call answers
// with a Refusal, a sentence, where something does not exist or is not allowed. Both find out by `on conflict` and `returning`,
// never by a caught SQL error, which would end the transaction. Only surprises are other errors.
//
// What organizers do is written into the journal by whoever does it for them, in the same transaction (Note).
package store
