package store

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// MediaKind says what it is.
type MediaKind string

const (
	MediaRecording MediaKind = "recording"
	MediaPicture   MediaKind = "picture" // or any other file that came with a text
)

// MediaState says where it is. Wanted is followed by one of the others, and nothing brings back what was erased.
type MediaState string

const (
	MediaWanted MediaState = "wanted" // still at the carrier
	MediaKept   MediaState = "kept"   // sealed here
	MediaErased MediaState = "erased" // the caller did not want it kept
	MediaLost   MediaState = "lost"   // it could not be fetched
	// What comes with a text may be anything: these two were not kept, and the report stands.
	MediaTooLarge  MediaState = "too_large"
	MediaWrongSort MediaState = "wrong_sort" // no picture, sound or film: it may be a program
)

// MaxMedia is how many bytes one recording or picture may have: 180 s of what a carrier records are under 3 MB.
const MaxMedia = 16 << 20

// Media is a recording or a picture. It belongs to a conversation until a report takes it.
type Media struct {
	ID           uuid.UUID // a keyed digest of the carrier's id
	Assembly     uuid.UUID
	Line         uuid.UUID
	Conversation uuid.UUID
	Kind         MediaKind
	Source       string // where it lies at the carrier; kept sealed
	Seconds      int    // of a recording
	State        MediaState
	Type         string // "audio/x-wav"; empty until it is kept
	At           time.Time
}

// MediaID is the id of a recording by the carrier's id of it, and of a picture by the carrier's id of its text, "/" and its number from 0.
func (s *Store) MediaID(carrier string) uuid.UUID {
	return uuid.UUID(s.Keys.Index("media", carrier)[:16])
}

const (
	mediaSource = "media.source"
	mediaBytes  = "media.bytes"
)

// WantMedia writes down that something lies at the carrier, and that it is to be erased there once it is here. It tells whether that is
// news.
func (s *Store) WantMedia(ctx context.Context, q Querier, m Media) (added bool, err error) {
	n := 0
	err = q.QueryRow(ctx, `with m as (
			insert into media (id, assembly_id, line_id, conversation_id, kind, source, seconds) values ($1, $2, $3, $4, $5, $6, $7)
			on conflict (id) do nothing returning id, assembly_id, kind, source),
		e as (insert into carrier_erasures (id, assembly_id, kind, source) select id, assembly_id, kind, source from m on conflict (id) do nothing)
		select count(*) from m`,
		m.ID, m.Assembly, m.Line, m.Conversation, m.Kind, s.Keys.Seal(mediaSource, m.ID, []byte(m.Source)), m.Seconds).Scan(&n)
	return n == 1, wrap("writing down a recording or picture", err)
}

// MediaSource tells where at the carrier something lies, if it is in this state: to be fetched where it is MediaWanted, to be
// erased there too where it is MediaErased.
func (s *Store) MediaSource(ctx context.Context, q Querier, id uuid.UUID, state MediaState) (source string, found bool, err error) {
	var sealed []byte
	found, err = one(ctx, q, `select source from media where id = $1 and state = $2`, []any{id, state}, &sealed)
	if err != nil || !found {
		return "", false, wrap("looking for a recording or picture", err)
	}
	source, err = s.openText(mediaSource, id, sealed)
	return source, true, err
}

// WantedMedia lists what has been wanted since before then, oldest first: what a job should have fetched by now.
func (s *Store) WantedMedia(ctx context.Context, q Querier, then time.Time) ([]uuid.UUID, error) {
	return list(ctx, q, "listing wanted recordings and pictures", pgx.RowTo[uuid.UUID],
		`select id from media where state = 'wanted' and at < $1 order by at`, then)
}

// KeepMedia seals what was fetched. What was erased meanwhile stays erased; what is too large is not kept, nor what came as a picture
// and is none by its bytes, whatever its sender named it.
func (s *Store) KeepMedia(ctx context.Context, q Querier, id uuid.UUID, contentType string, data []byte) error {
	if len(data) > MaxMedia {
		return s.LoseMedia(ctx, q, id, MediaTooLarge)
	}
	var kind MediaKind
	if found, err := one(ctx, q, `select kind from media where id = $1`, []any{id}, &kind); err != nil || !found {
		return wrap("keeping a recording or picture", err)
	}
	if kind == MediaPicture {
		if contentType = sniff(data); contentType == "" {
			return s.LoseMedia(ctx, q, id, MediaWrongSort)
		}
	}
	_, err := q.Exec(ctx, `update media set state = 'kept', type = $2, bytes = $3 where id = $1 and state = 'wanted'`,
		id, contentType, s.Keys.Seal(mediaBytes, id, data))
	return wrap("keeping a recording or picture", err)
}

// LoseMedia gives up on what cannot be fetched, or is not to be kept: as MediaLost, MediaTooLarge or MediaWrongSort.
func (s *Store) LoseMedia(ctx context.Context, q Querier, id uuid.UUID, as MediaState) error {
	_, err := q.Exec(ctx, `update media set state = $2 where id = $1 and state = 'wanted'`, id, as)
	return wrap("giving up on a recording or picture", err)
}

// EraseMedia erases a recording that no report has taken, whether it is here already or not.
func (s *Store) EraseMedia(ctx context.Context, q Querier, id uuid.UUID) error {
	_, err := q.Exec(ctx, eraseMedia+` where id = $1 and report_id is null`, id)
	return wrap("erasing a recording", err)
}

// OpenMedia opens what is kept. Data is nil in any other state.
func (s *Store) OpenMedia(ctx context.Context, q Querier, id uuid.UUID) (m Media, data []byte, err error) {
	var sealed []byte
	found, err := one(ctx, q, `select id, kind, seconds, state, type, at, bytes from media where id = $1`, []any{id},
		&m.ID, &m.Kind, &m.Seconds, &m.State, &m.Type, &m.At, &sealed)
	if err != nil {
		return Media{}, nil, fmt.Errorf("opening a recording or picture: %w", err)
	}
	if !found {
		return Media{}, nil, refuse("there is no such recording or picture")
	}
	if sealed != nil {
		data, err = s.Keys.Open(mediaBytes, id, sealed)
	}
	return m, data, err
}

// takeMedia is the part of a statement that gives a report what belongs to it: its recording, and the pictures that came in the
// same conversation within the hour. $1 is the recording, $2 the conversation, $3 now; r is the report.
const takeMedia = `update media set report_id = r.id from r where media.report_id is null and media.state <> 'erased'
	and (media.id = $1 or media.conversation_id = $2 and media.kind = 'picture' and media.at > $3::timestamptz - interval '1 hour')`

func (s *Store) mediaOf(ctx context.Context, q Querier, report uuid.UUID) ([]Media, error) {
	scan := func(r pgx.CollectableRow) (m Media, err error) {
		err = r.Scan(&m.ID, &m.Kind, &m.Seconds, &m.State, &m.Type, &m.At)
		return m, err
	}
	return list(ctx, q, "listing recordings and pictures", scan,
		`select id, kind, seconds, state, type, at from media where report_id = $1 order by at, id`, report)
}
