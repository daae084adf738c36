package store

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

const offerStands = `p.state = 'shown' and p.expires_at > $3 and ` + mayRead

// SeeOffers gives a page, from 0, of what members offer or need, newest first, and whether there is more. Of a talk that a phone ended,
// it sees the offer no more.
func (s *Store) SeeOffers(ctx context.Context, q Querier, r Reader, side, kind string, page, size int) (found []Offer, more bool, err error) {
	found, err = s.offers(ctx, q, ` where `+offerStands+` and p.side = $4 and p.kind = $5
		and not exists (select from offer_talks t where t.offer_id = p.id and t.phone_id = $1 and t.ended_at is not null)
		order by p.filed_at desc, p.id offset $6 limit $7`, r.Phone, r.Assemblies, r.Now, side, kind, page*size, size+1)
	if more = len(found) > size; more {
		found = found[:size]
	}
	return found, more, err
}

// SeeOffer finds one that this phone may see. found is false for any other.
func (s *Store) SeeOffer(ctx context.Context, q Querier, r Reader, id uuid.UUID) (o Offer, found bool, err error) {
	all, err := s.offers(ctx, q, ` where `+offerStands+` and p.id = $4`, r.Phone, r.Assemblies, r.Now, id)
	if err != nil || len(all) == 0 {
		return Offer{}, false, err
	}
	return all[0], true, nil
}

// Message is something said about an offer, by a phone to whom it belongs or who answers it: one of a few sentences that every language
// has ("want", "yes", "no", "meet"), or words of their own.
type Message struct {
	Offer uuid.UUID // to its owner …
	Talk  uuid.UUID // … or in a talk that is there already
	Ready string
	Words string
}

// Sent is what came of a message: "sent", "gone" (the offer is over, or the talk was ended), "own", or "too_many" in an hour.
type Sent struct {
	Outcome        string
	Assembly, Line uuid.UUID
	To             uuid.UUID // the phone that it is for, with "sent"
	Message        uuid.UUID
	Again          bool // one before it in the same talk is not heard yet: who gets it knows already that there is news
}

// SendMessage keeps a message for the other side. The offer's row is locked, so that none is kept of one whose time is up meanwhile. One
// that comes at the moment at which the talk is ended is heard by nobody.
func (s *Store) SendMessage(ctx context.Context, q Querier, r Reader, m Message) (Sent, error) {
	if m.Talk != uuid.Nil {
		if _, err := one(ctx, q, `select offer_id from offer_talks where id = $1`, []any{m.Talk}, &m.Offer); err != nil {
			return Sent{}, fmt.Errorf("answering an offer: %w", err)
		}
	}
	if _, err := q.Exec(ctx, `select from offers where id = $1 for update`, m.Offer); err != nil {
		return Sent{}, fmt.Errorf("answering an offer: %w", err)
	}
	o, found, err := s.SeeOffer(ctx, q, r, m.Offer)
	switch {
	case err != nil:
		return Sent{}, err
	case !found:
		return Sent{Outcome: "gone"}, nil
	case m.Talk == uuid.Nil && o.Phone == r.Phone:
		return Sent{Outcome: "own"}, nil
	}
	var lately int
	if err := q.QueryRow(ctx, `select count(*) from offer_messages m join offer_talks t on t.id = m.talk_id join offers o on o.id = t.offer_id
		where m.at > $2 and case when m.by_owner then o.phone_id else t.phone_id end = $1`, r.Phone, r.Now.Add(-time.Hour)).Scan(&lately); err != nil {
		return Sent{}, fmt.Errorf("answering an offer: %w", err)
	}
	if lately >= mostMessages {
		return Sent{Outcome: "too_many"}, nil
	}
	talk, answerer, ended, err := s.talkOf(ctx, q, r, m)
	if err != nil || ended {
		return Sent{Outcome: "gone"}, err
	}
	to, owner := o.Phone, false
	if r.Phone == o.Phone {
		to, owner = answerer, true
	}
	sent := Sent{Outcome: "sent", Assembly: o.Assembly, Line: o.Line, To: to, Message: newID()}
	var words []byte
	var ready *string
	if m.Ready != "" {
		ready = &m.Ready
	} else {
		words = s.Keys.Seal(messageWords, sent.Message, []byte(m.Words))
	}
	err = q.QueryRow(ctx, `insert into offer_messages (id, assembly_id, talk_id, by_owner, ready, words, at) values ($1, $2, $3, $4, $5, $6, $7)
		returning exists (select from offer_messages m where m.talk_id = $3 and m.by_owner = $4 and m.untold)`,
		sent.Message, o.Assembly, talk, owner, ready, words, r.Now).Scan(&sent.Again)
	return sent, wrap("answering an offer", err)
}

