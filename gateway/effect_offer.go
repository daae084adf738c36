package gateway

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"hotline/flows"
	"hotline/store"
)

func (p *playing) postOffer(ctx context.Context, a args) (string, args, error) {
	if !p.phone().Valid {
		return "hidden", nil, nil
	}
	words, recording, err := said(a["what"])
	if err != nil {
		return "", nil, err
	}
	if store.HoldsNumber(words) {
		return "holds_number", nil, nil
	}
	by := p.now.Add(readWithin)
	outcome, number, err := p.g.store.PostOffer(ctx, p.tx, store.NewOffer{
		Assembly: p.line.AssemblyID, Line: p.line.ID, Phone: p.tx.Conversation.Phone, Side: a["side"].Text, Kind: a["kind"].Text,
		Channel: string(p.in.Channel), Lang: string(p.talk.Lang), Words: words, Recording: recording, ReadBy: by, At: p.now,
	})
	if err != nil || outcome != "posted" {
		return outcome, nil, err
	}
	return "posted", args{"number": {Num: int64(number)}, "read_by": p.moment(by)}, nil
}

func (p *playing) findOffers(ctx context.Context, a args) (string, args, error) {
	if !p.phone().Valid {
		return "hidden", nil, nil
	}
	found, more, err := p.g.store.SeeOffers(ctx, p.tx, p.reader(), a["side"].Text, a["kind"].Text, int(a["page"].Num), proposalPage)
	if err != nil {
		return "", nil, err
	}
	if len(found) == 0 {
		return "none", nil, nil
	}
	brings := args{"more": {Flag: more}}
	for i, slot := range []string{"first", "second", "third"} {
		brings[slot], brings[slot+"_gist"], brings[slot+"_no"] = flows.Value{}, flows.Value{}, flows.Value{}
		if i < len(found) {
			brings[slot], brings[slot+"_no"] = flows.Value{Text: found[i].ID.String()}, flows.Value{Num: int64(found[i].Number)}
			brings[slot+"_gist"] = localized(beginnings(found[i].Shown, mostGist))
		}
	}
	return "found", brings, nil
}

func (p *playing) findOffer(ctx context.Context, a args) (string, args, error) {
	id, err := uuid.Parse(a["offer"].Text)
	if err != nil {
		return "", nil, err
	}
	o, found, err := p.g.store.SeeOffer(ctx, p.tx, p.reader(), id)
	if err != nil || !found {
		return "gone", nil, err
	}
	brings := args{"number": {Num: int64(o.Number)}, "words": localized(o.Shown), "until": p.moment(o.ExpiresAt)}
	if o.Phone == p.tx.Conversation.Phone {
		return "own", brings, nil
	}
	return "open", brings, nil
}

// A message in letters of which a text holds 70 only may be so long that two segments hold it with the words and answers around it.
const longestDear = 22

// answerOffer passes a message on, and has the other side texted that there is news, unless they know of some already.
func (p *playing) answerOffer(ctx context.Context, a args) (string, args, error) {
	m := store.Message{Ready: a["ready"].Text, Words: a["words"].Text}
	for id, given := range map[*uuid.UUID]string{&m.Offer: a["offer"].Text, &m.Talk: a["talk"].Text} {
		if given == "" {
			continue
		}
		parsed, err := uuid.Parse(given)
		if err != nil {
			return "", nil, fmt.Errorf("reading what is answered: %w", err)
		}
		*id = parsed
	}
	_, dear, _ := flows.Segments(flows.AsTold(m.Words))
	switch {
	case store.HoldsNumber(m.Words):
		return "holds_number", nil, nil
	case store.Letters(m.Words) > store.LongestMessage, dear && store.Letters(m.Words) > longestDear:
		return "too_long", nil, nil
	}
	sent, err := p.g.store.SendMessage(ctx, p.tx, p.reader(), m)
	if err != nil || sent.Outcome != "sent" || sent.Again {
		return sent.Outcome, nil, err
	}
	return "sent", nil, p.g.outbox.PutNews(ctx, p.tx.Tx, p.g.sets.current(), News{
		Assembly: sent.Assembly, Line: sent.Line, Phone: sent.To, About: sent.Message, What: "message", At: p.now,
	})
}

func (p *playing) endOfferTalk(ctx context.Context, a args) (string, args, error) {
	talk, err := uuid.Parse(a["talk"].Text)
	if err != nil {
		return "", nil, err
	}
	ended, err := p.g.store.EndTalk(ctx, p.tx, p.tx.Conversation.Phone, talk, a["report"].Flag, p.now)
	if err != nil || !ended {
		return "gone", nil, err
	}
	return "ended", nil, nil
}

func (p *playing) takeBackOffer(ctx context.Context, a args) (string, args, error) {
	id, err := uuid.Parse(a["offer"].Text)
	if err != nil {
		return "", nil, err
	}
	done, err := p.g.store.TakeBackOffer(ctx, p.tx, p.tx.Conversation.Phone, id)
	if err != nil || !done {
		return "gone", nil, err
	}
	return "over", nil, nil
}

func (p *playing) renewOffer(ctx context.Context, a args) (string, args, error) {
	id, err := uuid.Parse(a["offer"].Text)
	if err != nil {
		return "", nil, err
	}
	done, err := p.g.store.RenewOffer(ctx, p.tx, p.tx.Conversation.Phone, id, p.now)
	if err != nil || !done {
		return "gone", nil, err
	}
	return "renewed", args{"until": p.moment(p.now.Add(store.OfferLasts))}, nil
}

// offerNews brings what was said about this phone's offers or answers, or decided about them, one thing at a time.
func (p *playing) offerNews(ctx context.Context, _ args) (string, args, error) {
	if !p.phone().Valid {
		return "none", nil, nil
	}
	n, found, err := p.g.store.HearOfferNews(ctx, p.tx, p.reader())
	if err != nil || !found {
		return "none", nil, err
	}
	left, err := p.newsLeft(ctx)
	if err != nil {
		return "", nil, err
	}
	brings := args{"number": {Num: int64(n.Offer.Number)}, "left": left}
	switch {
	case n.Talk != uuid.Nil:
		brings["talk"], brings["ready"], brings["message"] = flows.Value{Text: n.Talk.String()}, flows.Value{Text: n.Ready}, flows.Value{Text: n.Words}
		return "message", brings, nil
	case n.Offer.State == store.OfferShown:
		brings["until"] = p.moment(n.Offer.ExpiresAt)
		return "shown", brings, nil
	case n.Offer.State == store.OfferRefused:
		brings["reply"] = localized(n.Offer.Reply)
		return "refused", brings, nil
	}
	return "", nil, fmt.Errorf("there is no news of an offer that is %s", n.Offer.State)
}
