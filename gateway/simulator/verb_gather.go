package simulator

import (
	"net/http"
	"net/url"
	"strings"
)

// gathering is a Gather under way.
type gathering struct {
	dtmf, speech bool
	numDigits    int // 0 is any number
	finish       string
	typed        string
	finishedBy   string // the key that ended it
	complete     bool
}

func newGathering(n *node) *gathering {
	input := n.attr("input", "dtmf")
	return &gathering{
		dtmf: strings.Contains(input, "dtmf"), speech: strings.Contains(input, "speech"),
		numDigits: number(n.attr("numDigits", "0")), finish: n.attr("finishOnKey", "#"),
	}
}

// take moves keys into the gathering until it is complete and returns the rest, which the
// caller has typed ahead.
func (g *gathering) take(keys string) (rest string) {
	for i, key := range keys {
		if strings.ContainsRune(g.finish, key) {
			g.finishedBy, g.complete = string(key), true
			return keys[i+1:]
		}
		g.typed += string(key)
		if len(g.typed) == g.numDigits {
			g.complete = true
			return keys[i+1:]
		}
	}
	return ""
}

// gather carries out Gather. Silence, and a finish key with nothing before it, fall
// through to the next verb unless actionOnEmptyResult is true.
func (l *leg) gather(n *node, base string) step {
	g := newGathering(n)
	if g.dtmf {
		l.keys = g.take(l.keys)
	}
	endless := l.prompt(n.kids, base, g.typed != "" || g.complete)
	timeout := number(n.attr("timeout", "5"))
	if timeout == 0 { // auto
		timeout = 5
	}
	words := ""
	if !g.complete && g.typed == "" {
		in := l.listen(g, n, timeout, endless)
		if s, stop := l.stopped(in); stop {
			return s
		}
		words = in.words
		if !g.complete && l.hasLeft() { // a hang-up submits nothing
			return endBy(EndedByCaller, "completed")
		}
	}
	if !g.complete && words == "" {
		l.pass(secs(timeout))
	}
	if g.typed == "" && words == "" && n.attr("actionOnEmptyResult", "false") != "true" {
		return step{}
	}
	result := url.Values{"Digits": {g.typed}, "FinishedOnKey": {g.finishedBy}, "msg": {"Gather End"}}
	if words != "" {
		result = url.Values{"SpeechResult": {words}, "Confidence": {"0.9"}, "Language": {n.attr("language", "en-US")}}
	}
	return goTo(l.follow(base, n.attr("action", ""), n.attr("method", http.MethodPost), result))
}

// prompt plays what stands in a Gather. A key already typed cuts the first sound off and
// the rest is not heard. It tells whether the prompt never ends.
func (l *leg) prompt(kids []*node, base string, interrupted bool) (endless bool) {
	for _, kid := range kids {
		h := l.heard(kid, base)
		h.Interruptible, h.Interrupted = true, interrupted
		if interrupted {
			h.Seconds = 0
			l.hear(h)
			return false
		}
		l.hear(h)
		if h.Loop == forever {
			return true
		}
	}
	return false
}

// listen waits for the phone until the Gather has something or its timeout elapses. What
// does not count for it (speech in a Gather for keys, keys in one for speech) is silence.
func (l *leg) listen(g *gathering, n *node, timeout int, endless bool) input {
	for {
		in := l.wait(Listening{
			Kind: ListenGather, Input: n.attr("input", "dtmf"), NumDigits: g.numDigits, FinishOnKey: g.finish, Timeout: timeout,
		}, nil)
		switch in.kind {
		case inPress:
			if g.dtmf {
				l.keys = g.take(l.keys + in.keys)
			}
		case inSpeak:
			l.pass(secs(in.seconds))
			if !g.speech {
				in.words = ""
			}
		}
		// The timeout of a Gather begins after its prompt, which here may have no end.
		if heardNothing := !g.complete && g.typed == "" && in.words == ""; endless && heardNothing && in.kind <= inSpeak {
			continue
		}
		return in
	}
}
