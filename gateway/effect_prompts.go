package gateway

import (
	"context"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"hotline/flows"
	"hotline/store"
)

// An organizer records what the flows say, or what a notice says: with digits that a command printed, in one call. What may be recorded then stands
// with the call in Postgres and not in the flow's variables, so that no flow can record without the digits.

func (p *playing) openPrompts(ctx context.Context, a args) (string, args, error) {
	opened, err := p.g.store.OpenPrompts(ctx, p.tx, p.line, p.tx.Conversation.ID, a["pin"].Text, p.now)
	if err != nil || !opened {
		return "wrong", nil, err
	}
	of, all, err := p.toRecord(ctx)
	if err != nil || of == nil {
		return "wrong", nil, err
	}
	left := 0
	for _, one := range all {
		if !one.recorded {
			left++
		}
	}
	return "opened", args{"language": {Text: of.language}, "left": {Num: int64(left)}, "notice": {Num: int64(of.notice.Number)}}, nil
}

// recording is what a call was opened to record.
type recording struct {
	store.RecordingOf
	language string          // what its speakers call it
	notice   store.Broadcast // the zero value: what the flows say
}

// piece is one thing to be recorded.
type piece struct {
	flows.Snippet
	recorded bool // and need not be again
	members  bool // of a notice: what members are told
}

// toRecord is what this call was opened to record, piece by piece; nil: nothing, or not any more.
func (p *playing) toRecord(ctx context.Context) (*recording, []piece, error) {
	of, open, err := p.g.store.RecordingIn(ctx, p.tx, p.tx.Conversation.ID, p.now)
	if err != nil || !open {
		return nil, nil, err
	}
	r := &recording{RecordingOf: of}
	if of.Broadcast != uuid.Nil {
		all, err := p.noticePieces(ctx, r)
		if err != nil || len(all) == 0 {
			return nil, nil, err
		}
		return r, all, nil
	}
	name, snippets, have, err := p.snippets(ctx, of.Lang)
	if err != nil {
		return nil, nil, err
	}
	r.language = name
	all := make([]piece, len(snippets))
	for i, one := range snippets {
		all[i] = piece{Snippet: one, recorded: have[one.Key]}
	}
	return r, all, nil
}

// snippets are what can be recorded of a language, what it is called, and which keys have a recording.
func (p *playing) snippets(ctx context.Context, lang string) (name string, all []flows.Snippet, have map[string]bool, err error) {
	languages, err := p.g.store.RecordedLanguages(ctx, p.tx)
	if err != nil {
		return "", nil, nil, err
	}
	r := flows.Recorded{Lang: flows.Lang(lang)}
	for _, l := range languages {
		if l.Lang == lang {
			r.Name, r.Instead = l.Name, tongues(l.Instead)
		}
	}
	if name = p.set.LanguageName(r.Lang); name == "" {
		name = r.Name
	}
	prompts, err := p.g.store.RecordedPrompts(ctx, p.tx, lang)
	if err != nil {
		return "", nil, nil, err
	}
	have = map[string]bool{}
	for _, one := range prompts {
		have[one.Key] = true
	}
	return name, p.set.Snippets(r), have, nil
}

// nextPrompt says the next words that are to be recorded, behind the place of the last, in the voice of the language they are in.
func (p *playing) nextPrompt(ctx context.Context, a args) (string, args, error) {
	of, all, err := p.toRecord(ctx)
	if err != nil || of == nil {
		return "closed", nil, err
	}
	for i := max(0, int(a["after"].Num)); i < len(all); i++ {
		if one := all[i]; !one.recorded {
			p.reply.Say = append(p.reply.Say, flows.Prompt{Lang: one.Lang, Words: one.Words})
			return "found", args{"number": {Num: int64(i + 1)}, "language": {Text: of.language}}, nil
		}
	}
	return "done", nil, nil
}

