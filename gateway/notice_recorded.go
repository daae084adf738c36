package gateway

import (
	"context"
	"slices"
	"strings"

	"hotline/flows"
	"hotline/store"
)

// Notices that somebody has recorded (store/notice_recording.go): what is to be recorded of one, and in which of its languages, read or recorded,
// somebody hears it.

// noticePieces are what can be recorded of the draft of r: its words to all and, where members are told more, those. None: it is no draft any
// more. Each is offered again, so that it can be recorded anew.
func (p *playing) noticePieces(ctx context.Context, r *recording) (all []piece, err error) {
	b, found, err := p.g.store.BroadcastByID(ctx, p.tx, r.Broadcast)
	if err != nil || !found || b.State != store.BroadcastDraft {
		return nil, err
	}
	r.notice, r.language = b, p.g.nameOf(p.current, flows.Lang(r.Lang))
	line, err := p.g.store.LineByID(ctx, p.tx, b.Line)
	if err != nil {
		return nil, err
	}
	for i, words := range []store.Words{b.Words, b.Inside} {
		if len(words) == 0 {
			continue
		}
		// Whoever records hears what is to be said in its own language where a voice reads that, else in the one that they speak with us.
		read := HeardIn(p.current, p.people, line, words, nil, flows.Lang(r.Lang), p.talk.Lang)
		all = append(all, piece{
			Snippet: flows.Snippet{Lang: read, Words: flows.AsTold(Told(p.current, b, words[string(read)], string(read))), Where: r.Lang}, members: i > 0,
		})
	}
	return all, nil
}

// HeardIn is in which language a notice is heard on a call, of those in which it is written and a voice reads it, or in which it is recorded: the
// first of wanted that there is, else the first in which one of these is spoken to, else the line's first. Where there is none it is one that is written:
// better read badly than not at all.
func HeardIn(set *flows.Set, people []*flows.Recorded, line store.Line, written store.Words, recorded map[string]string, wanted ...flows.Lang) flows.Lang {
	all := slices.DeleteFunc(slices.Clone(wanted), func(lang flows.Lang) bool { return lang == "" })
	for _, lang := range all {
		all = append(all, set.ToldIn(lang, flows.Voice, people))
	}
	all = append(all, languages(line)...)
	for _, lang := range written.Languages() {
		all = append(all, flows.Lang(lang))
	}
	for _, lang := range all {
		if recorded[string(lang)] != "" || written[string(lang)] != "" && set.ToldIn(lang, flows.Voice, nil) == lang {
			return lang
		}
	}
	return all[len(all)-1]
}

// recordedOf are the recordings of a notice that can be played now to somebody, by language. members: as a member, who is told more.
func (g *Gateway) recordedOf(ctx context.Context, q store.Querier, b store.Broadcast, members bool) (map[string]string, error) {
	all, err := g.store.PlayedRecordings(ctx, q, b.ID, g.now())
	if err != nil {
		return nil, err
	}
	played := map[string]string{}
	for _, r := range all {
		if r.Members == (members && len(b.Inside) > 0) {
			played[r.Lang] = g.store.NoticeSound(r)
		}
	}
	return played, nil
}

// heard is what a call tells of a notice: words in one language, read or played.
func heard(lang flows.Lang, words, play string) flows.Value {
	v := flows.Value{Words: map[flows.Lang]string{lang: words}}
	if play != "" {
		v.Plays = map[flows.Lang]string{lang: play}
	}
	return v
}

// NoticeSoundName begins the name of every recording of a notice: who serves it lets nobody keep it.
const NoticeSoundName = store.NoticeSoundName

// ofNotice tells whether a recording is one of a notice, by its name.
func ofNotice(name string) bool { return strings.HasPrefix(name, NoticeSoundName) }
