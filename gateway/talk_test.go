package gateway

import (
	"fmt"
	"testing"
	"time"

	"hotline/store"
)

// rule 9: two automatic repliers texting each other come to an end.
func TestTheSameWordsAreNotSaidFiveTimesRunning(t *testing.T) {
	line := store.Line{RepliesAHour: 60}
	now := time.Date(2026, 11, 27, 19, 0, 0, 0, time.UTC)
	for _, line := range []store.Line{line, {RepliesAHour: 0}} { // lifting the number does not lift this
		sameWordsStory(t, line, now)
	}
}

func sameWordsStory(t *testing.T, line store.Line, now time.Time) {
	t.Helper()
	var p pace
	for i := range sameWords {
		if !p.allow("Sorry, that is not one of the choices.", false, now, line, true) {
			t.Fatalf("held back after %d", i)
		}
	}
	if p.allow("Sorry, that is not one of the choices.", false, now, line, true) {
		t.Error("said once more")
	}
	if !p.allow("Something else.", false, now, line, true) {
		t.Error("other words were held back")
	}
}

func TestAnswersToAPhoneAreBounded(t *testing.T) {
	now := time.Date(2026, 11, 27, 19, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name  string
		limit int
		known bool
		want  int
	}{{"a listed phone", 60, true, 60}, {"an unknown phone", 60, false, 20}, {"lifted", 0, false, 500}} {
		var p pace
		sent := 0
		for i := range 500 {
			if p.allow(fmt.Sprint("answer ", i), false, now, store.Line{RepliesAHour: c.limit}, c.known) {
				sent++
			}
		}
		if sent != c.want {
			t.Errorf("%s got %d answers within an hour, want %d", c.name, sent, c.want)
		}
		if !p.allow("answer", false, now.Add(time.Hour), store.Line{RepliesAHour: c.limit}, c.known) {
			t.Errorf("%s gets none in the next hour", c.name)
		}
	}
}
