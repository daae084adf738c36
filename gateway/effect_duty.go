package gateway

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"hotline/flows"
	"hotline/store"
)

// blockFor is how long nobody is rung for a caller whom somebody on duty has blocked. They can still leave a recording.
const blockFor = 24 * time.Hour

// ring chooses whose phone rings next for a caller. What came of the phones before stands in the records of this call.
func (p *playing) ring(ctx context.Context, a args) (string, args, error) {
	who, found, err := p.g.store.RingNext(ctx, p.tx, store.Calling{
		Assembly: p.line.AssemblyID, Conversation: p.tx.Conversation.ID, Phone: p.phone(), Lang: string(p.talk.Lang),
		Tried: int(a["tried"].Num), Now: p.now,
	})
	if err != nil || !found {
		return "nobody", nil, err
	}
	return "ringing", args{"who": {Text: who.ID.String()}}, nil
}

// Ringing is the phone that rings for a caller. It is looked up for each reply and kept in none.
type Ringing struct {
	ID   string      // of this call to it
	To   store.Phone // the only one who learns it is the carrier
	From string      // our line, which is all that they see
}

// rings writes down that a phone rings, in the transaction of the turn that has it ring.
func (p *playing) rings(ctx context.Context) error {
	wait := p.reply.Wait
	if wait == nil || wait.Ring == nil {
		return nil
	}
	who, err := uuid.Parse(wait.Ring.Who)
	if err != nil {
		return fmt.Errorf("reading whom to ring: %w", err)
	}
	return p.g.store.AddDutyCall(ctx, p.tx, store.DutyCall{
		Assembly: p.line.AssemblyID, Line: p.line.ID, Duty: who, Conversation: p.tx.Conversation.ID, N: p.tx.Conversation.N + 1, Turn: p.id,
		Caller: p.phone(), Lang: string(wait.Ring.Lang), Purpose: wait.Ring.Purpose, At: p.now,
	})
}

// dial looks up the number that a reply has ring. Without one, or where that phone wants no calls, the reply has no Ringing, and the call goes
// on as if nobody had taken it.
func (g *Gateway) dial(ctx context.Context, q store.Querier, line store.Line, turn uuid.UUID, r Reply) (Reply, error) {
	if r.Wait == nil || r.Wait.Ring == nil {
		return r, nil
	}
	call, phone, number, found, err := g.store.DutyPhone(ctx, q, turn)
	if err != nil || !found {
		return r, err
	}
	allowed, err := g.store.Allowed(ctx, q, phone, line.ID, store.ForAnswers, store.ByVoice)
	if err == nil && allowed {
		r.Ring = &Ringing{ID: call.String(), To: number, From: line.Number}
	}
	return r, err
}

// rang notes what came of a phone that rang, and that a caller is gone, whatever the flow makes of it.
func (p *playing) rang(ctx context.Context) error {
	switch p.in.Kind {
	case flows.KindRang:
		if p.in.Outcome == Answered {
			if err := p.answered(ctx); err != nil {
				return err
			}
		}
		return p.g.store.EndDutyCall(ctx, p.tx, p.tx.Conversation.ID, p.in.Answers, p.in.Outcome == Taken, p.now)
	case flows.KindHangup:
		return p.g.store.EndDutyCalls(ctx, p.tx, p.tx.Conversation.ID, p.now)
	}
	return nil
}

// longestWhisper is longer than an answering machine can listen to a whisper before it is hung up on.
const longestWhisper = time.Minute + whisperTimeout

// answered decides whether a phone of which the carrier tells no more than that it was answered was taken: it was if somebody pressed 1.
// Where Postgres was away at that moment they were put through all the same (Take), and nothing is noted; then only how long it lasted can
// tell, since whoever presses nothing is hung up on. Somebody who talked for less than that counts as a phone that was missed, and
// the next one rings: better two who answer than nobody.
func (p *playing) answered(ctx context.Context) error {
	taken, err := p.g.store.DutyCallTaken(ctx, p.tx, p.tx.Conversation.ID, p.in.Answers)
	if err != nil {
		return err
	}
	p.in.Outcome = Missed
	if taken || p.in.Lasted > longestWhisper {
		p.in.Outcome = Taken
	}
	return nil
}

