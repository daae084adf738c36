package main

import (
	"testing"
	"time"

	"hotline/gateway/simulator"
	"hotline/store"
)

// Through the carrier's door: a photo that is a program, whatever it is announced as, one of 25 MB, and a real one beside them. The report
// stands, its photo is kept, and of the others no byte.
func TestAPhotoThatIsAProgramOrOf25MB(t *testing.T) {
	v := newTown(t, time.Now(), "en", "es")
	program := append([]byte("MZ\x90\x00\x03\x00\x00\x00"), make([]byte, 4000)...)
	huge := append([]byte("\xff\xd8\xff\xe0\x00\x10JFIF\x00"), make([]byte, 25<<20)...)
	photo := append([]byte("\xff\xd8\xff\xe0\x00\x10JFIF\x00"), make([]byte, 4000)...)
	p, err := simulator.Dial(v.url, "+12125550161")
	v.must(err)
	sent, err := p.Text(v.ctx, servedLine, "the lift in hall B is broken",
		simulator.Media{ContentType: "image/jpeg", Data: program}, simulator.Media{ContentType: "image/jpeg", Data: huge},
		simulator.Media{ContentType: "image/jpeg", Data: photo})
	v.must(err)
	if len(sent.Replies) != 1 {
		t.Fatalf("it is answered %+v", sent)
	}
	for until := time.Now().Add(60 * time.Second); ; time.Sleep(100 * time.Millisecond) {
		found := map[store.MediaState]int{}
		kept := 0
		rows, err := v.store.Pool.Query(v.ctx, "select state, coalesce(length(bytes), 0) from media where report_id is not null")
		v.must(err)
		for rows.Next() {
			var state store.MediaState
			var size int
			v.must(rows.Scan(&state, &size))
			found[state]++
			if state != store.MediaKept {
				kept += size
			}
		}
		v.must(rows.Err())
		if found[store.MediaWrongSort] == 1 && found[store.MediaTooLarge] == 1 && found[store.MediaKept] == 1 && kept == 0 {
			return
		}
		if time.Now().After(until) {
			t.Fatalf("of the three: %v, and %d bytes of those not kept", found, kept)
		}
	}
}
