package main

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"hotline/gateway/simulator"
)

// person is somebody with a phone. What passed on it is told where they complain. People who act at the same time have phones of their
// own, but for one who sends several texts at once.
type person struct {
	town  *town
	phone *simulator.Phone

	mu     sync.Mutex
	passed []string
	again  int             // how often something had to be done again, since nobody had answered it
	lost   map[string]bool // the carrier's ids of texts and calls that went wrong
}

// letDown notes a text or a call that went wrong, and waits until the hotline runs.
func (p *person) letDown(sid string) {
	p.mu.Lock()
	p.again++
	if p.lost == nil {
		p.lost = map[string]bool{}
	}
	p.lost[sid] = true
	p.mu.Unlock()
	p.town.back()
}

func (v *town) person(number string) *person {
	v.Helper()
	p, err := simulator.Dial(v.url, number)
	v.must(err)
	return &person{town: v, phone: p}
}

func (p *person) pass(words string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.passed = append(p.passed, words)
}

// complains says what went wrong, with all that passed before.
func (p *person) complains(format string, args ...any) {
	p.town.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.town.Errorf(format+"\n%s:\n%s", append(args, p.phone.Number(), strings.Join(p.passed, "\n"))...)
}

// unsure is how the hotline says, to whoever wrote or called in the moment when it came back, that it does not know.
var unsure = regexp.MustCompile(`not sure that this arrived|othing was recorded|No es seguro que|estamos seguros|ada ha quedado|ada quedó|` +
	`pas certains|ien n'est enregistr|ien n'a été enregistr|temos certeza|ada ficou registrado`)

// texts sends a text until it is answered, as somebody does who hears nothing: a hotline that was killed answers the next one. It
// gives the answer, and how often it was sent.
func (p *person) texts(body string, media ...simulator.Media) (answer string, sent int) {
	for sent = 1; sent < 10; sent++ {
		got, err := p.phone.Text(p.town.ctx, servedLine, body, media...)
		if err != nil {
			p.complains("texting: %v", err)
			return "", sent
		}
		var all []string
		for _, r := range got.Replies {
			all = append(all, r.Body)
		}
		answer = strings.Join(all, "\n")
		p.pass("> " + body + "\n< " + answer)
		if got.Problem == nil && !unsure.MatchString(answer) {
			p.town.answered()
			return answer, sent
		}
		p.letDown(got.SID)
	}
	p.complains("a text was answered by nobody, ten times over")
	return "", sent
}

// text is an answer of which nothing is known but that there is one.
func (p *person) text(body string) string {
	got, _ := p.texts(body)
	return got
}

// wants texts, and complains where the answer has none of these words.
func (p *person) wants(body string, any ...string) string {
	p.town.Helper()
	got := p.text(body)
	if !slices.ContainsFunc(any, func(want string) bool { return strings.Contains(got, want) }) {
		p.complains("%q was answered %q, without %q", body, got, any)
	}
	return got
}

var (
	choiceByText = regexp.MustCompile(`(\d+) ([^0-9\n]+)`)
	choiceByCall = regexp.MustCompile(`(?i)(?:to|para) ([^.]+?), (?:press|oprima) (\d+)`)
)

// chooses answers with the number that stands before these words.
func (p *person) chooses(asked, label string) string {
	p.town.Helper()
	for _, m := range choiceByText.FindAllStringSubmatch(asked, -1) {
		if strings.Contains(m[2], label) {
			return p.text(m[1])
		}
	}
	p.complains("%q does not offer %q", asked, label)
	return ""
}

// inbox is every text that reached the phone, but for the carrier's own.
func (p *person) inbox() (all []string) {
	p.town.Helper()
	arrived, err := p.phone.Inbox(p.town.ctx)
	p.town.must(err)
	for _, a := range arrived {
		if a.Text != nil && !a.Text.Carrier {
			all = append(all, a.Text.Body)
		}
	}
	return all
}

// hears waits for a text that nobody on this phone asked for.
func (p *person) hears(want string) string {
	p.town.Helper()
	ctx, cancel := context.WithTimeout(p.town.ctx, time.Minute)
	defer cancel()
	for a, err := range p.phone.Arrivals(ctx, 0) {
		if err != nil {
			p.complains("%q never comes: %v", want, err)
			return ""
		}
		if a.Text != nil && strings.Contains(a.Text.Body, want) {
			return a.Text.Body
		}
	}
	p.complains("%q does not come; there came %q", want, p.inbox())
	return ""
}

// talking is a call of somebody's. Once the line has let it down, all that follows is nothing.
type talking struct {
	*person
	call *simulator.Call
	last simulator.Events
	lost bool // the hotline was killed meanwhile
}

