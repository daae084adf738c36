package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// OfferState says how far an offer has come.
type OfferState string

const (
	OfferNew     OfferState = "new"     // an organizer is to read it before others see it
	OfferShown   OfferState = "shown"   // members see it
	OfferRefused OfferState = "refused" // not shown, for a reason that its owner is told
	OfferOver    OfferState = "over"    // taken back, or its time is up: all words are gone
)

const (
	// OfferLasts is how long an offer stands, and stands again when its owner renews it.
	OfferLasts = 14 * 24 * time.Hour
	// LongestMessage is how long one message about an offer may be.
	LongestMessage = 160

	mostOffers   = 5  // of one phone in a day
	mostMessages = 10 // of one phone in an hour, about all offers
)

// Offer is something that a member offers to the others, or needs. What others see is what an organizer let through, in every language
// of the line.
type Offer struct {
	ID        uuid.UUID
	Assembly  uuid.UUID
	Line      uuid.UUID
	Phone     uuid.UUID
	Number    int
	Side      string // offer, need
	Kind      string // things, rides, food, childcare
	Channel   string
	Lang      string
	State     OfferState
	Words     string // as written
	Media     uuid.UUID
	Shown     Words
	Reply     Words // why it is refused
	FiledAt   time.Time
	ReadBy    time.Time
	ExpiresAt time.Time
	Reported  int // talks about it in which somebody reported abuse
}

// Overdue tells whether it should have been read by now.
func (o Offer) Overdue(now time.Time) bool { return o.State == OfferNew && o.ReadBy.Before(now) }

const (
	offerWords   = "offers.words"
	offerShown   = "offers.shown"
	offerReply   = "offers.reply"
	messageWords = "offer_messages.words"
)

// NewOffer is an offer as it comes.
type NewOffer struct {
	Assembly, Line, Phone uuid.UUID
	Side, Kind            string
	Channel, Lang         string
	Words                 string
	Recording             uuid.UUID
	ReadBy, At            time.Time
}

// PostOffer files one of a member of the assembly or of one below it. Its outcome is "posted", with a number, "not_member", or
// "too_many" in a day.
func (s *Store) PostOffer(ctx context.Context, q Querier, n NewOffer) (outcome string, number int, err error) {
	var members, today int
	if err := q.QueryRow(ctx, `select (select count(*) from (`+membersOf("$1", "$2")+`) m), (select count(*) from offers where phone_id = $1 and filed_at > $3)`,
		n.Phone, n.Assembly, n.At.Add(-24*time.Hour)).Scan(&members, &today); err != nil {
		return "", 0, fmt.Errorf("filing an offer: %w", err)
	}
	switch {
	case members == 0:
		return "not_member", 0, nil
	case today >= mostOffers:
		return "too_many", 0, nil
	}
	id := randomID()
	var words []byte
	if strings.TrimSpace(n.Words) != "" {
		words = s.Keys.Seal(offerWords, id, []byte(n.Words))
	}
	err = q.QueryRow(ctx, `with n as (update assemblies set offers = offers + 1 where id = $2 returning offers)
		insert into offers (id, assembly_id, line_id, phone_id, number, side, kind, channel, lang, words, media_id, read_by, expires_at, filed_at)
		select $1, $2, $3, $4, n.offers, $5, $6, $7, $8, $9, $10, $11, $12, $13 from n returning number`,
		id, n.Assembly, n.Line, n.Phone, n.Side, n.Kind, n.Channel, n.Lang, words, nullable(n.Recording), n.ReadBy, n.At.Add(OfferLasts), n.At).Scan(&number)
	return "posted", number, wrap("filing an offer", err)
}

const selectOffer = `select p.id, p.assembly_id, p.line_id, p.phone_id, p.number, p.side, p.kind, p.channel, p.lang, p.state, p.words, p.media_id, p.shown,
	p.reply, p.filed_at, p.read_by, p.expires_at, (select count(*) from offer_talks t where t.offer_id = p.id and t.reported_by is not null) from offers p`

func (s *Store) scanOffer(r pgx.CollectableRow) (o Offer, err error) {
	var media uuid.NullUUID
	var words, shown, reply []byte
	if err := r.Scan(&o.ID, &o.Assembly, &o.Line, &o.Phone, &o.Number, &o.Side, &o.Kind, &o.Channel, &o.Lang, &o.State, &words, &media, &shown, &reply,
		&o.FiledAt, &o.ReadBy, &o.ExpiresAt, &o.Reported); err != nil {
		return Offer{}, err
	}
	o.Media = media.UUID
	if o.Words, err = s.openText(offerWords, o.ID, words); err != nil {
		return Offer{}, err
	}
	if o.Shown, err = s.openWords(offerShown, o.ID, shown); err != nil {
		return Offer{}, err
	}
	o.Reply, err = s.openWords(offerReply, o.ID, reply)
	return o, err
}