// talkOf is the talk of a phone about an offer, made where there is none. ended is true for one that is ended, or not this phone's.
func (s *Store) talkOf(ctx context.Context, q Querier, r Reader, m Message) (talk, answerer uuid.UUID, ended bool, err error) {
	if m.Talk == uuid.Nil {
		err = q.QueryRow(ctx, `insert into offer_talks (id, assembly_id, offer_id, phone_id) select $1, assembly_id, id, $3 from offers where id = $2
			on conflict (offer_id, phone_id) do update set phone_id = excluded.phone_id returning id, phone_id, ended_at is not null`,
			randomID(), m.Offer, r.Phone).Scan(&talk, &answerer, &ended)
		return talk, answerer, ended, wrap("answering an offer", err)
	}
	found, err := one(ctx, q, `select t.id, t.phone_id from offer_talks t join offers o on o.id = t.offer_id
		where t.id = $1 and t.ended_at is null and $2 in (t.phone_id, o.phone_id)`, []any{m.Talk, r.Phone}, &talk, &answerer)
	return talk, answerer, !found, wrap("answering an offer", err)
}

// EndTalk ends what two phones say about an offer, for either; reported has organizers see it. It tells false where there is none.
func (s *Store) EndTalk(ctx context.Context, q Querier, phone, talk uuid.UUID, reported bool, now time.Time) (bool, error) {
	tag, err := q.Exec(ctx, `update offer_talks t set ended_at = coalesce(t.ended_at, $3),
			reported_by = case when $4 then case when o.phone_id = $2 then 'owner' else 'answerer' end else t.reported_by end
		from offers o where t.id = $1 and o.id = t.offer_id and $2 in (t.phone_id, o.phone_id)`, talk, phone, now, reported)
	return err == nil && tag.RowsAffected() == 1, wrap("ending a talk about an offer", err)
}

// OfferNews is what a phone has not heard yet about offers: a message, or what organizers decided about its own.
type OfferNews struct {
	Offer Offer
	Talk  uuid.UUID // uuid.Nil: a decision
	Ready string
	Words string
}

// HearOfferNews gives the oldest, and takes it as heard. found is false where there is none.
func (s *Store) HearOfferNews(ctx context.Context, q Querier, r Reader) (n OfferNews, found bool, err error) {
	var offer uuid.UUID
	decided, err := one(ctx, q, `update offers set untold = false where id = (select id from offers where phone_id = $1 and assembly_id = any($2) and untold
		order by filed_at, id limit 1) returning id`, []any{r.Phone, r.Assemblies}, &offer)
	if err != nil {
		return OfferNews{}, false, wrap("looking for news of offers", err)
	}
	if !decided {
		var id uuid.UUID
		var words []byte
		found, err := one(ctx, q, `with next as (select m.id from offer_messages m join offer_talks t on t.id = m.talk_id join offers o on o.id = t.offer_id
				where m.untold and t.ended_at is null and o.assembly_id = any($2) and case when m.by_owner then t.phone_id else o.phone_id end = $1
				order by m.id limit 1)
			update offer_messages m set untold = false from offer_talks t where m.id = (select id from next) and t.id = m.talk_id
			returning m.id, t.id, t.offer_id, coalesce(m.ready, ''), m.words`, []any{r.Phone, r.Assemblies}, &id, &n.Talk, &offer, &n.Ready, &words)
		if err != nil || !found {
			return OfferNews{}, false, wrap("looking for news of offers", err)
		}
		if n.Words, err = s.openText(messageWords, id, words); err != nil {
			return OfferNews{}, false, err
		}
	}
	all, err := s.offers(ctx, q, ` where p.id = $1`, offer)
	if err != nil || len(all) == 0 {
		return OfferNews{}, false, err
	}
	n.Offer = all[0]
	return n, true, nil
}

// OfferMessage is something said about an offer that somebody reported, for organizers: which of the two said it, and no number.
type OfferMessage struct {
	Talk     uuid.UUID
	Reported string // by whom: owner, answerer
	By       string // owner, answerer
	Ready    string
	Words    string
	At       time.Time
}

// ReportedMessages gives what was said in the talks about an offer that somebody reported, and no other.
func (s *Store) ReportedMessages(ctx context.Context, q Querier, offer uuid.UUID) ([]OfferMessage, error) {
	scan := func(r pgx.CollectableRow) (m OfferMessage, err error) {
		var id uuid.UUID
		var words []byte
		if err := r.Scan(&id, &m.Talk, &m.Reported, &m.By, &m.Ready, &words, &m.At); err != nil {
			return OfferMessage{}, err
		}
		m.Words, err = s.openText(messageWords, id, words)
		return m, err
	}
	return list(ctx, q, "looking what was said about an offer", scan, `select m.id, t.id, t.reported_by, case when m.by_owner then 'owner' else 'answerer' end,
		coalesce(m.ready, ''), m.words, m.at from offer_messages m join offer_talks t on t.id = m.talk_id
		where t.offer_id = $1 and t.reported_by is not null order by t.id, m.id`, offer)
}
