// Package flows is the language in which the line's talks are written, and the engine that holds them.
//
// # The language
//
// A set is a folder of YAML files: one flow each, and words.yaml with what belongs to the languages. A flow has steps with names; the
// first is where it begins; each has one verb and says what comes next.
//
//	say        tells something
//	ask        says something and waits for an answer: choices, each (of a list), languages, yes_no, confirm, number, digits, when
//	           (a day or a time), words or record (their own words), photo
//	set        gives variables values
//	branch     goes on by the first condition that holds
//	do         asks the program for an effect, and goes on by its outcome
//	call       has another flow talk, and comes back
//	wait       lets time pass
//	hand_over  gives a call to a person
//	then       goes to a step, to another flow, or to the end; so do giveup, hangup, other, lapse …
//
// Words are written for all languages side by side, and for both channels where writing and speaking differ. They tell facts, which
// the program knows, and variables, which answers and outcomes leave. Conditions and values are small typed expressions. README.md
// is the reference, with examples; fields.go lists every field once, with what it means, and schema.go tells editors.
//
// # A set is proved
//
// Load reads a set against the Vocabulary of the program, that is the facts a flow may know and the effects it may ask for, and refuses
// it with Findings while anything in it is an Error; Set.Warnings is what a person should look at besides. Rules lists what is proved:
// names, types, languages, that every step is reached and every path ends, that nobody is left in a circle or in silence, that what
// cannot be undone is confirmed, that texts stay short, and more. A Set is what passed. Restore is for sets that passed once.
//
// # The engine
//
// Set.Next is the engine: a State, an Input (a text, keys, a silence, a recording, a hang-up, time that has passed) and an Env (facts,
// languages, this moment, a nonce) give an Output: what to say, and then an effect to do or something to wait for. It stops at an
// effect and goes on with its outcome, so a flow can tell in the same breath what came of it. It knows no clock, network, database,
// goroutine or logger; the same arguments always give the same answer, and none of them is changed. Sending, keeping, sealing and
// doing are the caller's.
//
// A Talk is a transcript: it tells how a flow talks, Set.Play plays it, Talk.Update brings it up to date, and Set.Coverage says what
// transcripts leave out. A Trial is a talk with one flow alone, without a program around it.
//
// # How the parts meet
//
// source.go hands out YAML with places; flow.go, ask*.go and a file per verb read it into steps, whose gaps and formulas text.go and
// expression.go tie to what scope.go knows. rules.go names what is held to; check*.go prove one property each, on what reach.go,
// turns*.go and measure.go work out about a set as a whole. A turn (turn.go) begins in hear_text.go or hear_call.go, reads answers with
// answer.go and commands.go, and goes from step to step until it waits; language.go, format.go, plural.go, list.go and clock*.go put
// values into words and read them. talk*.go, coverage.go and trial.go are transcripts; cost.go counts what a flow takes; draw*.go lay one
// out as a picture, right or wrong.
package flows
