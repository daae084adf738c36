package gateway

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"hotline/flows"
	"hotline/store"
)

var readBackDigits = regexp.MustCompile(`(?m)^(\d\d) (?:Count it|Change it|Confirmar mi voto|Cambiar mi voto)$`)

func digitsOf(t *testing.T, reply string) string {
	t.Helper()
	found := readBackDigits.FindStringSubmatch(reply)
	if found == nil {
		t.Fatalf("no read-back: %q", reply)
	}
	return found[1]
}

// WORKERS.md: a vote costs 2 texts sent and 2 segments received after the word, or the notice, that brings the question.
func TestAVoteCostsTwoAndTwo(t *testing.T) {
	for lang, words := range map[string]struct{ choose, vote string }{"en": {"ENGLISH", "VOTE"}, "es": {"ESPAÑOL", "VOTO"}} {
		h := newHouse(t, houseOptions{})
		h.sharing()
		h.text(ana, words.choose)
		question := h.text(ana, words.vote)
		sent, received := 0, 0
		send := func(text string) string {
			reply := h.text(ana, text)
			n, wide, _ := flows.Segments(reply)
			if wide {
				t.Errorf("%s: a dear letter in %q", lang, reply)
			}
			sent, received = sent+1, received+n
			return reply
		}
		send(digitsOf(t, send("1")))
		if sent != 2 || received != 2 {
			t.Errorf("%s: %d texts and %d segments", lang, sent, received)
		}
		if n, _, _ := flows.Segments(question); n != 1 {
			t.Errorf("%s: the question takes %d segments: %q", lang, n, question)
		}
		if n := h.record().Cast; n != 1 {
			t.Errorf("%s: %d votes", lang, n)
		}
	}
}

// paperOf is a ballot of so many options, as find_ballot brings it.
func paperOf(options int) flows.Input {
	var list []flows.Item
	for i := range options {
		list = append(list, flows.Item{"name": {Words: map[flows.Lang]string{"en": fmt.Sprintf("Option %c", 'A'+i), "es": fmt.Sprintf("Lado %c", 'A'+i)}}})
	}
	return flows.Input{Kind: flows.KindOutcome, Values: map[string]flows.Value{
		"ballot": {Text: "b1"}, "question": {Words: map[flows.Lang]string{"en": "Which?", "es": "¿Cuál?"}}, "options": {List: list}, "closes": {},
	}}
}

// reader is somebody who votes in a ballot that the test makes up.
type reader struct {
	t     *rapid.T
	set   *flows.Set
	env   flows.Env
	state flows.State
}

func (r *reader) does(in flows.Input) flows.Output {
	out, err := r.set.Next(r.state, in, r.env)
	if err != nil {
		r.t.Fatalf("%+v: %v", in, err)
	}
	r.state = out.State
	r.env.Nonce++
	return out
}

