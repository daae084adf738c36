package gateway

import (
	"time"

	"hotline/flows"
	"hotline/store"
)

// sorry is what a worker is told when a turn could not be kept ("unrecorded") or nobody can know whether it was ("unsure"): in
// their language where it is known from Redis, else in the line's.
func (g *Gateway) sorry(in Inbound, line store.Line, before talk, phrase string, cause error) Reply {
	g.log.Error("a turn was not kept", "told", phrase, "channel", in.Channel, "kind", in.Kind, "cause", cause)
	if in.Kind == flows.KindHangup || in.Kind == flows.KindLapse || in.Channel == flows.Text && !g.sorries.allow(in.Line+in.From.String(), time.Now()) {
		return Reply{}
	}
	set := g.sets.current()
	var langs []flows.Lang
	switch {
	case before.Lang != "":
		langs = []flows.Lang{before.Lang}
	case len(line.Languages) > 0:
		langs = languages(line)
	default:
		langs = set.Languages()
	}
	return g.sayPhrase(set, in.Channel, phrase, langs)
}

// Fallback is what the line says when the carrier got no good answer from the turn itself, which may have been recorded all the
// same. It needs no database and no Redis.
func (g *Gateway) Fallback(c flows.Channel) Reply {
	set := g.sets.current()
	return g.sayPhrase(set, c, "unsure", set.Languages())
}

// mostLanguages bounds a text whose language is not known to what fits two segments.
const mostLanguages = 2

func (g *Gateway) sayPhrase(set *flows.Set, c flows.Channel, name string, langs []flows.Lang) (r Reply) {
	for _, l := range langs[:min(len(langs), mostLanguages)] {
		l = set.ToldIn(l, c, g.people.held())
		words := set.Words
		if c == flows.Voice {
			words = set.Spoken
		}
		r.Say = append(r.Say, flows.Prompt{Lang: l, Words: words(name, l, nil), Firm: true})
	}
	return r
}
