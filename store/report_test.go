package store_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"hotline/store"
)

func (w *world) report(words string, rec uuid.UUID, conversation uuid.UUID) store.Filed {
	w.t.Helper()
	f, err := w.FileReport(w.ctx, w.Pool, store.NewReport{Assembly: w.assembly.ID, Line: w.line.ID, Conversation: conversation,
		Channel: "text", Lang: "en", Words: words, Recording: rec, ReadBy: w.now.Add(48 * time.Hour), At: w.now})
	if err != nil {
		w.t.Error(err)
	}
	return f
}

// reading is an organizer of the assembly, now.
func (w *world) reading() store.Reading {
	return store.Reading{Assembly: w.assembly.ID, At: w.now.Add(time.Second)}
}

// media is a recording or picture wanted in a conversation.
func (w *world) media(kind store.MediaKind, conversation uuid.UUID) uuid.UUID {
	w.t.Helper()
	id := uuid.New()
	m := store.Media{ID: id, Assembly: w.assembly.ID, Line: w.line.ID, Conversation: conversation, Kind: kind,
		Source: "https://carrier.example/" + id.String(), Seconds: 7}
	if added := must(w.WantMedia(w.ctx, w.Pool, m))(w.t); !added {
		w.t.Error("a new one is not news")
	}
	if added := must(w.WantMedia(w.ctx, w.Pool, m))(w.t); added {
		w.t.Error("told of again, it is news")
	}
	return id
}

func TestAReportFromFilingToTheWayBack(t *testing.T) {
	w := newWorld(t)
	f := w.report("the lift in hall B is broken", uuid.Nil, uuid.New())
	if len(f.Code) != 12 || f.Number < 1000 || f.Number > 9999 {
		t.Errorf("filed %+v", f)
	}
	listed := must(w.Reports(w.ctx, w.Pool, w.reading()))(t)
	if len(listed) != 1 || listed[0].State != store.ReportNew || listed[0].Parts != 1 || listed[0].Words != nil {
		t.Errorf("listed %+v", listed)
	}
	if err := w.MarkReportRead(w.ctx, w.Pool, f.ID, w.now); err != nil {
		t.Fatal(err)
	}
	grouped := f.Code[:4] + " " + f.Code[4:8] + " " + f.Code[8:]
	anew := w.now.Add(50 * time.Hour)
	readBy, added, err := w.AddToReport(w.ctx, w.Pool, store.Part{Code: grouped, Words: "since Monday", ReadBy: anew, At: w.now.Add(time.Minute)})
	if err != nil || !added || !readBy.Equal(anew) {
		t.Errorf("added %v, to be read by %v, %v", added, readBy, err)
	}
	if _, added, err := w.AddToReport(w.ctx, w.Pool, store.Part{Code: "000000000000", Words: "x", ReadBy: anew, At: w.now}); added || err != nil {
		t.Errorf("a wrong code leads somewhere, or %v", err)
	}
	shown := must(w.ShowReport(w.ctx, w.Pool, w.reading(), f.Number))(t)
	if len(shown.Words) != 2 || shown.Words[0].Words != "the lift in hall B is broken" || shown.Words[1].Words != "since Monday" {
		t.Errorf("shown %+v", shown.Words)
	}
	if shown.State != store.ReportNew {
		t.Error("what was added does not ask to be read")
	}
	_, err = w.ShowReport(w.ctx, w.Pool, w.reading(), 2)
	w.refused(err, "there is no report 2")
}

func TestReportsAtOnceHaveNumbersAndCodesOfTheirOwn(t *testing.T) {
	w := newWorld(t)
	filed := make(chan store.Filed, 30)
	var all sync.WaitGroup
	for range cap(filed) {
		all.Go(func() { filed <- w.report("x", uuid.Nil, uuid.New()) })
	}
	all.Wait()
	close(filed)
	codes, numbers := map[string]bool{}, map[int]bool{}
	for f := range filed {
		codes[f.Code], numbers[f.Number] = true, true
	}
	if len(codes) != cap(filed) || len(numbers) != cap(filed) {
		t.Errorf("%d codes and %d numbers", len(codes), len(numbers))
	}
}

