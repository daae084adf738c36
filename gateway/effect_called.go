package gateway

import (
	"context"

	"github.com/google/uuid"

	"hotline/flows"
	"hotline/store"
)

// notice is the call on which this talk goes on. found is false where it may not be told any more, or this is none of our calls.
func (p *playing) notice(ctx context.Context) (c store.NoticeCall, found bool, err error) {
	if p.talk.Notice == uuid.Nil || !p.phone().Valid {
		return c, false, nil
	}
	c, found, err = p.g.store.LockNoticeCall(ctx, p.tx, p.talk.Notice)
	if err != nil || !found || c.Phone != p.phone().UUID {
		return c, false, err
	}
	found, err = p.g.mayTell(ctx, p.tx, c)
	return c, found, err
}

// findNotice tells whether a PIN comes first.
func (p *playing) findNotice(ctx context.Context, _ args) (string, args, error) {
	c, found, err := p.notice(ctx)
	if err != nil || !found {
		return "gone", nil, err
	}
	came, err := p.noticePin(ctx, c)
	return came, nil, err
}

// noticePin is "found" where nothing is asked, or a PIN was right in this call.
func (p *playing) noticePin(ctx context.Context, c store.NoticeCall) (string, error) {
	asked, some, err := p.g.store.PinBeforeNotices(ctx, p.tx, c.Phone, p.line.AssemblyID)
	switch {
	case err != nil:
		return "", err
	case !c.Pin && !asked, p.talk.Voter != nil:
		return "found", nil
	case !some:
		return "no_pin", p.g.store.MarkNoPin(ctx, p.tx, c, p.now)
	}
	return "pin", nil
}

// readNotice gives the words, in the languages that can be heard. From then on it was told, whatever becomes of the call.
func (p *playing) readNotice(ctx context.Context, _ args) (string, args, error) {
	c, found, err := p.notice(ctx)
	if err != nil || !found {
		return "gone", nil, err
	}
	if came, err := p.noticePin(ctx, c); err != nil || came != "found" {
		return came, nil, err
	}
	b, found, err := p.g.store.BroadcastByID(ctx, p.tx, c.Broadcast)
	if err != nil || !found {
		return "gone", nil, err
	}
	written, member, gone, err := p.wordsFor(ctx, b, c.Phone)
	if err != nil || gone {
		return "gone", nil, err
	}
	played, err := p.g.recordedOf(ctx, p.tx, b, member)
	if err != nil {
		return "", nil, err
	}
	words, other := p.heardIn(c, written, played)
	if err := p.g.store.MarkHeard(ctx, p.tx, c, p.now); err != nil {
		return "", nil, err
	}
	came := args{"test": {Flag: c.Test}, "words": words, "other": {Text: other}, "many": {Flag: len(p.line.Languages) > 1}}
	if b.Flow != "" {
		came["about"], came["record"] = flows.Value{Text: b.About}, flows.Value{Text: b.Record.String()}
	}
	return "read", came, nil
}

// wordsFor are a notice's words as they are now, to somebody of a phone: a place for members is told where one of them is a member. gone: what it is
// about is over, or has changed in this moment.
func (p *playing) wordsFor(ctx context.Context, b store.Broadcast, phone uuid.UUID) (written store.Words, member, gone bool, err error) {
	now, gone, err := p.g.wordsNow(ctx, p.tx, p.line, b)
	if err != nil || gone {
		return nil, false, gone, err
	}
	if b.About == aboutMeeting {
		heard, err := p.g.store.HearingOf(ctx, p.tx, b.Record, b.ID, []uuid.UUID{phone}, p.now)
		if err != nil {
			return nil, false, false, err
		}
		member = heard[phone].Member
	}
	written = store.Words{}
	for lang, words := range now {
		if written[lang] = words.all; member {
			written[lang] = words.inside
		}
	}
	return written, member, false, nil
}

// heardIn is what is told of a notice: in the caller's language, else in the one in which that is spoken to, else the line's first that there is, each
// where it is recorded or a voice reads it. other names it, where it is not the caller's.
func (p *playing) heardIn(c store.NoticeCall, written store.Words, played map[string]string) (told flows.Value, other string) {
	own := p.talk.Lang
	if own == "" {
		own = flows.Lang(p.line.Languages[0])
	}
	if c.Hears != "" && c.HeardAt.IsZero() { // until they choose another
		own = flows.Lang(c.Hears)
	}
	read := HeardIn(p.set, p.people, p.line, written, played, own)
	if read != own {
		other = p.g.nameOf(p.set, read)
	}
	return heard(read, flows.AsTold(written[string(read)]), played[string(read)]), other
}

// neverCall has this phone called no more.
func (p *playing) neverCall(ctx context.Context, _ args) (string, args, error) {
	if p.talk.Notice == uuid.Nil {
		return "noted", nil, nil
	}
	c, found, err := p.g.store.LockNoticeCall(ctx, p.tx, p.talk.Notice)
	if err != nil || !found {
		return "noted", nil, err
	}
	return "noted", nil, p.g.neverNotice(ctx, p.tx, c)
}

// pinFirst notes whether a PIN comes before a notice that is told by call.
func (p *playing) pinFirst(ctx context.Context, a args) (string, args, error) {
	if p.talk.Voter == nil {
		return "gone", nil, nil
	}
	kept, err := p.g.store.AskPinBeforeNotices(ctx, p.tx, p.talk.Voter.Person, a["ask"].Flag)
	if err != nil || !kept {
		return "gone", nil, err
	}
	return "noted", nil, nil
}
