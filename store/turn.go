package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype/zeronull"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Arrival names what a turn needs from its first trip: whose conversation, which outside event, and what to fetch beside.
type Arrival struct {
	Key   string    // of the outside event (DESIGN: heard)
	Line  Line      // ours
	Phone Phone     // empty: withheld
	Call  string    // the carrier's id of the call; empty: by text
	At    time.Time // now
	Known uuid.UUID // the turn of which the caller holds the state already; nil: none
	Facts Facts     // which facts to fetch
}

// Conversation is the row of a talk under way.
type Conversation struct {
	ID      uuid.UUID
	Phone   uuid.UUID // nil: withheld
	Lang    string    // that this phone chose last
	N       int       // the number of its newest turn; 0: none yet
	Turn    uuid.UUID
	FlowSet string
	State   []byte // sealed; nil where Arrival.Known is Turn
	HeardAt time.Time
	Joined  bool // somebody of this phone is listed, or a member, somewhere
	Asked   bool // this phone was asked whether it is still the same person's, and has not answered
	// WasAsked tells that a notice asked this phone something, on whatever line, whose answer may be what it writes.
	WasAsked bool
	Stopped  bool // by text: its last word on this line was STOP
	Quiet    bool // this phone, or a group that it belongs to, is sent none of the revealing words
}

// Turn is the one transaction of one turn. It holds a lock on its conversation from BeginTurn to Commit or Close.
type Turn struct {
	Tx                        // for effects, and for jobs enqueued with them
	Conversation Conversation //
	Repeated     bool         // this event was heard before …
	Reply        []byte       // … and this was answered, sealed; nil when that turn has been erased since
	RepeatOf     uuid.UUID    // … in this turn
	Known        KnownFacts   //

	store   *Store
	conn    *pgxpool.Conn
	arrival Arrival
	key     []byte
	phone   []byte // index; nil: withheld
	call    []byte // digest; nil: by text
}

// Done is what a turn leaves behind.
type Done struct {
	Turn         uuid.UUID // UUIDv7
	At           time.Time
	Input, Reply []byte    // sealed with Turn
	FlowSet      string    // of the flow that goes on; empty: none does
	State        []byte    // sealed with the conversation's id
	Lang         string    // newly chosen by this phone; empty: unchanged
	WakesAt      time.Time // when something happens if nothing is heard until then; zero: never
	StillWaits   bool      // what was waited for before is waited for still, and WakesAt means nothing
	Erase        string    // the carrier's id of the text that was heard, whose words are to be erased there; empty: none
}

// ErrUnsure says that COMMIT was sent and no answer came: the turn may stand or not. Heard tells, asked on another connection.
var ErrUnsure = errors.New("commit was sent and no answer came")

// Refused tells whether a turn failed only because of another transaction, or because its connection broke before COMMIT was sent:
// nothing was written, and playing it again is right.
func Refused(err error) bool {
	return refused(err) || errors.Is(err, errRaced) || errors.Is(err, errCutOff) || pgconn.SafeToRetry(err)
}

var errCutOff = errors.New("the connection broke before COMMIT was sent")

// errRaced: the phone's row was made by another transaction while we looked.
var errRaced = errors.New("another transaction made this conversation at the same moment")

const (
	hear        = `select id, phone, lang, joined, n, turn, flow_set, state, heard_at, repeats, reply, quiet, asked, stopped, was_asked from hear($1, $2, $3, $4, $5)`
	heardBefore = `select h.turn, t.reply from heard h left join turns t on t.id = h.turn where h.key = $1`
	leave       = `with h as (insert into heard (key, turn) values ($1, $2)),
		t as (insert into turns (id, assembly_id, conversation_id, n, input, reply) values ($2, $3, $4, $5, $6, $7)),
		e as (insert into carrier_erasures (id, assembly_id, kind, source, due_at, at)
			select $13::uuid, $3, 'text', $14::bytea, $15::timestamptz, $16::timestamptz where $13 is not null on conflict (id) do nothing)
		update conversations set n = $5, turn = $2, flow_set = $8, state = $9, heard_at = $10,
			wakes_at = case when $12 then wakes_at else $11 end where id = $4`
)

