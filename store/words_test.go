package store_test

import (
	"strings"
	"testing"
	"time"

	"hotline/store"
)

// The flows promise that no text is longer than its segments with any record: what is longer than they were measured with is refused
// where it is written.
func TestTextsHaveRoom(t *testing.T) {
	w := newWorld(t)
	long := func(n int) string { return strings.Repeat("x", n) }
	words := func(n int) store.Words { return store.Words{"en": long(n)} }

	parent := w.assembly
	for _, name := range []string{"City", "State", long(store.LongestName)} {
		parent = must(w.AddAssembly(w.ctx, w.Pool, name, parent.ID, ""))(t)
	}
	_, err := w.AddAssembly(w.ctx, w.Pool, "Too deep", parent.ID, "")
	w.refused(err, "an assembly has at most 3 above it")
	_, err = w.AddAssembly(w.ctx, w.Pool, long(store.LongestName+1), w.assembly.ID, "")
	w.refused(err, "the name has 27 letters, and texts have room for 26")

	meeting := store.NewMeeting{Assembly: w.assembly.ID, StartsAt: w.now.Add(time.Hour), Place: words(store.LongestPlace), PlaceFor: store.PlaceForEveryone}
	must(w.AddMeeting(w.ctx, w.Pool, meeting))(t)
	meeting.Place = store.Words{"en": "12 Elm St", "es": long(store.LongestPlace-1) + "€"}
	_, err = w.AddMeeting(w.ctx, w.Pool, meeting)
	w.refused(err, "the place in es has 81 letters, and texts have room for 80")

	ballot := store.NewBallot{Assembly: w.assembly.ID, Question: words(store.LongestQuestion + 1), Options: []store.Words{words(1), words(2)}, By: "Ana", At: w.now}
	_, err = w.OpenBallot(w.ctx, w.Pool, ballot)
	w.refused(err, "the question in en has 121 letters")
	ballot.Question, ballot.Options[1] = words(1), words(store.LongestOption+1)
	_, err = w.OpenBallot(w.ctx, w.Pool, ballot)
	w.refused(err, "option 2 in en has 27 letters")
}
