package simulator

import (
	"net/http"
	"time"
)

// Entry is one thing that passed on a phone, in either direction: what a page shows, that is opened late or again. Exactly one of
// the four is set. IDs grow by one from 1 on each phone.
type Entry struct {
	ID       int64      `json:"id"`
	At       time.Time  `json:"at"`
	Received *Text      `json:"received,omitempty"`
	Sent     *SentText  `json:"sent,omitempty"`
	Fate     *Fate      `json:"fate,omitempty"`
	Call     *CallEntry `json:"call,omitempty"`
}

// SentText is a text that this phone sent.
type SentText struct {
	Text
	Media []MediaRef `json:"media,omitempty"` // fetched from GET /phones/media?sid=…
}

// MediaRef is a picture or sound that the company keeps.
type MediaRef struct {
	SID         string `json:"sid"`
	ContentType string `json:"contentType"`
}

// Fate is what became of a text, where its phone would not know otherwise: of each that it sent, and of those to it that did not arrive.
type Fate struct {
	SID     string     `json:"sid"` // of the text
	From    string     `json:"from"`
	Status  FateStatus `json:"status"`
	Replies int        `json:"replies,omitempty"` // of taken
	Code    int        `json:"code,omitempty"`    // Twilio's error code, unless taken
	Why     string     `json:"why,omitempty"`     // of failed, in the error log's words
}

// FateStatus says what became of a text.
type FateStatus string

const (
	FateTaken       FateStatus = "taken"       // sent by this phone: the line's owner has it
	FateFailed      FateStatus = "failed"      // sent by this phone: neither webhook nor fallback took it
	FateUndelivered FateStatus = "undelivered" // to this phone: lost on the way
	FateRefused     FateStatus = "refused"     // to this phone: the company did not take it from the line
)

// CallEntry is a call from this phone, or one that rings on it.
type CallEntry struct {
	SID   string `json:"sid"`
	From  string `json:"from"`
	To    string `json:"to"`
	Rings bool   `json:"rings,omitempty"`
}

// enter writes an entry into a phone's diary.
func (p *phone) enter(e Entry) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.enterLocked(e)
	p.wake()
}

func (p *phone) enterLocked(e Entry) {
	p.entered++
	e.ID = p.entered
	p.diary = append(p.diary, e)
	if extra := len(p.diary) - keepEntries; extra > 0 {
		p.diary = append([]Entry(nil), p.diary[extra:]...)
	}
}

// entriesSince is since for the diary.
func (p *phone) entriesSince(id int64) ([]Entry, <-chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if id > p.entered {
		id = 0
	}
	forgotten := p.entered - int64(len(p.diary))
	return append([]Entry{}, p.diary[max(0, id-forgotten):]...), p.changed
}

// noteSent enters a text that a phone has sent.
func (c *Company) noteSent(m *message) {
	segments, encoding := Segments(m.body)
	sent := &SentText{Text: Text{SID: m.sid, From: m.from, To: m.to, Body: m.body, Segments: segments, Encoding: encoding, At: c.now()}}
	for _, sid := range m.media {
		if item, kept := c.medium(sid); kept {
			sent.Media = append(sent.Media, MediaRef{SID: sid, ContentType: item.ContentType})
		}
	}
	c.phone(m.from).enter(Entry{At: sent.At, Sent: sent})
}

// noteTaken enters what became of it.
func (c *Company) noteTaken(m *message, sent Sent) {
	fate := &Fate{SID: m.sid, From: m.from, Status: FateTaken, Replies: len(sent.Replies)}
	if sent.Problem != nil {
		fate.Status, fate.Code, fate.Why = FateFailed, sent.Problem.Code, sent.Problem.Message
	}
	c.phone(m.from).enter(Entry{At: c.now(), Fate: fate})
}

// noteMissed enters that a text did not arrive, on the phone it was meant for. A line has no phone.
func (c *Company) noteMissed(m *message, status FateStatus, code int) {
	if _, ours := c.line(m.to); ours || !e164.MatchString(m.to) {
		return
	}
	c.phone(m.to).enter(Entry{At: c.now(), Fate: &Fate{SID: m.sid, From: m.from, Status: status, Code: code}})
}

// shownMedia are the pictures that a browser shows and cannot be led astray by.
var shownMedia = map[string]bool{"image/jpeg": true, "image/png": true, "image/gif": true, "image/webp": true}

// getMedia gives back a picture that a phone has sent, to be shown beside its text. Anything else is not handed to a browser.
func (c *Company) getMedia(w http.ResponseWriter, r *http.Request) {
	item, kept := c.medium(r.URL.Query().Get("sid"))
	if !kept || !shownMedia[item.ContentType] {
		refuse(w, http.StatusNotFound, "there is no such picture")
		return
	}
	w.Header().Set("Content-Type", item.ContentType)
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Cache-Control", "no-store")
	w.Write(item.Data) // a phone that is gone cannot be told
}