// WORKERS.md, Meetings and votes: the keys that count or change a vote are never choices of that ballot. On a call they are 7 and 8, 77
// and 88 with seven options or more; by text two digits that stand only in that read-back. On a call it cannot be interrupted
// before the choice has been spoken.
func TestKeysThatCountAreNeverChoices(t *testing.T) {
	set := loadLibrary(t)
	rapid.Check(t, func(t *rapid.T) {
		options := rapid.IntRange(2, 8).Draw(t, "options")
		outcome := rapid.SampledFrom([]string{"ready", "voted"}).Draw(t, "outcome")
		lang := rapid.SampledFrom([]flows.Lang{"en", "es"}).Draw(t, "language")
		channel := rapid.SampledFrom([]flows.Channel{flows.Text, flows.Voice}).Draw(t, "channel")
		r := &reader{t: t, set: set, state: flows.State{Flow: "vote", Step: "find", Lang: lang}}
		r.env = flows.Env{Channel: channel, Languages: []flows.Lang{"en", "es"}, Nonce: rapid.Uint64().Draw(t, "nonce"), Facts: map[string]flows.Value{
			"line.name": {Text: "The 0100 Line"}, "line.number": {Text: "(212) 555-0100"},
		}}
		key := func(k string) flows.Input {
			if channel == flows.Voice {
				return flows.Input{Kind: flows.KindKeys, Text: k}
			}
			return flows.Input{Kind: flows.KindText, Text: k}
		}
		found := paperOf(options)
		found.Outcome = outcome
		r.does(found)
		if outcome == "voted" {
			r.does(key("1"))
		}
		var recent []string
		for range rapid.IntRange(1, 25).Draw(t, "times") {
			choice := rapid.IntRange(1, options).Draw(t, "choice")
			out := r.does(key(fmt.Sprint(choice)))
			yes, no := r.keysOf(out, choice, options)
			if slices.Contains(recent, yes) || slices.Contains(recent, no) {
				t.Fatalf("%s or %s stood in one of the last read-backs: %v", yes, no, recent)
			}
			// No choice counts it, nor do the keys of earlier read-backs.
			for _, other := range append([]string{fmt.Sprint(choice)}, recent...) {
				if channel == flows.Voice || other == yes || other == no {
					continue
				}
				before := r.state
				if out := r.does(key(other)); out.Do != nil {
					t.Fatalf("%q counts it", other)
				}
				r.state = before
			}
			if channel == flows.Text {
				recent = append(recent, yes, no)
				recent = recent[max(0, len(recent)-38):] // of twenty pairs nineteen lie between
			}
			before := r.state
			if out := r.does(key(yes)); out.Do == nil || out.Do.Effect != "cast_vote" || out.Do.Args["choice"].Num != int64(choice) || out.Do.Args["changes"].Flag != (outcome == "voted") {
				t.Fatalf("%s asks for %+v", yes, out.Do)
			}
			r.state = before
			if out := r.does(key(no)); out.Do != nil || out.State.Step != "choose" {
				t.Fatalf("%s leads to %+v", no, out.State)
			}
		}
	})
}

// keysOf are those of a read-back, and checks how it was told.
func (r *reader) keysOf(out flows.Output, choice, options int) (yes, no string) {
	name := map[flows.Lang]string{"en": "Option ", "es": "Lado "}[r.state.Lang] + string(rune('A'+choice-1))
	if r.env.Channel == flows.Voice {
		yes, no = "7", "8"
		if options >= 7 {
			yes, no = "77", "88"
		}
		spoken := -1
		for i, p := range out.Say {
			if strings.Contains(p.Words, name) {
				spoken = i
			}
			if spoken < 0 && !p.Firm {
				r.t.Fatalf("it can be interrupted before the choice is spoken: %+v", out.Say)
			}
		}
		if spoken < 0 || !out.Say[spoken].Firm || out.Wait.Keys != len(yes) {
			r.t.Fatalf("the choice is told so: %+v, and waits for %d keys", out.Say, out.Wait.Keys)
		}
		return yes, no
	}
	text := Reply{Say: out.Say}.Text()
	found := regexp.MustCompile(`(?m)^(\d\d) .*\n(\d\d) .*$`).FindStringSubmatch(text)
	if found == nil || !strings.Contains(text, name) {
		r.t.Fatalf("read back as %q", text)
	}
	return found[1], found[2]
}

// Somebody with two phones confirms on both at the same moment: one counts, and the other hears so.
func TestTwoPhonesOfOnePersonAtOnce(t *testing.T) {
	h := newHouse(t, houseOptions{})
	h.sharing()
	h.text(ben, "ENGLISH")
	_, err := h.store.Pool.Exec(t.Context(), `insert into phone_people (phone_id, person_id, assembly_id)
		select p.id, $1, p.assembly_id from phones p order by p.id desc limit 1`, h.member("Rosa"))
	if err != nil {
		t.Fatal(err)
	}
	var digits []string
	for i, from := range []string{ana, ben} {
		h.text(from, "ENGLISH")
		h.text(from, "VOTE")
		digits = append(digits, digitsOf(t, h.text(from, fmt.Sprint(i+1))))
	}
	replies := make([]string, 2)
	var both sync.WaitGroup
	for i, from := range []string{ana, ben} {
		both.Go(func() { replies[i] = h.text(from, digits[i]) })
	}
	both.Wait()
	all := strings.Join(replies, "\n")
	wants(t, all, "Your vote is counted", "came in from another phone or call, and that one counts")
	if b := h.record(); b.Cast != 1 || b.Refused[store.VoteAlready] != 1 || b.Changed != 0 {
		t.Errorf("the record says %+v", b)
	}
}

