package flows

import "time"

// free is the question that is answered in their own words: by text whatever they write; by voice, with record, a recording that
// any key or a silence ends. Without record it is for texts only, and "voice:" says where a call goes instead.
//
//	words: true
//	record: {max: 180s}
//	voice: NEXT
type free struct {
	record time.Duration
}

// readFree reads whether a call records, and refuses an ask that would leave a call without an answer.
func (l *loader) readFree(a *ask, o *object) question {
	q := &free{}
	words, record := o.get("words"), o.get("record")
	if words != nil && !l.flag(words) {
		l.found.add(words.at, "words is true, or left out")
	}
	switch {
	case record != nil:
		q.record = l.duration(l.object(record.value, "record", "max").get("max"), maxRecording, maxRecording)
		if a.voice != nil {
			l.found.add(a.voice.at, "by voice this records, so it cannot go elsewhere; leave \"voice\" out")
		}
	case a.voice == nil:
		l.found.add(o.at, "this asks for words in writing and does not say what a call does; add \"record:\", or \"voice: <step>\"")
	}
	if a.then == nil {
		a.then = l.next(nil, o.at, "this ask")
	}
	switch {
	case a.save == nil:
		l.found.add(o.at, "nothing keeps the words; add \"save: <variable>\"")
	case record != nil:
		a.save.shape = Shape{Type: TypeSaid}
	default:
		a.save.shape = Shape{Type: TypeText}
	}
	return q
}

func (q *free) edges(a *ask) []edge {
	e := edge{why: "answer", to: a.then, waits: true}
	if a.save != nil {
		e.sets = []saved{*a.save}
	}
	return []edge{e}
}

func (q *free) resolve(*ask, *loader) {}

// pose asks; any key ends a recording, since a caller cannot be expected to find one key in particular.
func (q *free) pose(a *ask, t *turn) {
	if a.both(t) {
		t.sayIn(t.speaks[0], a.words, false)
		t.sayIn(t.speaks[1], a.words, false)
		t.sayTogether(a.after)
	} else {
		t.say(a.words, a.firm)
		t.say(a.after, false)
	}
	if t.env.Channel == Voice {
		*t.out.Wait = Wait{Record: q.record, Finish: anyKey, Timeout: recordSilence}
	}
}

// hear takes anything that tells something. Keys are no words: on a call only a recording is.
func (q *free) hear(a *ask, t *turn, in answer) (*target, bool) {
	if in.rec == "" && (t.env.Channel == Voice || !t.set.commands.tells(in.folded)) {
		return nil, false
	}
	a.took(t, Value{Text: in.text, Rec: in.rec})
	return t.way("answer", "", a.then), true
}
