package gateway

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"hotline/flows"
	"hotline/store"
)

// voter is who has keyed their PIN right in this call, and for which ballot; uuid.Nil: for none. It is a person's id and tells no
// secret, so it may wait between two turns.
type voter struct {
	Person uuid.UUID `json:"p"`
	Ballot uuid.UUID `json:"b"`
}

// errPinByText says that a flow asks for a PIN where it would stay on the phone and at the carrier. No flow of ours does.
var errPinByText = errors.New("a PIN is taken on calls only")

// errCodeByCall says that a flow would say the digits on the very call that is to prove them.
var errCodeByCall = errors.New("digits for a PIN are texted only")

func (p *playing) pinAsk() store.PinAsk {
	return store.PinAsk{Phone: p.tx.Conversation.Phone, Assembly: p.line.AssemblyID, At: p.now}
}

// prove finds out by their PIN who of a phone's people calls.
func (p *playing) prove(ctx context.Context, a args) (string, args, error) {
	p.talk.Voter = nil
	switch {
	case p.in.Channel != flows.Voice:
		return "", nil, errPinByText
	case !p.phone().Valid:
		return "hidden", nil, nil
	}
	try := store.PinTry{PinAsk: p.pinAsk(), Pin: a["pin"].Text}
	if id := a["ballot"].Text; id != "" {
		var err error
		if try.Ballot, err = uuid.Parse(id); err != nil {
			return "", nil, err
		}
	}
	came, person, err := p.g.store.TryPin(ctx, p.tx, try)
	if person != uuid.Nil {
		p.talk.Voter = &voter{Person: person, Ballot: try.Ballot}
	}
	return string(came), nil, err
}

func (p *playing) findPin(ctx context.Context, _ args) (string, args, error) {
	p.talk.Voter = nil
	if !p.phone().Valid {
		return "hidden", nil, nil
	}
	standing, _, err := p.g.store.FindPin(ctx, p.tx, p.pinAsk())
	return string(standing), nil, err
}

// askPinCode gives the digits to be texted, by which who calls shows that they have this phone.
func (p *playing) askPinCode(ctx context.Context, _ args) (string, args, error) {
	if p.in.Channel != flows.Text {
		return "", nil, errCodeByCall
	}
	code, err := p.g.store.AskPinCode(ctx, p.tx, p.pinAsk())
	return "code", args{"code": {Text: code}}, err
}

// tryPinCode finds out by them who calls.
func (p *playing) tryPinCode(ctx context.Context, a args) (string, args, error) {
	p.talk.Voter = nil
	if !p.phone().Valid {
		return "wrong", nil, nil
	}
	person, err := p.g.store.TryPinCode(ctx, p.tx, p.pinAsk(), p.line.ID, a["code"].Text)
	if err != nil || person == uuid.Nil {
		return "wrong", nil, err
	}
	p.talk.Voter = &voter{Person: person}
	return "right", nil, nil
}

func (p *playing) draftPin(ctx context.Context, a args) (string, args, error) {
	return p.newPin(ctx, a, p.g.store.DraftPin)
}

func (p *playing) keepPin(ctx context.Context, a args) (string, args, error) {
	return p.newPin(ctx, a, p.g.store.KeepPin)
}

// newPin does either half of choosing one.
func (p *playing) newPin(ctx context.Context, a args, half func(context.Context, store.Querier, store.NewPin) (store.NewPinCame, error)) (string, args, error) {
	if p.in.Channel != flows.Voice {
		return "", nil, errPinByText
	}
	if !p.phone().Valid {
		return string(store.PinNotHere), nil, nil
	}
	n := store.NewPin{PinAsk: p.pinAsk(), Talk: p.tx.Conversation.ID, Number: p.in.From, Pin: a["pin"].Text}
	if v := p.talk.Voter; v != nil && v.Ballot == uuid.Nil {
		n.Proven = v.Person
	}
	came, err := half(ctx, p.tx, n)
	return string(came), nil, err
}
