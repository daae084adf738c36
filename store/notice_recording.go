package store

import (
	"context"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// What somebody said in a call stands for words of a notice, on calls in that language. It belongs to the very edition that was said: any change
// of the draft deletes it, and it makes another edition itself, which nobody has approved. The words stay their author's; what is heard is also its
// speaker's, so that neither of them approves it. It is sealed as the words are, and served to the carrier under a name that only this server can make of
// its id.

// NoticeRecording is one of a notice.
type NoticeRecording struct {
	ID        uuid.UUID
	Broadcast uuid.UUID
	Lang      string
	Members   bool   // of what members are told, where that is more
	By        string // the name of the organizer whose digits opened the call
	At        time.Time
	Seconds   int
	Ending    string // "wav" or "mp3"
	Here      bool   // it has come from the carrier, and was not erased
	Coming    bool   // it is on its way from there
	Lost      bool   // it cannot be had from there
}

const (
	noticeRecording     = "notice_recordings.bytes"
	noticeRecordingName = "notice recording" // of the digest that is the name of one
	noticeRecordingAt   = "notice recording by name"
)

// NoticeSoundName begins the name of each, and of nothing else that is played.
const NoticeSoundName = "notice-"

// nameLength is how many bytes of a digest name one.
const nameLength = 16

// NoticeSound is under what name one is served, with the ending of what it is.
func (s *Store) NoticeSound(r NoticeRecording) string {
	return NoticeSoundName + hex.EncodeToString(s.Keys.Index(noticeRecordingName, r.ID.String())[:nameLength]) + "." + r.Ending
}

const selectNoticeRecording = `select r.id, r.broadcast_id, r.lang, r.members, o.name, r.at, r.seconds, r.ending, r.bytes is not null, r.media_id is not null,
	r.bytes is null and r.media_id is null and r.erased_at is null
	from notice_recordings r join organizers o on o.id = r.organizer_id `

// NoticeRecordings lists what is recorded of a notice, or of the wording in advance that it says.
func (s *Store) NoticeRecordings(ctx context.Context, q Querier, broadcast uuid.UUID) ([]NoticeRecording, error) {
	return list(ctx, q, "listing what is recorded of a notice", pgx.RowToStructByPos[NoticeRecording], selectNoticeRecording+
		`where r.broadcast_id = $1 or r.broadcast_id = (select wording_id from broadcasts where id = $1) order by r.lang, r.members`, broadcast)
}

// recordedBesides are those who recorded some of a notice and did not write it, by name.
func (s *Store) recordedBesides(ctx context.Context, q Querier, b Broadcast) ([]string, error) {
	return list(ctx, q, "looking who recorded a notice", pgx.RowTo[string], `select distinct o.name from notice_recordings r join organizers o on o.id = r.organizer_id
		where r.broadcast_id = $1 and o.id <> $2 order by o.name`, b.ID, b.DraftedBy)
}

// KeepNoticeRecording has a recording stand for words of the draft that a call was opened to record, once it has been brought from the carrier
// (PublishNoticeRecording). As with any change, the draft is another edition then. kept is false where it is no draft any more, or was changed since.
func (s *Store) KeepNoticeRecording(ctx context.Context, tx pgx.Tx, r RecordingOf, members bool, media uuid.UUID, now time.Time) (kept bool, err error) {
	b, found, err := s.lockBroadcast(ctx, tx, r.Broadcast)
	if err != nil || !found || b.State != BroadcastDraft {
		return false, err
	}
	// A change that held the lock has closed the call's digits.
	if again, open, err := s.RecordingIn(ctx, tx, r.conversation, now); err != nil || !open || again.Broadcast != r.Broadcast {
		return false, err
	}
	m, _, err := s.OpenMedia(ctx, tx, media)
	if err != nil {
		return false, err
	}
	_, err = tx.Exec(ctx, `insert into notice_recordings (id, broadcast_id, assembly_id, lang, members, organizer_id, at, seconds, media_id)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (broadcast_id, lang, members) do update set id = excluded.id, organizer_id = excluded.organizer_id,
			at = excluded.at, seconds = excluded.seconds, media_id = excluded.media_id, name_digest = null, ending = '', bytes = null, erased_at = null`,
		newID(), b.ID, b.Assembly, r.Lang, members, r.Organizer, now, m.Seconds, media)
	if err != nil {
		return false, fmt.Errorf("keeping a recording of a notice: %w", err)
	}
	_, err = tx.Exec(ctx, `update broadcasts set edition = edition + 1 where id = $1`, b.ID)
	return err == nil, wrap("keeping a recording of a notice", err)
}

// PublishNoticeRecording puts what was brought from the carrier in the place of the recording that was kept, where a notice still has that, and takes
// it out of what people told us.
func (s *Store) PublishNoticeRecording(ctx context.Context, q Querier, media uuid.UUID, ending string, data []byte) error {
	r := NoticeRecording{Ending: ending}
	found, err := one(ctx, q, `select id from notice_recordings where media_id = $1 for update`, []any{media}, &r.ID)
	if err == nil && found {
		_, err = q.Exec(ctx, `update notice_recordings set bytes = $2, ending = $3, name_digest = $4, media_id = null where id = $1`,
			r.ID, s.Keys.Seal(noticeRecording, r.ID, data), ending, s.Keys.Index(noticeRecordingAt, s.NoticeSound(r)))
	}
	if err != nil {
		return fmt.Errorf("publishing a recording of a notice: %w", err)
	}
	return s.EraseMedia(ctx, q, media)
}

// LoseNoticeRecording marks one as lost that cannot be had from the carrier. Nobody is asked to approve its notice until it is recorded again, or any
// change drops it. lost is false where no notice waits for it: it is here, or was dropped.
func (s *Store) LoseNoticeRecording(ctx context.Context, q Querier, media uuid.UUID) (lost bool, err error) {
	tag, err := q.Exec(ctx, `update notice_recordings set media_id = null where media_id = $1`, media)
	return tag.RowsAffected() > 0, wrap("giving up a recording of a notice", err)
}

// servedAfter is how long after the end of a notice, or after a test of it, its recordings are served: calls may go on.
const servedAfter = time.Hour

// served is whether the recordings of broadcast b are served, and so may be played. $2 is servedAfter ago.
const served = `(b.ended_at is null or b.ended_at > $2 or exists (select from test_calls c where c.broadcast_id = b.id and c.at > $2))`

// PlayedRecordings are those of NoticeRecordings that can be played now: each that is served (OpenNoticeSound), and no other.
func (s *Store) PlayedRecordings(ctx context.Context, q Querier, broadcast uuid.UUID, now time.Time) ([]NoticeRecording, error) {
	return list(ctx, q, "looking what is played of a notice", pgx.RowToStructByPos[NoticeRecording], selectNoticeRecording+`join broadcasts b on b.id = $1
		where r.broadcast_id in (b.id, b.wording_id) and r.bytes is not null and `+served, broadcast, now.Add(-servedAfter))
}

// OpenNoticeSound opens a recording by the name under which it is served. found is false for any other name, and where the notice is over, and all
// alerts that say its words, and no test of it goes on.
func (s *Store) OpenNoticeSound(ctx context.Context, q Querier, name string, now time.Time) (data []byte, found bool, err error) {
	var id uuid.UUID
	var sealed []byte
	found, err = one(ctx, q, `select r.id, r.bytes from notice_recordings r where r.name_digest = $1 and exists (select from broadcasts b
		where r.broadcast_id in (b.id, b.wording_id) and `+served+`)`, []any{s.Keys.Index(noticeRecordingAt, name), now.Add(-servedAfter)}, &id, &sealed)
	if err != nil || !found {
		return nil, false, wrap("looking for a recording of a notice", err)
	}
	data, err = s.Keys.Open(noticeRecording, id, sealed)
	return data, err == nil, err
}

// voidRecordings deletes what was recorded of a draft that is changed, and closes the digits and the calls that were opened to record it.
func (s *Store) voidRecordings(ctx context.Context, q Querier, broadcast uuid.UUID, now time.Time) error {
	_, err := q.Exec(ctx, `with pins as (update prompt_pins set closed_at = coalesce(closed_at, $2), conversation_id = null where broadcast_id = $1)
		delete from notice_recordings where broadcast_id = $1`, broadcast, now)
	return wrap("voiding what was recorded of a notice", err)
}

// recordedWhole refuses approval where something that was recorded of a draft is not here: whoever approves it hears it first.
func (s *Store) recordedWhole(ctx context.Context, q Querier, b Broadcast) error {
	all, err := s.NoticeRecordings(ctx, q, b.ID)
	if err != nil {
		return err
	}
	for _, r := range all {
		switch {
		case r.Lost:
			return refuse("what %s recorded of broadcast %d in %s was lost on its way from the phone company: have it recorded again (broadcast record %d --language %s), or"+
				" go without any recording (broadcast change %d)", r.By, b.Number, r.Lang, b.Number, r.Lang, b.Number)
		case !r.Here:
			return refuse("what was recorded of broadcast %d in %s is still on its way from the phone company: ask again in a minute, or record it again", b.Number, r.Lang)
		}
	}
	return nil
}
