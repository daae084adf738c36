package simulator

import (
	"context"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// sound carries out Say, Play or Pause outside a Gather: nothing the phone does cuts it off.
func (l *leg) sound(n *node, base string) step {
	h := l.heard(n, base)
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

// heard is what a Say, Play or Pause sounds like, once what is played was fetched. Twilio does not say what becomes of a call
// whose sound cannot be; here nothing is heard, and it is noted.
func (l *leg) heard(n *node, base string) Heard {
	h := heard(n, base)
	if h.Kind != HeardPlay {
		return h
	}
	data, fault := l.co.fetchSound(h.Text)
	if fault != nil {
		fault.URL = h.Text
		l.co.note(fault, l.sid)
		h.Seconds = 0
		return h
	}
	if h.Words = spoken(n.note); h.Words == "" {
		h.Words = wavWords(data)
	}
	return h
}

// maxSound is the size of a sound that Twilio plays.
const maxSound = 40 << 20

// fetchSound gets what a Play plays, as Twilio does: by GET, and by its content type.
func (c *Company) fetchSound(url string) ([]byte, *Problem) {
	if !isAbsolute(url) {
		return nil, problem(11100, "the URL of a sound is not absolute")
	}
	ctx, cancel := context.WithTimeout(c.ctx, fetchSoundIn)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, withoutFragment(url), nil)
	if err != nil {
		return nil, problem(11100, "the URL of a sound is invalid")
	}
	res, err := c.client.Do(req)
	if err != nil {
		_, fault := classify(err)
		return nil, fault
	}
	defer res.Body.Close()
	if _, fault := refuseStatus(res.StatusCode); fault != nil {
		return nil, fault
	}
	kind, _, err := mime.ParseMediaType(res.Header.Get("Content-Type"))
	if err != nil || !strings.HasPrefix(kind, "audio/") {
		return nil, problem(13420, "content type %q is no sound", kind)
	}
	data, err := io.ReadAll(io.LimitReader(res.Body, maxSound+1))
	if err != nil || len(data) > maxSound {
		return nil, problem(11200, "a sound broke off, or is larger than 40 MB")
	}
	return data, nil
}

const fetchSoundIn = 10 * time.Second

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