// Until the close a vote can be changed by its voter; what stood before stands until the new one is confirmed, and once changed only
// that it was stands in the record.
func TestAVoteIsChanged(t *testing.T) {
	h := newHouse(t, houseOptions{})
	h.sharing()
	h.text(ana, "ENGLISH")
	h.text(ana, "VOTE")
	h.text(ana, digitsOf(t, h.text(ana, "1")))
	wants(t, h.text(ana, "VOTE"), "You have voted in this already", "1 Change my vote")
	h.text(ana, "1")
	wants(t, h.text(ana, "2"), "Not changed yet. You now choose No", "Change it")
	wants(t, h.text(ana, "MENU"), "Your vote stands as it was.")
	h.text(ana, "VOTE")
	h.text(ana, "1")
	in := h.aText(ana, digitsOf(t, h.text(ana, "3")))
	first := h.g.Turn(t.Context(), in).Text()
	wants(t, first, "It is now: Abstain")
	if again := h.g.Turn(t.Context(), in).Text(); again != first {
		t.Errorf("the same text again is answered %q", again)
	}
	h.closeBallot()
	if b := h.record(); b.Changed != 1 || b.Cast != 1 || !slices.Equal(b.Tally.Totals, []int{0, 0, 1}) {
		t.Errorf("the record says %+v", b)
	}
}

// The ballot closes while somebody confirms: they hear so, and the record counts them as late. So does whoever comes afterwards.
func TestItClosesWhileSomebodyConfirms(t *testing.T) {
	h := newHouse(t, houseOptions{})
	h.sharing()
	dan := h.handOut("Dan")
	c, _ := h.voting(sharedPhone)
	c.press(dan)
	c.press("1")
	h.text(ana, "ENGLISH")
	h.text(ana, "VOTE")
	digits := digitsOf(t, h.text(ana, "1"))
	h.closeBallot()
	wants(t, c.press("7"), "That vote is closed, so nothing was counted just now.")
	wants(t, h.text(ana, digits), "That vote is closed, so nothing was counted just now.")
	wants(t, h.text(ana, "VOTE"), "That vote is closed")
	if b := h.record(); b.Late() != 3 || b.Cast != 0 {
		t.Errorf("late %d, cast %d", b.Late(), b.Cast)
	}
	h.pass(4 * 24 * time.Hour)
	wants(t, h.text(ana, "VOTE"), "no vote open")
	if n := h.record().Late(); n != 3 {
		t.Errorf("days later they still count as late: %d", n)
	}
}

// What the door may offer to who has voted: to change it, as long as the ballot is open.
func TestTheDoorMayKnowWhoHasVoted(t *testing.T) {
	h := newHouse(t, houseOptions{set: libraryWith(t, map[string]string{"mine.yaml": `
starts: {en: [MINE], es: [MIO]}
steps:
  mine:
    say: "open {ballots.open}, voted {ballots.voted}"
    then: end
`}, vocabulary())})
	h.sharing()
	h.text(ana, "ENGLISH")
	wants(t, h.text(ana, "MINE"), "open 1, voted 0")
	h.text(ana, "VOTE")
	h.text(ana, digitsOf(t, h.text(ana, "1")))
	wants(t, h.text(ana, "MINE"), "open 0, voted 1")
	h.closeBallot()
	wants(t, h.text(ana, "MINE"), "open 0, voted 0")
}