// Whisper is what somebody hears, in a language of theirs, who has answered the phone that rang: the caller's language and the
// purpose, and how to take the call. It waits for that key. Where the caller is gone it ends the call to them.
func (g *Gateway) Whisper(ctx context.Context, id string) (Reply, error) {
	call, found, err := g.dutyCall(ctx, id)
	if err != nil || !found || !call.EndedAt.IsZero() {
		return Reply{}, err
	}
	line, err := g.store.LineByID(ctx, g.store.Pool, call.Line)
	if err != nil {
		return Reply{}, err
	}
	set, first := g.sets.current(), flows.Lang(line.Languages[0])
	held, about := g.people.held(), flows.Lang(call.Lang)
	lang := set.ToldIn(whispers(set, call, first), flows.Voice, held)
	if about == "" { // the purpose is in the caller's language, where that is known
		about = first
	}
	say := func(lang flows.Lang, words string) flows.Prompt {
		return flows.Prompt{Lang: set.ToldIn(lang, flows.Voice, held), Words: words}
	}
	r := Reply{Say: []flows.Prompt{say(lang, set.Spoken("whisper", lang, nil))}, Wait: &flows.Wait{Keys: 1, Timeout: whisperTimeout}}
	if name := g.nameOf(set, flows.Lang(call.Lang)); name != "" {
		r.Say = append(r.Say, say(lang, set.Spoken("speaks", lang, nil)), say(flows.Lang(call.Lang), name))
	}
	r.Say = append(r.Say, say(about, call.Purpose), say(lang, set.Spoken("take_call", lang, nil)))
	return r, nil
}

// whispers chooses the language in which somebody is told of a call: the caller's, which they always speak when it is known; else the
// first of theirs that the flows speak; else the line's first.
func whispers(set *flows.Set, call store.DutyCall, first flows.Lang) flows.Lang {
	for _, lang := range append([]string{call.Lang}, call.Speaks...) {
		if slices.Contains(call.Speaks, lang) && set.LanguageName(flows.Lang(lang)) != "" {
			return flows.Lang(lang)
		}
	}
	return first
}

// whisperTimeout is how long whoever answered may think, or their answering machine talk on.
const whisperTimeout = 7 * time.Second

// TakeKey is the key that takes a call.
const TakeKey = "1"

// Take notes that somebody takes the call for which their phone rang, and tells whether to connect them. When that cannot be noted
// they are connected: a record is worth less than the call.
func (g *Gateway) Take(ctx context.Context, id string) bool {
	call, err := uuid.Parse(id)
	if err != nil {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, voiceTurn)
	defer cancel()
	waits, err := g.store.TakeDutyCall(ctx, g.store.Pool, call, g.now())
	if err != nil {
		g.log.Error("that a call was taken could not be noted", "cause", err)
		return true
	}
	return waits
}

func (g *Gateway) dutyCall(ctx context.Context, id string) (store.DutyCall, bool, error) {
	call, err := uuid.Parse(id)
	if err != nil {
		return store.DutyCall{}, false, nil
	}
	ctx, cancel := context.WithTimeout(ctx, voiceTurn)
	defer cancel()
	return g.store.DutyCallByID(ctx, g.store.Pool, call)
}

// took finds the call that this phone took not long ago.
func (p *playing) took(ctx context.Context) (store.DutyCall, bool, error) {
	if phone := p.phone(); phone.Valid {
		return p.g.store.TookCall(ctx, p.tx, phone.UUID, p.now)
	}
	return store.DutyCall{}, false, nil
}

func (p *playing) noteCall(ctx context.Context, a args) (string, args, error) {
	call, found, err := p.took(ctx)
	if err != nil || !found {
		return "none", nil, err
	}
	words, recording, err := said(a["what"])
	if err != nil {
		return "", nil, err
	}
	return "noted", nil, p.g.store.NoteCall(ctx, p.tx, call, words, recording, p.now)
}

func (p *playing) urgentCall(ctx context.Context, _ args) (string, args, error) {
	call, found, err := p.took(ctx)
	if err != nil || !found {
		return "none", nil, err
	}
	return "marked", nil, p.g.store.MarkCallUrgent(ctx, p.tx, call)
}

func (p *playing) blockCall(ctx context.Context, _ args) (string, args, error) {
	call, found, err := p.took(ctx)
	if err != nil || !found {
		return "none", nil, err
	}
	blocked, err := p.g.store.BlockCaller(ctx, p.tx, call, p.now.Add(blockFor))
	if err != nil || !blocked {
		return "hidden", nil, err
	}
	return "blocked", args{"until": p.moment(p.now.Add(blockFor))}, nil
}
