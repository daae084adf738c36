// Package simulator is a pretend phone company with pretend phones. It lets people text
// and call a hotline without a carrier, and lets tests show what a carrier's habits do to
// one. It imports nothing of the program it serves and speaks only HTTP with it, as the
// real company would: what passes here passes there.
//
// It does not keep anything on disk, carry sound, or bill. It sells no conferences,
// queues, payments, streams, transcription, short codes or messaging services.
//
// # How its parts meet
//
// A [Company] sells [Line]s. Its Handler serves two APIs: the part of Twilio's REST API
// that a hotline uses (/2010-04-01/…, with media and recordings, basic auth), and the
// phones' own (/phones/…). A [Phone] is a client of the second, and so is the page of
// keypad phones that it serves besides (/, the files of web).
//
//	phone ── text, keys, silence ──▶ company ── signed webhook ──▶ the line's owner
//	phone ◀── what it hears ──────── company ◀── TwiML ─────────── the line's owner
//	phone ◀── text, ring ─────────── company ◀── REST ──────────── the line's owner
//
// TwiML is held against Twilio's published grammar (grammar.go). What Twilio would warn of
// and work around (an unknown attribute, a misplaced verb) is an error here: the webhook
// has failed, the fallback URL is asked, and the error stands in [Company.Errors] under
// Twilio's code. Each verb of a call is one file, verb_….go.
//
// # The clock of a call
//
// A call's clock stands still except for what its phone does. Everything the line says is
// heard at once, until the line listens (a Gather, a Record, a Dial, a Pause of five
// seconds or more); then the phone acts and the call goes on. So tests are deterministic,
// and a pipe works as well as a person:
//
//   - Press gives keys to a Gather. If they are too few, silence follows and its timeout
//     submits them. If they are too many, the rest is typed ahead: it interrupts what
//     stands in the next Gather, but nothing that is said outside one.
//   - Silence lets the present timeout elapse. A Gather falls through to the next verb,
//     unless its actionOnEmptyResult is true; so does a finishOnKey with nothing before it.
//   - Record speaks into a Record, which silence then ends; RecordUntil ends it with a key,
//     or by hanging up. A recording of nothing calls no action. The media exists only once
//     the action was answered, when the recording's status callback comes. It is a WAV of so
//     many seconds with the words as its comment.
//   - Hangup ends the call at any moment; PressAndHangup together with the last key.
//
// Durations are counted on that clock: words at 15 characters a second, pauses, timeouts,
// recordings. Only ringing takes real time, because nobody may be there. A call that plays
// 50 documents without listening is ended.
//
// Where a person wants time to run, the phone is the clock: the page counts the timeout of
// what the line waits for, from the moment when all was spoken, and then acts Silence. So
// there is one way to wait in leg.wait, and none of it depends on how fast a machine is.
//
// # The phones' API
//
// JSON both ways; a refusal is {"error": "a sentence"}. POST and PUT must be
// application/json and, from a browser, come from a page of this server. {number} is E.164
// ("+12125550101"); to be called, also client:name; to call, also a withheld caller: anonymous, Restricted, +266696687,
// +7378742833, +2562533, +8656696, +86282452253.
//
//	GET  /phones/lines                      {"lines": ["+12125550100"]}
//	GET  /phones/people                     {"people": [Person]}, whose phones the page offers
//	GET  /phones/watch                      ?phone=NUMBER@ID&call=SID@ID → a stream of Frame, after those ids; each as often as wanted
//	GET  /phones/media                      ?sid=ME… → a picture that a phone has sent
//	GET  /phones/errors                     {"errors": [Problem]}
//	GET  /phones/faults                     Plan
//	PUT  /phones/faults                     Plan
//	POST /phones/{number}/texts             {"to", "body", "media": [Media]} → Sent
//	GET  /phones/{number}/arrivals          ?after=ID → {"arrivals": [Arrival], "last": ID}
//	POST /phones/{number}/calls             {"to", "extra": {}} → {"sid", "events": [Event]}
//	GET  /phones/calls/{sid}/events         ?after=ID → {"sid", "events": [Event]}
//	POST /phones/calls/{sid}/press          {"keys", "end": "hangup" or ""} → {"sid", "events": [Event]}, as all below
//	POST /phones/calls/{sid}/silence        {}
//	POST /phones/calls/{sid}/speak          {"seconds", "words", "end": keys or "hangup"}
//	POST /phones/calls/{sid}/hangup         {}
//	POST /phones/calls/{sid}/answer         {"answeredBy"}
//	POST /phones/calls/{sid}/reject         {}
//
// The two GETs with after are server-sent events where text/event-stream is accepted: each
// event's id is the value's own, so that Last-Event-ID takes a stream up again. after=-1
// begins an arrivals stream with what is still to come. Acts answer when the call waits
// for the phone again, or is over; the events they answer with are those in between.
//
// A phone has a diary of its newest thousand entries, in both directions: texts, what became
// of them, calls. watch streams diaries and calls together, for a browser has few connections.
//
// The API has no password: bind it to loopback.
//
// # Misbehaviour
//
// [Faults] make the company as bad as the real one can be: status callbacks lost, late,
// doubled, backwards; REST requests refused or answered wrongly, before or after they were
// carried out, or from some page of a list on; messages that are listed late, few on a page;
// webhooks repeated; texts held back; numbers that cannot be reached. A list filtered by
// date holds nothing that waits to be sent: it has no date yet.
//
// What was said stands in the company's lists until the line's owner erases it, who is
// refused while the company is not done with it (20009): until it is final, and for
// [Config].Settling longer. What is erased there stays on the phones.
//
// Who hangs up while recording, or with the last key pressed, causes two requests at one
// moment: the action's (of a Record with Digits=hangup) and the status callback of the
// call's end. The real company promises no order of the two. Here the end comes last,
// unless [Plan].End has it come first, or both at once.
package simulator
