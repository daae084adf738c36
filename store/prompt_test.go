package store_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"

	"hotline/store"
)

// recorded is one recording of a call, fetched from the carrier.
func (w *world) recorded(call uuid.UUID, n byte) uuid.UUID {
	w.t.Helper()
	m := store.Media{
		ID: uuid.UUID{n}, Assembly: w.assembly.ID, Line: w.line.ID, Conversation: call, Kind: store.MediaRecording, Source: "https://api.twilio.com/rec", Seconds: 4,
	}
	must(w.WantMedia(w.ctx, w.Pool, m))(w.t)
	if err := w.KeepMedia(w.ctx, w.Pool, m.ID, "audio/x-wav", fmt.Append(nil, "RIFF ", n)); err != nil {
		w.t.Fatal(err)
	}
	return m.ID
}

// sound is the name of a recording that is published.
func sound(n byte) string { return fmt.Sprintf("%032d.wav", n) }

// What takes the place of a recording is heard from then on; the one before is erased a day later, and so is one that came too late.
func TestRecordingsTakeEachOthersPlace(t *testing.T) {
	w := newWorld(t)
	o := must(w.AddOrganizer(w.ctx, w.Pool, w.assembly.ID, "Rosa", uuid.Nil))(t)
	call, by := uuid.New(), store.RecordingOf{Organizer: o.ID, Lang: "quc"}
	keep := func(media uuid.UUID) {
		t.Helper()
		if err := w.KeepPrompt(w.ctx, w.Pool, by, "hello", media, w.now); err != nil {
			t.Fatal(err)
		}
	}
	publish := func(media uuid.UUID, n byte) bool {
		t.Helper()
		return must(w.PublishPrompt(w.ctx, w.Pool, media, sound(n), fmt.Append(nil, "RIFF ", n), w.now))(t)
	}
	heard := func() string {
		t.Helper()
		all := must(w.RecordedPrompts(w.ctx, w.Pool, "quc"))(t)
		if len(all) != 1 || all[0].By != "Rosa" || all[0].Key != "hello" {
			t.Fatalf("recorded: %+v", all)
		}
		return all[0].Sound
	}
	first, second, third := w.recorded(call, 1), w.recorded(call, 2), w.recorded(call, 3)
	if keep(first); heard() != "" {
		t.Error("it is heard before it has come")
	}
	if !publish(first, 1) || heard() != sound(1) {
		t.Error("the first is not heard")
	}
	if keep(second); heard() != sound(1) {
		t.Error("the first is not heard until the second has come")
	}
	keep(third)
	if publish(second, 2) || heard() != sound(1) {
		t.Error("the second came too late, and is heard")
	}
	if !publish(third, 3) || heard() != sound(3) {
		t.Error("the third is not heard")
	}
	left := func() int { return len(must(w.KeptSounds(w.ctx, w.Pool, []string{sound(1), sound(2), sound(3)}))(t)) }
	for _, at := range []struct {
		then time.Time
		left int
	}{{w.now, 3}, {w.now.Add(time.Second), 1}} {
		if err := w.EraseSounds(w.ctx, w.Pool, at.then); err != nil || left() != at.left {
			t.Errorf("%d are left, %v; want %d", left(), err, at.left)
		}
	}
	if m, data, err := w.OpenMedia(w.ctx, w.Pool, third); err != nil || m.State != store.MediaErased || data != nil {
		t.Errorf("what is published is left among what people told us: %+v, %v", m, err)
	}
}

// A language of recordings is named as lines name languages.
func TestARecordedLanguageIsNamed(t *testing.T) {
	w := newWorld(t)
	for _, bad := range []store.RecordedLanguage{
		{Lang: "K'iche'", Name: "K'iche'", Instead: []string{"es"}}, {Lang: "quc", Name: " ", Instead: []string{"es"}}, {Lang: "quc", Name: "Kiche", Instead: []string{"ES"}},
	} {
		var refused store.Refusal
		if err := w.AddRecordedLanguage(w.ctx, w.Pool, bad); !errors.As(err, &refused) {
			t.Errorf("%+v: %v", bad, err)
		}
	}
	for _, name := range []string{"Kiche", "K'iche'"} {
		if err := w.AddRecordedLanguage(w.ctx, w.Pool, store.RecordedLanguage{Lang: "quc", Name: name, Instead: []string{"es", "en"}}); err != nil {
			t.Fatal(err)
		}
	}
	if all := must(w.RecordedLanguages(w.ctx, w.Pool))(t); len(all) != 1 || all[0].Name != "K'iche'" {
		t.Errorf("%+v", all)
	}
}
