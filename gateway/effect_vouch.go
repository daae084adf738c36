package gateway

import (
	"context"

	"hotline/store"
)

func (p *playing) candidate() store.Candidate {
	return store.Candidate{Phone: p.tx.Conversation.Phone, Line: p.line, Now: p.now, Assemblies: p.line.Assemblies}
}

func (p *playing) askVouching(ctx context.Context, _ args) (string, args, error) {
	if !p.phone().Valid {
		return "hidden", nil, nil
	}
	how, code, until, err := p.g.store.AskVouching(ctx, p.tx, p.candidate())
	if err != nil || how != store.CandidateListed {
		return string(how), nil, err
	}
	return string(how), args{"code": {Text: code}, "until": p.moment(until)}, nil
}

// vouch notes a member's word for somebody. Who is a member by it hears so, by text, where they asked for it.
func (p *playing) vouch(ctx context.Context, a args) (string, args, error) {
	if !p.phone().Valid {
		return "hidden", nil, nil
	}
	if unproved, err := p.unproved(ctx); err != nil || unproved {
		return "unproved", nil, err
	}
	came, err := p.g.store.VouchByCode(ctx, p.tx, p.candidate(), a["code"].Text)
	if err != nil || came.Outcome != string(store.VouchedMember) {
		return came.Outcome, nil, err
	}
	return came.Outcome, nil, p.g.tell(ctx, p.tx.Tx, telling{phone: came.Phone, line: came.Line, phrase: "vouched", at: p.now, worth: worthTelling})
}
