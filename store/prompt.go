package store

import (
	"context"
	"crypto/rand"
	"fmt"
	"math/big"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// RecordedLanguage is a language that exists on calls alone, as recordings, besides those of the flows.
type RecordedLanguage struct {
	Lang    string   // two or three small letters, as lines name it
	Name    string   // as its speakers call it
	Instead []string // the languages of the flows in which is told what is not recorded, the first that there is
}

// RecordedPrompt is what was recorded of one piece of the flows' words.
type RecordedPrompt struct {
	Lang  string
	Key   string    // names the words (flows.Snippet)
	Sound string    // the name of its recording (Store.Sound); empty: not brought from the carrier yet
	By    string    // which organizer recorded it, by name
	At    time.Time // when
}

// How an organizer comes to record: with digits that are valid once, for a day, unless too many wrong ones are keyed meanwhile.
const (
	PinDigits    = 8
	PinLife      = 24 * time.Hour
	MostWrong    = 5
	promptPin    = "prompt pin" // the purpose of its digest
	recordWithin = 4 * time.Hour
)

// AddRecordedLanguage adds a language, or gives it another name or other languages to fall back on.
func (s *Store) AddRecordedLanguage(ctx context.Context, q Querier, l RecordedLanguage) error {
	for _, lang := range append([]string{l.Lang}, l.Instead...) {
		if err := checkLanguage(lang); err != nil {
			return err
		}
	}
	name, err := cleanName(l.Name)
	if err == nil {
		err = checkLength("the name", name, LongestLineName)
	}
	if err != nil {
		return err
	}
	_, err = q.Exec(ctx, `insert into recorded_languages (lang, name, instead) values ($1, $2, $3)
		on conflict (lang) do update set name = excluded.name, instead = excluded.instead`, l.Lang, name, l.Instead)
	return wrap("adding a language of recordings", err)
}

// RecordedLanguages lists all, by their letters.
func (s *Store) RecordedLanguages(ctx context.Context, q Querier) ([]RecordedLanguage, error) {
	return list(ctx, q, "listing languages of recordings", pgx.RowToStructByPos[RecordedLanguage], `select lang, name, instead from recorded_languages order by lang`)
}

// RecordedPrompts lists what has been recorded of a language; of all where it is empty.
func (s *Store) RecordedPrompts(ctx context.Context, q Querier, lang string) ([]RecordedPrompt, error) {
	return list(ctx, q, "listing recorded prompts", pgx.RowToStructByPos[RecordedPrompt],
		`select p.lang, p.key, coalesce(p.sound, ''), o.name, p.at from prompts p join organizers o on o.id = p.organizer_id
		where $1 = '' or p.lang = $1 order by p.lang, p.key`, lang)
}

// RecordingPin is what somebody may record with digits.
type RecordingPin struct {
	Assembly  uuid.UUID
	Organizer uuid.UUID
	Lang      string
	Broadcast uuid.UUID // the words of that draft; uuid.Nil: what the flows say
}

// AddPromptPin makes digits with which an organizer may record a language, and closes those that they had for the same before. Only a keyed
// digest of them is kept.
func (s *Store) AddPromptPin(ctx context.Context, q Querier, p RecordingPin, now time.Time) (digits string, err error) {
	n, err := rand.Int(rand.Reader, big.NewInt(1e8))
	if err != nil {
		return "", fmt.Errorf("drawing digits: %w", err)
	}
	digits = fmt.Sprintf("%0*d", PinDigits, n)
	if _, err = q.Exec(ctx, `update prompt_pins set closed_at = $3 where organizer_id = $1 and lang = $2 and broadcast_id is not distinct from $4 and closed_at is null`,
		p.Organizer, p.Lang, now, nullable(p.Broadcast)); err != nil {
		return "", fmt.Errorf("closing older digits: %w", err)
	}
	_, err = q.Exec(ctx, `insert into prompt_pins (id, assembly_id, organizer_id, lang, digest, expires_at, broadcast_id) values ($1, $2, $3, $4, $5, $6, $7)`,
		newID(), p.Assembly, p.Organizer, p.Lang, s.Keys.Index(promptPin, digits), now.Add(PinLife), nullable(p.Broadcast))
	return digits, wrap("keeping digits", err)
}

// OpenPrompts takes the digits that a caller keyed, and opens the call to record what they are for (RecordingIn). Wrong ones count against all
// that are open in the assemblies of the line, since nobody knows whose were meant; a fifth closes them.
func (s *Store) OpenPrompts(ctx context.Context, q Querier, line Line, conversation uuid.UUID, digits string, now time.Time) (opened bool, err error) {
	const open = `closed_at is null and expires_at > $2 and assembly_id = any($1)`
	opened, err = one(ctx, q, `update prompt_pins set closed_at = $2, conversation_id = $4 where id =
		(select id from prompt_pins where `+open+` and digest = $3 limit 1 for update) and closed_at is null returning true`,
		[]any{line.Assemblies, now, s.Keys.Index(promptPin, digits), conversation}, &opened)
	if err != nil || opened {
		return opened, wrap("looking for digits", err)
	}
	_, err = q.Exec(ctx, `update prompt_pins set wrong = wrong + 1, closed_at = case when wrong + 1 >= $3 then $2::timestamptz end where `+open,
		line.Assemblies, now, MostWrong)
	return false, wrap("counting wrong digits", err)
}

// RecordingOf is who records in a call, and what.
type RecordingOf struct {
	Organizer uuid.UUID
	Name      string // of the organizer
	Lang      string
	Broadcast uuid.UUID // the words of that draft; uuid.Nil: what the flows say

	conversation uuid.UUID
}

// RecordingIn tells what a call was opened to record, for some hours after its digits were keyed, or until the draft that they were for is changed.
func (s *Store) RecordingIn(ctx context.Context, q Querier, conversation uuid.UUID, now time.Time) (r RecordingOf, found bool, err error) {
	var broadcast *uuid.UUID
	found, err = one(ctx, q, `select p.organizer_id, o.name, p.lang, p.broadcast_id from prompt_pins p join organizers o on o.id = p.organizer_id
		where p.conversation_id = $1 and p.closed_at > $2 and o.removed_at is null order by p.closed_at desc limit 1`, []any{conversation, now.Add(-recordWithin)},
		&r.Organizer, &r.Name, &r.Lang, &broadcast)
	r.Broadcast, r.conversation = valueOf(broadcast), conversation
	return r, found, wrap("looking for who records", err)
}

// KeepPrompt has a recording stand for words, once it has been brought from the carrier (PublishPrompt). An older one is heard until then.
func (s *Store) KeepPrompt(ctx context.Context, q Querier, r RecordingOf, key string, media uuid.UUID, now time.Time) error {
	_, err := q.Exec(ctx, `insert into prompts (lang, key, media_id, organizer_id, at) values ($1, $2, $3, $4, $5)
		on conflict (lang, key) do update set media_id = excluded.media_id, organizer_id = excluded.organizer_id, at = excluded.at`,
		r.Lang, key, media, r.Organizer, now)
	return wrap("keeping a recorded prompt", err)
}

// PublishPrompt puts what was brought from the carrier where the flows' recordings are, for all to hear, and takes it out of what people
// told us. It reports false where another recording has taken its place meanwhile.
func (s *Store) PublishPrompt(ctx context.Context, q Querier, media uuid.UUID, name string, data []byte, now time.Time) (bool, error) {
	if err := s.KeepSounds(ctx, q, map[string][]byte{name: data}); err != nil {
		return false, err
	}
	tag, err := q.Exec(ctx, `with before as (select sound from prompts where media_id = $1 and sound <> $2
			union select $2 where not exists (select from prompts where media_id = $1 or sound = $2)),
		removed as (insert into removed_sounds (name, at) select sound, $3 from before on conflict (name) do update set at = excluded.at)
		update prompts set sound = $2, media_id = null where media_id = $1`, media, name, now)
	if err != nil {
		return false, fmt.Errorf("publishing a recorded prompt: %w", err)
	}
	return tag.RowsAffected() == 1, s.EraseMedia(ctx, q, media)
}

// EraseSounds erases recordings that were replaced or removed before then, and that nothing plays.
func (s *Store) EraseSounds(ctx context.Context, q Querier, then time.Time) error {
	_, err := q.Exec(ctx, `with old as (delete from removed_sounds where at < $1 returning name)
		delete from sounds where name in (select name from old) and not exists (select from prompts where sound = sounds.name)`, then)
	return wrap("erasing recordings that nothing plays", err)
}

// ForgetPrompt gives up a recording that cannot be had; an older one stays.
func (s *Store) ForgetPrompt(ctx context.Context, q Querier, media uuid.UUID) error {
	_, err := q.Exec(ctx, `with gone as (delete from prompts where media_id = $1 and sound is null)
		update prompts set media_id = null where media_id = $1 and sound is not null`, media)
	return wrap("giving up a recorded prompt", err)
}

// RemovePrompts takes recordings of a language out of use: those of some keys, or all. It tells how many.
func (s *Store) RemovePrompts(ctx context.Context, q Querier, lang string, keys []string, now time.Time) (n int, err error) {
	_, err = one(ctx, q, `with gone as (delete from prompts where lang = $1 and ($2::text[] is null or key = any($2)) returning sound),
		removed as (insert into removed_sounds (name, at) select distinct sound, $3::timestamptz from gone where sound is not null
			on conflict (name) do update set at = excluded.at)
		select count(*) from gone`, []any{lang, keys, now}, &n)
	return n, wrap("removing recorded prompts", err)
}

// HeardBack opens a recording for whoever made it to be heard in the same call: only one that was made in a call opened to record, and
// not for longer than that. found is false for any other; data is nil while it is not here yet.
func (s *Store) HeardBack(ctx context.Context, q Querier, media uuid.UUID, now time.Time) (data []byte, kind string, found bool, err error) {
	found, err = one(ctx, q, `select true from media m join prompt_pins p on p.conversation_id = m.conversation_id
		where m.id = $1 and m.kind = 'recording' and m.report_id is null and p.closed_at > $2`, []any{media, now.Add(-recordWithin)}, &found)
	if err != nil || !found {
		return nil, "", false, wrap("looking for a recording", err)
	}
	m, data, err := s.OpenMedia(ctx, q, media)
	return data, m.Type, true, err
}

// SoundEnding is the ending of a recording's name by its type: "wav", "mp3", or "" for what cannot be played.
func SoundEnding(kind string) string {
	switch kind, _, _ = strings.Cut(kind, ";"); strings.TrimSpace(kind) {
	case "audio/wav", "audio/x-wav", "audio/wave", "audio/vnd.wave":
		return "wav"
	case "audio/mpeg", "audio/mp3":
		return "mp3"
	}
	return ""
}