// calls is a call from the first ring to the last word, and is made again as long as the hotline lets it down; it tells how often it was
// made.
func (p *person) calls(say func(c *talking)) (made int) {
	p.town.Helper()
	for made = 1; made < 10; made++ {
		p.pass("calling")
		call, err := p.phone.Call(p.town.ctx, servedLine)
		if err != nil {
			p.complains("calling: %v", err)
			return made
		}
		c := &talking{person: p, call: call}
		c.did(call.History(), nil)
		say(c)
		c.hangup()
		if !c.wasLost() {
			p.town.answered()
			return made
		}
		p.letDown(call.SID)
	}
	p.complains("the line let a caller down ten times over")
	return made
}

func (c *talking) did(e simulator.Events, err error) *talking {
	c.last = e
	c.pass("| " + e.Words())
	if err != nil || unsure.MatchString(e.Words()) || e.Ended() != nil && e.Ended().Reason == simulator.EndedFailed {
		c.lost = true
		c.pass("| the call is over")
	}
	return c
}

// wasLost tells whether anything about this call went wrong: also what only the carrier noticed, such as an end that nobody heard of.
func (c *talking) wasLost() bool {
	return c.lost || slices.ContainsFunc(c.town.company.Errors(), func(p simulator.Problem) bool { return p.SID == c.call.SID })
}

func (c *talking) press(keys string) *talking {
	if c.lost {
		return c
	}
	c.pass("> " + keys)
	return c.did(c.call.Press(c.town.ctx, keys))
}

func (c *talking) silent() *talking {
	if c.lost {
		return c
	}
	c.pass("> (nothing)")
	return c.did(c.call.Silence(c.town.ctx))
}

func (c *talking) records(words, end string) *talking {
	if c.lost {
		return c
	}
	c.pass("> (says) " + words + " " + end)
	return c.did(c.call.RecordUntil(c.town.ctx, 7, words, end))
}

// hangup is the end, whatever was said before; a call that is over stays so.
func (c *talking) hangup() {
	if _, err := c.call.Hangup(c.town.ctx); err != nil {
		c.lost = true
	}
}

// silentToTheEnd says nothing for as long as the line asks, which must not be for ever.
func (c *talking) silentToTheEnd() {
	c.town.Helper()
	for range 20 {
		if c.lost || c.last.Ended() != nil {
			break
		}
		c.silent()
	}
	c.over()
}

// over complains where the line goes on.
func (c *talking) over() *talking {
	c.town.Helper()
	if !c.lost && (c.last.Ended() == nil || c.last.Ended().Reason != simulator.EndedByLine) {
		c.complains("the line does not end the call")
	}
	return c
}

// chooses presses the key of what is offered in these words.
func (c *talking) chooses(label string) *talking {
	c.town.Helper()
	if c.lost {
		return c
	}
	if key := c.keyOf(label); key != "" {
		return c.press(key)
	}
	c.complains("nothing of %q is offered in %q", label, c.last.Words())
	return c
}

func (c *talking) offers(label string) bool { return c.lost || c.keyOf(label) != "" }

func (c *talking) keyOf(label string) string {
	for _, m := range choiceByCall.FindAllStringSubmatch(c.last.Words(), -1) {
		if strings.Contains(m[1], label) {
			return m[2]
		}
	}
	return ""
}

// in chooses a language, which is offered first.
func (c *talking) in(language string) *talking {
	return c.press(map[string]string{"en": "1", "es": "2", "fr": "3", "pt": "4"}[language])
}

// hears complains where none of these words were said last.
func (c *talking) hears(any ...string) *talking {
	c.town.Helper()
	if got := c.last.Words(); !c.lost && !slices.ContainsFunc(any, func(want string) bool { return strings.Contains(got, want) }) {
		c.complains("the call says %q, without %q", got, any)
	}
	return c
}

// rings waits until the phone rings, sees that nothing but the line's number shows, and answers.
func (p *person) rings() *talking { return p.ringsAgain(0) }

// ringsAgain is rings, of a phone that rang before: so often.
func (p *person) ringsAgain(before int) *talking {
	p.town.Helper()
	c := p.rung(before)
	if c == nil {
		p.town.Fatalf("%s never rings", p.phone.Number())
	}
	return c
}

// rung is ringsAgain of a phone that need not ring; nil: it does not within a minute.
func (p *person) rung(before int) *talking {
	p.town.Helper()
	ctx, cancel := context.WithTimeout(p.town.ctx, time.Minute)
	defer cancel()
	for a, err := range p.phone.Arrivals(ctx, 0) {
		if err != nil {
			p.town.Fatalf("%s never rings: %v", p.phone.Number(), err)
		}
		if a.Ring == nil {
			continue
		}
		if before--; before >= 0 {
			continue
		}
		if a.Ring.From != servedLine {
			p.complains("it shows %s", a.Ring.From)
		}
		call, err := p.phone.Answer(p.town.ctx, *a.Ring)
		p.town.must(err)
		c := &talking{person: p, call: call}
		return c.did(call.History(), nil)
	}
	return nil
}
