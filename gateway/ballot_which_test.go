package gateway

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"hotline/flows"
	"hotline/store"
)

// WORKERS.md: a bare digit counts only when exactly one question is open; otherwise the worker is asked, in two segments, with as much of each question as
// these hold: what stands above the options goes first, which the read-back says anyway, and the options only then.
func TestWhichOfSeveralBallotsIsMeant(t *testing.T) {
	numbered := func(n int, label string) (all []store.Words) {
		for i := range n {
			word := fmt.Sprintf(label, i+1)
			all = append(all, store.Words{"en": word, "es": word})
		}
		return all
	}
	for name, c := range map[string]struct {
		questions []string
		options   []store.Words
		want      string
	}{
		"whole": {[]string{"Breaks?", "Fans?"}, numbered(2, "Day %d"), "\nFans?\nIn this vote the organizers see your name and your choice.\n43 Day 1\n44 Day 2\nBreaks?\nIn this vote " +
			"the organizers see your name and your choice.\n41 Day 1\n42 Day 2"},
		"their options": {[]string{"Breaks?", "For a day"}, numbered(4, "The shift of team %d"), "\nFor a day:\n45 The shift of team 1\n46 The shift of team 2\n" +
			"47 The shift of team 3\n48 The shift of team 4\nBreaks?\n41 The shift of team 1\n42 The shift of team 2\n43 The shift of team 3\n44 The shift of team 4"},
		"their digits": {[]string{"Breaks?", "For a day", "Fans?"}, numbered(4, "The shift of team %d"), "\nFans? 31 32 33 34\nFor a day: 45 46 47 48\nBreaks? 41 42 43 44"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h, p := waitingHouse(t)
			h.run("update lines set pace = 0")
			numbers, _, _ := h.assemblyOf(1)
			for _, question := range c.questions {
				b := h.asksFor(store.Words{"en": question, "es": question}, h.g.now().Add(20*24*time.Hour), c.options...)
				if body := h.tellsOf(p, b, store.Words{"en": "Vote.", "es": "Vote."})[numbers[0]]; !strings.Contains(body, c.options[len(c.options)-1]["en"]) {
					t.Fatalf("the notice is %q", body)
				}
			}
			said := h.text(numbers[0], "1")
			if said != "Which one do you answer?"+c.want {
				t.Errorf("it asks %q\nwant %q", said, c.want)
			}
			if n, _, _ := flows.Segments(said); n > mostWhich {
				t.Errorf("%d segments: %q", n, said)
			}
			wants(t, h.text(numbers[0], "42"), "on:\n"+c.questions[0])
		})
	}
}
