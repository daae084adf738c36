package store_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"hotline/store"
)

func TestAReportIsAnswered(t *testing.T) {
	w := newWorld(t)
	f := w.report("the lift is broken", uuid.Nil, uuid.New())
	w.refused(w.AnswerReport(w.ctx, w.Pool, f.ID, store.Answer{Words: " ", Lang: "en"}), "needs words")
	w.refused(w.AnswerReport(w.ctx, w.Pool, f.ID, store.Answer{Words: strings.Repeat("x", 201), Lang: "en"}), "201 letters")
	w.refused(w.AnswerReport(w.ctx, w.Pool, f.ID, store.Answer{Words: "Es ist gut", Lang: "Deutsch"}), "no language")
	for _, words := range []string{"We have seen it.", "It is mended."} {
		if err := w.AnswerReport(w.ctx, w.Pool, f.ID, store.Answer{Words: words, Lang: "en", By: "Rosa", At: w.now}); err != nil {
			t.Fatal(err)
		}
	}
	c, found, err := w.CaseOf(w.ctx, w.Pool, f.ID)
	if err != nil || !found || c.State != store.ReportRead || !c.ReadAt.Equal(w.now) || c.Next() != 1 || len(c.Answers) != 2 {
		t.Fatalf("the worker is told %+v, %v", c, err)
	}
	if err := w.HearAnswer(w.ctx, w.Pool, c.Answers[0].ID, w.now); err != nil {
		t.Fatal(err)
	}
	if c, _, _ = w.CaseOf(w.ctx, w.Pool, f.ID); c.Next() != 2 {
		t.Errorf("the next answer is %d, want the one not told yet", c.Next())
	}
	kind, closed, place := store.ReportKind("safety"), store.ReportClosed, "Hall  B"
	if err := w.ChangeReport(w.ctx, w.Pool, f.ID, store.ReportChange{State: &closed, Kind: &kind, Workplace: &place}, w.now); err != nil {
		t.Fatal(err)
	}
	r := must(w.ShowReport(w.ctx, w.Pool, w.reading(), f.Number))(t)
	if r.State != store.ReportClosed || r.Kind != "safety" || r.Workplace != "Hall B" || r.CannotText != "hidden" || r.Answers != 2 {
		t.Errorf("it is %+v", r)
	}
}

// What should have been read by now stands first, the oldest promise before the others.
func TestOverdueReportsStandFirst(t *testing.T) {
	w := newWorld(t)
	first, second := w.report("a", uuid.Nil, uuid.New()), w.report("b", uuid.Nil, uuid.New())
	w.now = w.now.Add(72 * time.Hour)
	third := w.report("c", uuid.Nil, uuid.New())
	if err := w.MarkReportRead(w.ctx, w.Pool, first.ID, w.now); err != nil {
		t.Fatal(err)
	}
	all := must(w.Reports(w.ctx, w.Pool, w.reading()))(t)
	if len(all) != 3 || all[0].Number != second.Number || !all[0].Overdue(w.now) || all[1].Number != third.Number || all[2].Number != first.Number {
		t.Errorf("listed %+v", all)
	}
}

// Numbers in the database tell nothing of a report that an assembly's organizers are not to see.
func TestOnlyThoseAboveNameRecipients(t *testing.T) {
	w := newWorld(t)
	night := must(w.AddAssembly(w.ctx, w.Pool, "Night shift", w.assembly.ID, ""))(t)
	rosa := must(w.AddOrganizer(w.ctx, w.Pool, w.assembly.ID, "Rosa", uuid.Nil))(t)
	tina := must(w.AddOrganizer(w.ctx, w.Pool, w.assembly.ID, "Tina", uuid.Nil))(t)
	tom := must(w.AddOrganizer(w.ctx, w.Pool, night.ID, "Tom", uuid.Nil))(t)
	both := []store.Organizer{rosa, tina}
	w.refused(w.NameRecipients(w.ctx, w.Pool, night.ID, tom, both, w.now), "only an organizer of the assembly above")
	w.refused(w.NameRecipients(w.ctx, w.Pool, night.ID, rosa, []store.Organizer{rosa, tom}, w.now), "Tom is an organizer of this assembly")
	w.refused(w.NameRecipients(w.ctx, w.Pool, night.ID, rosa, both[:1], w.now), "two people")
	if err := w.NameRecipients(w.ctx, w.Pool, night.ID, rosa, both, w.now); err != nil {
		t.Fatal(err)
	}
	if err := w.RemoveOrganizer(w.ctx, w.Pool, w.assembly.ID, "Tina", w.now); err != nil {
		t.Fatal(err)
	}
	if left := must(w.Recipients(w.ctx, w.Pool, night.ID))(t); len(left) != 1 || left[0].Name != "Rosa" {
		t.Errorf("who is no organizer any more still reads: %+v", left)
	}
}

