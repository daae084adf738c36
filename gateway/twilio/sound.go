package twilio

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/gorilla/mux"

	"hotline/gateway"
)

// soundPath is where the carrier fetches what it plays: recordings of the flows, which everybody hears who calls. They are named by
// their content, so that they may be kept by whoever has fetched them. Recordings of a notice are not: they are for its audience, under names that
// nobody can guess, and kept by nobody.
const (
	soundPath  = "/twilio/sound/"
	soundRoute = soundPath + "{name}"
	soundFresh = "public, max-age=31536000, immutable"
	soundGoes  = "no-store"
	soundIn    = 5 * time.Second
)

// sound serves a recording. It needs no signature, and has no listing: who asks must know the name.
func (d *desk) sound(w http.ResponseWriter, r *http.Request) {
	began := time.Now()
	status := d.serveSound(w, r)
	if d.cfg.Observe != nil {
		d.cfg.Observe(soundRoute, status, time.Since(began))
	}
}

func (d *desk) serveSound(w http.ResponseWriter, r *http.Request) int {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "a recording is fetched by GET", http.StatusMethodNotAllowed)
		return http.StatusMethodNotAllowed
	}
	name := mux.Vars(r)["name"]
	kind := soundKind(name)
	if kind == "" || d.hears.Sound == nil {
		http.Error(w, "there is no such recording", http.StatusNotFound)
		return http.StatusNotFound
	}
	ctx, cancel := context.WithTimeout(r.Context(), soundIn)
	defer cancel()
	data, found, err := d.hears.Sound(ctx, name)
	fresh := soundFresh
	if strings.HasPrefix(name, gateway.NoticeSoundName) {
		fresh = soundGoes
	}
	switch {
	case errors.Is(err, gateway.ErrNotYet): // somebody is to hear back what they recorded just now; silence is better than a call that breaks off
		data, kind, fresh = silence(), soundKind(strings.Repeat("0", 32)+".wav"), soundGoes
	case err != nil:
		d.log.Error("a recording of the flows could not be read", "cause", err)
		http.Error(w, "not now; please ask again", http.StatusServiceUnavailable)
		return http.StatusServiceUnavailable
	case !found:
		http.Error(w, "there is no such recording", http.StatusNotFound)
		return http.StatusNotFound
	}
	w.Header().Set("Content-Type", kind)
	if w.Header().Set("Cache-Control", fresh); fresh == soundFresh {
		w.Header().Set("ETag", `"`+name+`"`)
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(data))
	return http.StatusOK
}

// soundKind is the type of a recording, and "" for what cannot be the name of one: 32 hexadecimal digits and an ending; of a notice, with a word
// before.
func soundKind(name string) string {
	digits, ending, _ := strings.Cut(strings.TrimPrefix(name, gateway.NoticeSoundName), ".")
	if len(digits) != 32 || strings.Trim(digits, "0123456789abcdef") != "" {
		return ""
	}
	switch ending {
	case "wav":
		return "audio/wav"
	case "mp3":
		return "audio/mpeg"
	}
	return ""
}

// silence is half a second of nothing, as a WAV of the telephone's own kind: 8000 samples a second, one channel, 8 bits by the µ-law.
func silence() []byte {
	const samples, rate, muLaw, zero = 4000, 8000, 7, 0xff
	var b bytes.Buffer
	word := func(v any) { _ = binary.Write(&b, binary.LittleEndian, v) } // to memory, which does not fail
	b.WriteString("RIFF")
	word(uint32(36 + samples))
	b.WriteString("WAVEfmt ")
	word(uint32(16))
	word([]uint16{muLaw, 1})
	word([]uint32{rate, rate})
	word([]uint16{1, 8})
	b.WriteString("data")
	word(uint32(samples))
	b.Write(bytes.Repeat([]byte{zero}, samples))
	return b.Bytes()
}