// BeginTurn opens a turn's transaction, locks its conversation (made where there is none), looks the event up and fetches the
// facts: one trip, and two more the first time a phone or call is heard. The lock is taken first, so that the statements after
// it see all that a turn before this one has committed. Close it in any case.
func (s *Store) BeginTurn(ctx context.Context, a Arrival) (*Turn, error) {
	conn, err := s.turns.Acquire(ctx)
	if err != nil {
		return nil, fmt.Errorf("beginning a turn: %w", err)
	}
	t := &Turn{Tx: Tx{conn: conn.Conn()}, store: s, conn: conn, arrival: a, key: s.eventKey(a.Key)}
	if a.Phone != "" {
		t.phone = s.phoneIndex(a.Phone)
	}
	if a.Call != "" {
		t.call = s.callIndex(a.Call)
	}
	if err := t.open(ctx, a); err != nil {
		return nil, t.End(fmt.Errorf("beginning a turn: %w", err))
	}
	return t, nil
}

// End closes the turn and gives back what it failed with, marked where its connection broke before COMMIT was sent.
func (t *Turn) End(err error) error {
	broken := t.conn != nil && t.conn.Conn().IsClosed()
	t.Close()
	if err != nil && broken && !errors.Is(err, ErrUnsure) && !errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("%w: %w", errCutOff, err)
	}
	return err
}

func (t *Turn) open(ctx context.Context, a Arrival) error {
	found, err := t.look(ctx, a, true)
	if err != nil || found {
		return err
	}
	if err := t.make(ctx, a); err != nil {
		return err
	}
	if found, err = t.look(ctx, a, false); err == nil && !found {
		err = errRaced
	}
	return err
}

// look is the first trip. It reports false where there is no such conversation yet; of an event that was heard the conversation may be
// gone, with its phone, and is not made anew.
func (t *Turn) look(ctx context.Context, a Arrival, begin bool) (found bool, err error) {
	b := &pgx.Batch{}
	if begin {
		b.Queue("begin")
	}
	b.Queue(hear, t.call, t.phone, a.Line.ID, a.Known, t.key)
	a.Facts.queue(b, t)

	res := t.conn.SendBatch(ctx, b)
	defer func() { err = errors.Join(err, res.Close()) }()
	if begin {
		if _, err := res.Exec(); err != nil {
			return false, err
		}
	}
	c := &t.Conversation
	if err := res.QueryRow().Scan((*zeronull.UUID)(&c.ID), (*zeronull.UUID)(&c.Phone), (*zeronull.Text)(&c.Lang), &c.Joined,
		&c.N, (*zeronull.UUID)(&c.Turn), (*zeronull.Text)(&c.FlowSet), &c.State, (*zeronull.Timestamptz)(&c.HeardAt),
		(*zeronull.UUID)(&t.RepeatOf), &t.Reply, &c.Quiet, &c.Asked, &c.Stopped, &c.WasAsked); err != nil {
		return false, err
	}
	t.Repeated = t.RepeatOf != uuid.Nil
	return c.ID != uuid.Nil || t.Repeated, a.Facts.read(res, &t.Known)
}

// Fetch brings facts into k, in a trip of their own.
func (t *Turn) Fetch(ctx context.Context, f Facts, k *KnownFacts) (err error) {
	b := &pgx.Batch{}
	f.queue(b, t)
	res := t.conn.SendBatch(ctx, b)
	defer func() { err = errors.Join(err, res.Close()) }()
	return f.read(res, k)
}

// make adds the phone and the conversation of somebody heard for the first time.
func (t *Turn) make(ctx context.Context, a Arrival) error {
	var phone *uuid.UUID
	if a.Phone != "" {
		id, err := t.store.EnsurePhone(ctx, t, a.Line.AssemblyID, a.Phone)
		if err != nil {
			return err
		}
		phone = &id
	}
	_, err := t.Exec(ctx, `insert into conversations (id, assembly_id, line_id, phone_id, call, heard_at) values ($1, $2, $3, $4, $5, $6)
		on conflict do nothing`, newID(), a.Line.AssemblyID, a.Line.ID, phone, t.call, a.At)
	return err
}