func TestARecordingFromTheCarrierToAnOrganizer(t *testing.T) {
	w := newWorld(t)
	call := uuid.New()
	rec := w.media(store.MediaRecording, call)
	source, wanted, err := w.MediaSource(w.ctx, w.Pool, rec, store.MediaWanted)
	if err != nil || !wanted || !strings.HasPrefix(source, "https://carrier.example/") {
		t.Fatalf("source %q, wanted %v, %v", source, wanted, err)
	}
	filed := w.report("", rec, call)
	if overdue := must(w.WantedMedia(w.ctx, w.Pool, time.Now().Add(time.Minute)))(t); len(overdue) != 1 || overdue[0] != rec {
		t.Errorf("overdue are %v", overdue)
	}
	if err := w.KeepMedia(w.ctx, w.Pool, rec, "audio/x-wav", []byte("RIFF…")); err != nil {
		t.Fatal(err)
	}
	if _, wanted, _ := w.MediaSource(w.ctx, w.Pool, rec, store.MediaWanted); wanted {
		t.Error("kept and still wanted")
	}
	shown := must(w.ShowReport(w.ctx, w.Pool, w.reading(), filed.Number))(t)
	if len(shown.Words) != 0 || len(shown.Media) != 1 || shown.Parts != 1 || shown.Media[0].State != store.MediaKept {
		t.Fatalf("shown %+v", shown)
	}
	m, data, err := w.OpenMedia(w.ctx, w.Pool, shown.Media[0].ID)
	if err != nil || string(data) != "RIFF…" || m.Type != "audio/x-wav" || m.Seconds != 7 {
		t.Errorf("opened %+v, %q, %v", m, data, err)
	}
	if err := w.EraseMedia(w.ctx, w.Pool, rec); err != nil {
		t.Fatal(err)
	}
	if _, data, _ := w.OpenMedia(w.ctx, w.Pool, rec); data == nil {
		t.Error("a recording that a report has taken was erased by its caller's key")
	}
}

func TestAnErasedRecordingNeverComesBack(t *testing.T) {
	w := newWorld(t)
	call := uuid.New()
	rec := w.media(store.MediaRecording, call)
	if err := w.EraseMedia(w.ctx, w.Pool, rec); err != nil {
		t.Fatal(err)
	}
	if err := w.KeepMedia(w.ctx, w.Pool, rec, "audio/x-wav", []byte("late")); err != nil {
		t.Fatal(err)
	}
	filed := w.report("said otherwise", rec, call)
	if m, data, err := w.OpenMedia(w.ctx, w.Pool, rec); err != nil || m.State != store.MediaErased || data != nil {
		t.Errorf("it is %+v, %q, %v", m, data, err)
	}
	if shown := must(w.ShowReport(w.ctx, w.Pool, w.reading(), filed.Number))(t); len(shown.Media) != 0 {
		t.Error("a report took it")
	}
}

func TestPicturesOfAConversationBelongToItsReport(t *testing.T) {
	w := newWorld(t)
	w.now = time.Now()
	talk, other := uuid.New(), uuid.New()
	mine, theirs, old := w.media(store.MediaPicture, talk), w.media(store.MediaPicture, other), w.media(store.MediaPicture, talk)
	w.exec(`update media set at = at - interval '2 days' where id = $1`, old)
	filed := w.report("see the picture", uuid.Nil, talk)
	if shown := must(w.ShowReport(w.ctx, w.Pool, w.reading(), filed.Number))(t); len(shown.Media) != 1 || shown.Media[0].ID != mine {
		t.Errorf("the report has %+v, and not just %s (%s is another talk's)", shown.Media, mine, theirs)
	}
	if err := w.KeepMedia(w.ctx, w.Pool, mine, "image/jpeg", make([]byte, store.MaxMedia+1)); err != nil {
		t.Fatal(err)
	}
	if m, _, _ := w.OpenMedia(w.ctx, w.Pool, mine); m.State != store.MediaTooLarge {
		t.Errorf("one that is too big is %s", m.State)
	}
}

func TestNobodyFilesAReportToAnAssemblyThatIsNot(t *testing.T) {
	w := newWorld(t)
	_, err := w.FileReport(w.ctx, w.Pool, store.NewReport{Assembly: uuid.New(), Line: w.line.ID, Channel: "text", Lang: "en", Words: "x", ReadBy: w.now, At: w.now})
	if err == nil {
		t.Error("filed")
	}
}