// playBack has a recording of this call heard in it. It may not have come from the carrier yet: whoever serves it waits for that.
func (p *playing) playBack(_ context.Context, a args) (string, args, error) {
	_, recording, err := said(a["what"])
	if err != nil {
		return "", nil, err
	}
	if recording != uuid.Nil {
		name := hex.EncodeToString(recording[:]) + ".wav"
		if p.takes == nil {
			p.takes = map[string]bool{}
		}
		p.takes[name] = true
		p.reply.Say = append(p.reply.Say, flows.Prompt{Lang: p.talk.Lang, Play: name})
	}
	return "played", nil, nil
}

func (p *playing) keepPrompt(ctx context.Context, a args) (string, args, error) {
	of, all, err := p.toRecord(ctx)
	if err != nil || of == nil {
		return "closed", nil, err
	}
	_, recording, err := said(a["what"])
	if err != nil {
		return "", nil, err
	}
	n := int(a["number"].Num)
	if n < 1 || n > len(all) || recording == uuid.Nil {
		return "closed", nil, nil
	}
	did := store.Deed{Assembly: p.line.AssemblyID, Actor: of.Name, Act: "prompts.keep", Object: of.Lang + " " + all[n-1].Where, At: p.now}
	if of.Broadcast == uuid.Nil {
		err = p.g.store.KeepPrompt(ctx, p.tx, of.RecordingOf, all[n-1].Key, recording, p.now)
	} else {
		var kept bool
		if kept, err = p.g.store.KeepNoticeRecording(ctx, p.tx.Tx, of.RecordingOf, all[n-1].members, recording, p.now); err == nil && !kept {
			return "closed", nil, nil
		}
		did.Assembly, did.Act, did.Object = of.notice.Assembly, "broadcast.keep", of.Broadcast.String()
	}
	if err != nil {
		return "", nil, err
	}
	if err := p.g.store.Note(ctx, p.tx, did); err != nil {
		return "", nil, err
	}
	if _, err := p.g.jobs.InsertTx(ctx, p.tx.Tx, promptArgs{ID: recording, Notice: of.Broadcast != uuid.Nil}, nil); err != nil {
		return "", nil, fmt.Errorf("asking for a prompt to be published: %w", err)
	}
	return "kept", nil, nil
}

// heardEvery is how often whoever waits for a recording looks whether it has come.
const heardEvery = 400 * time.Millisecond

// heardBack brings a recording for whoever made it, as play_back named it, from here or from the carrier, who may be writing it yet. Its
// name is a keyed digest, and only what was made in a call that was opened to record is served: never what somebody told us. found is
// false for any other name.
func (g *Gateway) heardBack(ctx context.Context, name string) (data []byte, found bool, err error) {
	digits, _, _ := strings.Cut(name, ".")
	b, err := hex.DecodeString(digits)
	if err != nil || len(b) != len(uuid.UUID{}) {
		return nil, false, nil
	}
	id := uuid.UUID(b)
	for {
		data, kind, found, err := g.store.HeardBack(ctx, g.store.Pool, id, g.now())
		if err == nil && found && data == nil {
			data, kind = g.fetchNow(ctx, id)
		}
		switch {
		case err != nil && ctx.Err() != nil:
			return nil, false, ErrNotYet
		case err != nil || !found:
			return nil, false, err
		case data != nil && store.SoundEnding(kind) != "":
			return data, true, nil
		}
		select {
		case <-ctx.Done():
			return nil, false, ErrNotYet
		case <-time.After(heardEvery):
		}
	}
}

// fetchNow tries to bring a recording from the carrier before its job does, and keeps it. Nothing came where data is nil.
func (g *Gateway) fetchNow(ctx context.Context, id uuid.UUID) (data []byte, kind string) {
	source, wanted, err := g.store.MediaSource(ctx, g.store.Pool, id, store.MediaWanted)
	if err != nil || !wanted {
		return nil, ""
	}
	if data, kind, err = g.carrier.FetchMedia(ctx, source, mostPrompt); err != nil {
		return nil, "" // its job tells why, if that goes on
	}
	if err := g.store.KeepMedia(ctx, g.store.Pool, id, kind, data); err != nil {
		g.log.Warn("a recording was heard back and could not be kept yet", "cause", err)
	}
	return data, kind
}
