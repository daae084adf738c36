package flows

// photo is the question for a picture. Only a text can bring one: "voice:" says where a call goes, after the phrase by_text.
//
//	photo: true
//	save: <variable>    a said: the words that came with it
//	voice: NEXT
type photo struct{}

func (l *loader) readPhoto(a *ask, o *object) question {
	f := o.get("photo")
	if !l.flag(f) {
		l.found.add(f.at, "photo is true, or left out")
	}
	if a.voice == nil {
		l.found.add(o.at, "a call cannot bring a picture; say where it goes instead: \"voice: <step>\"")
	}
	if a.other == nil {
		l.found.add(o.at, "a phone may have no camera; say where words lead: \"other: <step>\"")
	}
	if a.then == nil {
		a.then = l.next(nil, o.at, "this ask")
	}
	if a.save != nil {
		a.save.shape = Shape{Type: TypeSaid}
	}
	return &photo{}
}

func (q *photo) edges(a *ask) []edge {
	e := edge{why: "answer", to: a.then, channel: Text, waits: true}
	if a.save != nil {
		e.sets = []saved{*a.save}
	}
	return []edge{e}
}

func (q *photo) resolve(*ask, *loader) {}

func (q *photo) pose(a *ask, t *turn) {
	t.say(a.words, false)
	t.say(a.after, false)
}

// hear takes a text that brings a picture, with words or without.
func (q *photo) hear(a *ask, t *turn, in answer) (*target, bool) {
	if in.photos == 0 {
		return nil, false
	}
	a.took(t, Value{Text: in.text})
	return t.way("answer", "", a.then), true
}
