package simulator

import (
	"strconv"
	"strings"
)

// sound carries out Say, Play or Pause outside a Gather: nothing the phone does cuts it off.
func (l *leg) sound(n *node, base string) step {
	h := heard(n, base)
	l.hear(h)
	if h.Kind == HeardPause && h.Seconds >= longPause {
		return l.pause(h.Seconds)
	}
	if h.Loop != forever {
		return step{}
	}
	for {
		if s, stop := l.stopped(l.wait(Listening{Kind: ListenHold}, nil)); stop {
			return s
		}
	}
}

// longPause is, in seconds, what a caller notices as waiting. The call's clock stands
// still there until the phone does something; a document that pauses and redirects to
// itself while something else goes on would otherwise run through an hour at once.
const longPause = 5

// pause waits until the phone lets a long Pause pass. Keys are typed ahead.
func (l *leg) pause(seconds int) step {
	in := l.wait(Listening{Kind: ListenPause, Timeout: seconds}, nil)
	if s, stop := l.stopped(in); stop {
		return s
	}
	l.keys += in.keys
	return step{}
}

// forever is the Loop of what is repeated until the call ends (loop="0").
const forever = -1

// heard turns Say, Play or Pause into what it sounds like.
func heard(n *node, base string) Heard {
	switch n.name {
	case "Pause":
		return Heard{Kind: HeardPause, Seconds: number(n.attr("length", "1"))}
	case "Play":
		h := Heard{Kind: HeardPlay, Seconds: 5}
		if keys := n.attr("digits", ""); keys != "" {
			h = Heard{Kind: HeardTone, Text: keys, Seconds: 1}
		} else {
			h.Text = resolve(base, n.text)
		}
		return h.looped(n)
	}
	words := spoken(n.words)
	h := Heard{Kind: HeardSay, Text: words, Lang: n.attr("language", "en-US"), Voice: n.attr("voice", "man"), Seconds: lasts(words)}
	return h.looped(n)
}

func (h Heard) looped(n *node) Heard {
	switch loop := number(n.attr("loop", "1")); loop {
	case 0:
		h.Loop = forever
	case 1:
	default:
		h.Loop, h.Seconds = loop, h.Seconds*loop
	}
	return h
}

// spoken joins words the way they are said: white space of any kind is one space.
func spoken(text string) string { return strings.Join(strings.Fields(text), " ") }

// number reads an attribute that the grammar has found to be one.
func number(v string) int {
	n, _ := strconv.Atoi(v)
	return n
}
