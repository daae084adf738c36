// Package flows is the language in which the line's talks are written, and the engine that holds them.
//
// A set is a folder of YAML files: one flow each, and words.yaml with what belongs to the languages. Load reads it against the
// Vocabulary of the program, that is the facts a flow may know and the effects it may ask for, and refuses it with Findings unless
// everything that can be proved about it was proved: names, types, languages, that every step is reached and every path ends, that
// nobody is left in a circle, that what cannot be undone is confirmed. A Set is what passed.
//
// Set.Next is the engine: a State, an Input (a text, keys, a silence, a recording, a hang-up) and an Env (facts, languages, a nonce)
// give an Output: what to say, and then an effect to do or something to wait for. It stops at an effect and goes on with its outcome,
// so a flow can tell in the same breath what came of it. It knows no clock, network, database, goroutine or logger; the same
// arguments always give the same answer, and none of them is changed. Sending, keeping, sealing and doing are the caller's.
//
// A Talk is a transcript: it tells how a flow talks, and Set.Run plays it.
//
// How the parts meet: source.go hands out YAML with places; flow.go, ask*.go and a file per verb (say, do, branch, set) read it into
// steps, whose gaps and formulas text.go and expression.go tie to what scope.go knows; check*.go prove one property each. A turn
// (turn.go) begins in hear_text.go or hear_call.go, reads answers with answer.go and commands.go, and goes from step to step until
// it waits; language.go and format.go put values into words. fields.go lists every field once, for the loader and for schema.go, which
// tells editors; draw*.go lay a flow out as a picture, right or wrong. README.md is the reference of the language.
package flows