func (s *Store) offers(ctx context.Context, q Querier, where string, args ...any) ([]Offer, error) {
	return list(ctx, q, "looking for offers", s.scanOffer, selectOffer+where, args...)
}

// Offers lists an assembly's offers, newest first, without those that are over.
func (s *Store) Offers(ctx context.Context, q Querier, assembly uuid.UUID) ([]Offer, error) {
	return s.offers(ctx, q, ` where p.assembly_id = $1 and p.state <> 'over' order by p.number desc`, assembly)
}

// ShowOffer finds one by its number.
func (s *Store) ShowOffer(ctx context.Context, q Querier, assembly uuid.UUID, number int) (Offer, error) {
	found, err := s.offers(ctx, q, ` where p.assembly_id = $1 and p.number = $2`, assembly, number)
	if err == nil && len(found) == 0 {
		return Offer{}, refuse("there is no offer %d", number)
	}
	if err != nil {
		return Offer{}, err
	}
	return found[0], nil
}

// ApproveOffer lets members see one, in these words, for OfferLasts from now.
func (s *Store) ApproveOffer(ctx context.Context, q Querier, assembly uuid.UUID, number int, shown Words, now time.Time) (Offer, error) {
	return s.decideOffer(ctx, q, assembly, number, OfferShown, shown, now)
}

// RefuseOffer keeps one from others, for a reason that its owner is told.
func (s *Store) RefuseOffer(ctx context.Context, q Querier, assembly uuid.UUID, number int, because Words, now time.Time) (Offer, error) {
	return s.decideOffer(ctx, q, assembly, number, OfferRefused, because, now)
}

func (s *Store) decideOffer(ctx context.Context, q Querier, assembly uuid.UUID, number int, state OfferState, words Words, now time.Time) (Offer, error) {
	if _, err := q.Exec(ctx, `select from offers where assembly_id = $1 and number = $2 for update`, assembly, number); err != nil {
		return Offer{}, fmt.Errorf("deciding about an offer: %w", err)
	}
	o, err := s.ShowOffer(ctx, q, assembly, number)
	if err != nil {
		return Offer{}, err
	}
	// One that is shown can still be refused: abuse shows late.
	if o.State == OfferOver || o.State == state || state == OfferShown && o.State != OfferNew && o.State != OfferRefused {
		return Offer{}, refuse("offer %d is %s already", number, o.State)
	}
	what, most, purpose, column := "the offer", LongestProposal, offerShown, "shown"
	if state == OfferRefused {
		what, most, purpose, column = "the reason", LongestReply, offerReply, "reply"
	}
	if err := checkShown(what, words, most); err != nil {
		return Offer{}, err
	}
	sealed, err := s.sealJSON(purpose, o.ID, words)
	if err != nil {
		return Offer{}, err
	}
	_, err = q.Exec(ctx, `update offers set state = $2, `+column+` = $3, untold = true, expires_at = $4 where id = $1`, o.ID, state, sealed, now.Add(OfferLasts))
	if err != nil {
		return Offer{}, fmt.Errorf("deciding about an offer: %w", err)
	}
	return s.ShowOffer(ctx, q, assembly, number)
}

// endOffer takes the words of offers away and all that was said about them.
const endOffer = `with o as (update offers set state = 'over', words = null, shown = null, reply = null, untold = false
		where %s and state <> 'over' returning id, media_id),
	t as (delete from offer_talks where offer_id in (select id from o)),
	m as (` + eraseMedia + ` where id in (select media_id from o))
	select count(*) from o`

// EraseExpiredOffers ends those whose time is up and that no hold covers.
func (s *Store) EraseExpiredOffers(ctx context.Context, q Querier, now time.Time) error {
	n := 0
	err := q.QueryRow(ctx, fmt.Sprintf(endOffer, "expires_at <= $1 and assembly_id not in ("+heldAssemblies+")"), now).Scan(&n)
	return wrap("erasing offers whose time is up", err)
}

// TakeBackOffer ends a phone's own. It tells false where there is nothing to end.
func (s *Store) TakeBackOffer(ctx context.Context, q Querier, phone, id uuid.UUID) (done bool, err error) {
	n := 0
	err = q.QueryRow(ctx, fmt.Sprintf(endOffer, "id = $1 and phone_id = $2"), id, phone).Scan(&n)
	return n > 0, wrap("taking an offer back", err)
}

// RenewOffer has a phone's own stand for OfferLasts from now. It tells false for one that nobody sees.
func (s *Store) RenewOffer(ctx context.Context, q Querier, phone, id uuid.UUID, now time.Time) (bool, error) {
	tag, err := q.Exec(ctx, `update offers set expires_at = $3 where id = $1 and phone_id = $2 and state = 'shown' and expires_at > $4`,
		id, phone, now.Add(OfferLasts), now)
	return err == nil && tag.RowsAffected() == 1, wrap("renewing an offer", err)
}