// What comes as a picture and is none is not kept, whatever it is called, and its report stands.
func TestFilesThatAreNoPictures(t *testing.T) {
	w := newWorld(t)
	w.now = time.Now()
	for name, c := range map[string]struct {
		bytes string
		state store.MediaState
		kind  string
	}{
		"a photo":           {"\xff\xd8\xff\xe0 photo", store.MediaKept, "image/jpeg"},
		"a new phone's":     {"\x00\x00\x00\x18ftypheic\x00", store.MediaKept, "image/heic"},
		"an old phone's":    {"\x00\x00\x00\x18ftyp3gp4\x00", store.MediaKept, "video/3gpp"},
		"a sound":           {"#!AMR\n\x3c", store.MediaKept, "audio/amr"},
		"a program":         {"MZ\x90\x00\x03 This program cannot be run", store.MediaWrongSort, ""},
		"a Linux program":   {"\x7fELF\x02\x01\x01", store.MediaWrongSort, ""},
		"a script":          {"#!/bin/sh\nrm -rf ~", store.MediaWrongSort, ""},
		"a page":            {"<html><script>", store.MediaWrongSort, ""},
		"a drawing of code": {`<?xml version="1.0"?><svg onload="x()">`, store.MediaWrongSort, ""},
		"an archive":        {"PK\x03\x04", store.MediaWrongSort, ""},
		"nothing":           {"", store.MediaWrongSort, ""},
		"25 MB":             {"\xff\xd8\xff" + strings.Repeat("x", 25<<20), store.MediaTooLarge, ""},
	} {
		talk := uuid.New()
		id := w.media(store.MediaPicture, talk)
		f := w.report("look", uuid.Nil, talk)
		if err := w.KeepMedia(w.ctx, w.Pool, id, "image/jpeg", []byte(c.bytes)); err != nil {
			t.Fatal(err)
		}
		m, data, err := w.OpenMedia(w.ctx, w.Pool, id)
		if err != nil || m.State != c.state || m.Type != c.kind || (data != nil) != (c.state == store.MediaKept) {
			t.Errorf("%s: %s of type %q, %d bytes, %v", name, m.State, m.Type, len(data), err)
		}
		if r := must(w.ShowReport(w.ctx, w.Pool, w.reading(), f.Number))(t); len(r.Words) != 1 || len(r.Media) != 1 {
			t.Errorf("%s: the report has %d texts and %d files", name, len(r.Words), len(r.Media))
		}
	}
}

// Everything about a report goes with it; what belongs to a phone goes with the phone.
func TestAnErasedReportLeavesNothing(t *testing.T) {
	w := newWorld(t)
	phone := w.members("Ana 2125550101")[0]
	f := must(w.FileReport(w.ctx, w.Pool, store.NewReport{Assembly: w.assembly.ID, Line: w.line.ID, Phone: uuid.NullUUID{UUID: phone, Valid: true},
		Channel: "text", Lang: "en", Words: "x", ReadBy: w.now, At: w.now}))(t)
	fill := func() {
		t.Helper()
		if err := w.ChooseDigits(w.ctx, w.Pool, f.ID, phone, "4711"); err != nil {
			t.Fatal(err)
		}
		if ok := must(w.AskCallback(w.ctx, w.Pool, f.ID, uuid.NullUUID{UUID: phone, Valid: true}, store.Callback{Hours: "any", At: w.now}))(t); !ok {
			t.Error("no callback is noted")
		}
		if ok := must(w.Mute(w.ctx, w.Pool, f.ID, w.now))(t); !ok {
			t.Error("nothing is muted")
		}
	}
	fill()
	for _, err := range []error{
		w.AnswerReport(w.ctx, w.Pool, f.ID, store.Answer{Words: "a", Lang: "en", By: "Rosa", At: w.now}),
		w.NoteReport(w.ctx, w.Pool, f.ID, store.Note{Words: "n", By: "Rosa", At: w.now}),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	w.exec(`delete from phones where id = $1`, phone)
	w.empty("report_digits", "report_callbacks", "report_mutes")
	w.exec(`delete from reports`)
	w.empty("report_parts", "report_answers", "report_notes")
}

func (w *world) empty(tables ...string) {
	w.t.Helper()
	for _, table := range tables {
		var n int
		if err := w.Pool.QueryRow(w.ctx, "select count(*) from "+table).Scan(&n); err != nil || n != 0 {
			w.t.Errorf("%s has %d rows, %v", table, n, err)
		}
	}
}
