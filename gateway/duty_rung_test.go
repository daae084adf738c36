package gateway

import (
	"strings"
	"testing"
	"time"
)

// Whoever is rung is told of it in a language that they speak.
func TestWhoeverIsRungUnderstandsTheWhisper(t *testing.T) {
	h := dangerHouse(t)
	h.onDuty("Flor", "+12125550106", "quc", "es")
	c := h.danger(ana, "2")
	for _, step := range []struct{ change, says, langs string }{
		{"", "Alguien llama.\nHabla:\nEspañol\npeligro\nPara tomar la llamada, oprima 1.", "es es es es es"},
		{"update duty_calls set lang = ''", "Alguien llama.\npeligro\nPara tomar la llamada, oprima 1.", "es en es"},
		{"update duty set languages = '{quc}'", "Someone is calling.\npeligro\nTo take the call, press 1.", "en en en"}, // no language that is spoken here
	} {
		if step.change != "" {
			exec(t, h.store.Pool, step.change)
		}
		r, err := h.g.Whisper(t.Context(), c.last.Ring.ID)
		if err != nil {
			t.Fatal(err)
		}
		var langs []string
		for _, one := range r.Say {
			langs = append(langs, string(one.Lang))
		}
		if r.Text() != step.says || strings.Join(langs, " ") != step.langs {
			t.Errorf("%s: hears %q, in %v", step.change, r.Text(), langs)
		}
	}
}

// Not every carrier tells an answering machine from somebody who pressed 1: then our own record does, and how long it lasted where
// Postgres was away when they pressed it.
func TestACarrierThatTellsOnlyThatAPhoneWasAnswered(t *testing.T) {
	for name, c := range map[string]struct {
		pressed bool
		lasted  time.Duration
		taken   int
	}{
		"an answering machine":               {false, 20 * time.Second, 0},
		"and no time is told":                {false, 0, 0},
		"somebody pressed 1":                 {true, 20 * time.Second, 1},
		"it could not be noted, they talked": {false, 5 * time.Minute, 1},
	} {
		t.Run(name, func(t *testing.T) {
			h := dangerHouse(t)
			h.onDuty("Ben", ben, "en")
			h.onDuty("Carla", carla, "en")
			call := h.danger(ana, "1")
			first := call.rung()
			if c.pressed {
				h.g.Take(t.Context(), call.last.Ring.ID)
			}
			call.in.Lasted = c.lasted
			call.rang(Answered)
			if n := h.count("select count(*) from duty_calls where taken_at is not null"); n != c.taken {
				t.Errorf("%d calls were taken", n)
			}
			if next := call.rung(); (next == "") != (c.taken == 1) || next == first {
				t.Errorf("after %s it rings %q", first, next)
			}
		})
	}
}