// Commit writes what the turn leaves and commits, in one trip. It fails with ErrUnsure when nobody can know.
func (t *Turn) Commit(ctx context.Context, d Done) error {
	c := t.Conversation
	b := &pgx.Batch{}
	var erase *uuid.UUID
	var source []byte
	if d.Erase != "" {
		id := t.store.erasureID(d.Erase)
		erase, source = &id, t.store.Keys.Seal(erasureSource, id, []byte(d.Erase))
	}
	b.Queue(leave, t.key, d.Turn, t.arrival.Line.AssemblyID, c.ID, c.N+1, d.Input, d.Reply, d.FlowSet, d.State, d.At,
		nullTime(d.WakesAt), d.StillWaits, erase, source, t.arrival.At.Add(SettledAfter), t.arrival.At)
	if c.Phone != uuid.Nil && (c.N == 0 || !sameDay(c.HeardAt, d.At)) {
		b.Queue(spoke, c.Phone, d.At, unheardDays)
	}
	if d.Lang != "" && c.Phone != uuid.Nil {
		b.Queue(`update phones set lang = $2 where id = $1`, c.Phone, d.Lang)
	}
	b.Queue("commit")
	err := t.conn.SendBatch(ctx, b).Close()
	switch {
	case err == nil:
		return nil
	case surelyNot(err):
		return fmt.Errorf("committing a turn: %w", err)
	}
	return fmt.Errorf("committing a turn: %w: %w", ErrUnsure, err)
}

func sameDay(a, b time.Time) bool {
	return a.UTC().Truncate(24 * time.Hour).Equal(b.UTC().Truncate(24 * time.Hour))
}

// surelyNot tells whether a failed commit certainly left nothing: it was never sent, or Postgres refused it with an error. A session
// that was ended (by a shutdown, a crash) may have committed and not come to say so; one ended for idling in its transaction has not.
func surelyNot(err error) bool {
	var pg *pgconn.PgError
	if !errors.As(err, &pg) {
		return pgconn.SafeToRetry(err)
	}
	return pg.SeverityUnlocalized == "ERROR" || pg.Code == "25P03"
}

// Close gives the connection back; a transaction not committed is rolled back, by ending its connection if need be.
func (t *Turn) Close() {
	if t.conn == nil {
		return
	}
	if !t.conn.Conn().IsClosed() && t.conn.Conn().PgConn().TxStatus() != 'I' {
		ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
		_, _ = t.conn.Exec(ctx, "rollback") // a pool drops a connection that is still inside a transaction: Postgres rolls back then
		cancel()
	}
	t.conn.Release()
	t.conn = nil
}

// Heard looks an event up on a connection of its own: what was answered to it, sealed, and in which turn; uuid.Nil when it is not
// (or not yet) recorded.
func (s *Store) Heard(ctx context.Context, key string) (turn uuid.UUID, reply []byte, err error) {
	err = s.turns.QueryRow(ctx, heardBefore, s.eventKey(key)).Scan(&turn, &reply)
	if errors.Is(err, pgx.ErrNoRows) {
		return uuid.Nil, nil, nil
	}
	return turn, reply, err
}

// eventKey is a keyed digest, so that a stolen dump cannot be matched with the carrier's log.
func (s *Store) eventKey(key string) []byte { return s.Keys.Index("heard", key)[:16] }

func (s *Store) callIndex(call string) []byte { return s.Keys.Index("call", call) }

// newID is a UUIDv7: in order of time.
func newID() uuid.UUID { return uuid.Must(uuid.NewV7()) }

// randomID is a UUIDv4, where order must not show.
func randomID() uuid.UUID { return uuid.New() }

func valueOf(id *uuid.UUID) uuid.UUID {
	if id == nil {
		return uuid.Nil
	}
	return *id
}
