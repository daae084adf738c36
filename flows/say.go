package flows

import (
	"time"

	"github.com/goccy/go-yaml/ast"
)

// maxPause is the longest silence a flow may put before words: a caller takes more for a dropped line.
const maxPause = 5 * time.Second

// say tells something and goes on.
//
//	say: TEXT
//	pause: 1s    # by voice: silence before the words
//	firm: true   # by voice: a key does not cut it short
//	bilingual: true  # while no language is chosen, in the line's two first languages
//	then: NEXT
type say struct {
	words     *text
	pause     time.Duration
	firm      bool
	bilingual bool
	then      *target
}

func (l *loader) readSay(n ast.Node) verb {
	o := l.stepObject(n, "say", sayFields().names()...)
	return &say{
		words:     l.text(o.get("say")),
		pause:     l.duration(o.get("pause"), maxPause, 0),
		firm:      l.flag(o.get("firm")),
		bilingual: l.bilingual(o),
		then:      l.next(o.get("then"), o.at, "this say"),
	}
}

// bilingual reads whether something is said in two languages while none is chosen.
func (l *loader) bilingual(o *object) bool {
	both := l.flag(o.get("bilingual"))
	l.set.hasBilingual = l.set.hasBilingual || both
	return both
}

func (v *say) edges() []edge { return []edge{{why: "then", to: v.then}} }

func (v *say) resolve(l *loader) { l.resolveText(v.words, nil) }

func (v *say) run(t *turn) *target {
	t.pause(v.pause)
	if v.bilingual {
		t.sayEither(v.words, true)
	} else {
		t.say(v.words, v.firm)
	}
	return t.way("then", "", v.then)
}
