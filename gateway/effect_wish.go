package gateway

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"hotline/flows"
	"hotline/store"
)

// What a worker may wish about the report that they have just filed, or come back to. "report" is its id, from file_report or
// come_back: no worker sees it, and nobody can send one.

func theReport(a args) (uuid.UUID, error) {
	id, err := uuid.Parse(a["report"].Text)
	if err != nil {
		return uuid.Nil, fmt.Errorf("reading which report: %w", err)
	}
	return id, nil
}

// answerByText lets answers be texted here. It is written into the ledger too, where STOP outweighs it.
func (p *playing) answerByText(ctx context.Context, a args) (string, args, error) {
	report, err := theReport(a)
	if err != nil {
		return "", nil, err
	}
	if !p.phone().Valid {
		return "hidden", nil, nil
	}
	agreed, err := p.g.store.AllowAnswers(ctx, p.tx, report, p.phone().UUID)
	if err != nil {
		return "", nil, err
	}
	if !agreed { // it came from another phone
		return "elsewhere", nil, nil
	}
	return "agreed", nil, p.g.store.AddConsent(ctx, p.tx, store.Consent{
		Assembly: p.line.AssemblyID, Phone: p.phone().UUID, Line: uuid.NullUUID{UUID: p.line.ID, Valid: true},
		Purpose: store.ForAnswers, Channel: store.ByText, Given: true, How: "report", Words: p.in.Text,
	})
}

func (p *playing) useName(ctx context.Context, a args) (string, args, error) {
	return p.wished(a, "noted", func(report uuid.UUID) (bool, error) { return p.g.store.AllowName(ctx, p.tx, report) })
}

func (p *playing) askToClose(ctx context.Context, a args) (string, args, error) {
	return p.wished(a, "asked", func(report uuid.UUID) (bool, error) { return p.g.store.AskToClose(ctx, p.tx, report, p.now) })
}

// wished is a wish that comes true, unless the report was erased meanwhile.
func (p *playing) wished(a args, done string, wish func(uuid.UUID) (bool, error)) (string, args, error) {
	report, err := theReport(a)
	if err != nil {
		return "", nil, err
	}
	noted, err := wish(report)
	if err != nil || noted {
		return done, nil, err
	}
	return "gone", nil, nil
}

// replyToAnswer notes that a report replies to an answer that was texted.
func (p *playing) replyToAnswer(ctx context.Context, a args) (string, args, error) {
	report, err := theReport(a)
	if err != nil || !p.phone().Valid {
		return "none", nil, err
	}
	noted, err := p.g.store.Reply(ctx, p.tx, report, p.phone().UUID, p.now)
	if err != nil || !noted {
		return "none", nil, err
	}
	return "noted", nil, nil
}

// passOver hands a report about somebody in the group to those outside it. Once its organizers may have seen it, it says so.
func (p *playing) passOver(ctx context.Context, a args) (string, args, error) {
	report, err := theReport(a)
	if err != nil {
		return "", nil, err
	}
	passed, err := p.g.store.PassOver(ctx, p.tx, report, p.now)
	if err != nil || passed {
		return "passed", nil, err
	}
	named, err := p.g.store.Recipients(ctx, p.tx, p.line.AssemblyID)
	if err != nil || len(named) > 0 {
		return "late", nil, err
	}
	return "nobody", nil, nil
}

// takeBack erases a report that nobody has seen yet.
func (p *playing) takeBack(ctx context.Context, a args) (string, args, error) {
	report, err := theReport(a)
	if err != nil {
		return "", nil, err
	}
	gone, err := p.g.store.TakeBack(ctx, p.tx, report, p.now)
	if err != nil || !gone {
		return "late", nil, err
	}
	return "erased", nil, nil
}

func (p *playing) chooseDigits(ctx context.Context, a args) (string, args, error) {
	report, err := theReport(a)
	if err != nil {
		return "", nil, err
	}
	if !p.phone().Valid {
		return "hidden", nil, nil
	}
	return "chosen", nil, p.g.store.ChooseDigits(ctx, p.tx, report, p.phone().UUID, a["digits"].Text)
}

// askCallback notes how somebody wants to be called back. It is done when all is known, so that a hang-up before that asks for nothing.
func (p *playing) askCallback(ctx context.Context, a args) (string, args, error) {
	c := store.Callback{Hours: a["hours"].Text, OtherMay: a["other"].Text == "yes", At: p.now}
	if number := a["number"].Text; number != "" {
		parsed, err := store.ParsePhone(number, "US")
		if err != nil {
			return "no_number", nil, nil
		}
		c.Other, c.Number = true, parsed
	} else if !p.phone().Valid {
		return "hidden", nil, nil
	}
	var err error
	if c.Words, c.Recording, err = said(a["words"]); err != nil {
		return "", nil, err
	}
	if c.Words, err = p.g.store.HideCodes(ctx, p.tx, c.Words); err != nil {
		return "", nil, err
	}
	return p.wished(a, "noted", func(report uuid.UUID) (bool, error) {
		asked, err := p.g.store.AskCallback(ctx, p.tx, report, p.phone(), c)
		if err != nil || !asked || c.Other { // nobody agrees for another phone
			return asked, err
		}
		return true, p.agreeToCalls(ctx)
	})
}

// comeBack leads to a report by the digits that belong to it.
func (p *playing) comeBack(ctx context.Context, a args) (string, args, error) {
	r := store.Return{Line: p.line, Phone: p.phone(), Channel: string(p.in.Channel), Digits: a["digits"].Text, At: p.now}
	report, came, err := p.g.store.ComeBack(ctx, p.tx, r)
	if err != nil || came != store.ReturnedFound {
		return string(came), nil, err
	}
	c, found, err := p.g.store.CaseOf(ctx, p.tx, report)
	if err != nil || !found {
		return string(store.ReturnedWrong), nil, err
	}
	readAt := flows.Value{Zone: p.line.Zone}
	if !c.ReadAt.IsZero() {
		readAt = p.moment(c.ReadAt)
	}
	return "found", args{
		"report": {Text: report.String()}, "state": {Text: string(c.State)}, "read_by": p.moment(c.ReadBy), "read_at": readAt,
		"next": {Num: int64(c.Next())}, "unread": {Flag: c.Muted},
	}, nil
}

// readAnswer tells one answer. What organizers wrote may hold a word that a quiet phone is never sent: such an answer is for a call.
func (p *playing) readAnswer(ctx context.Context, a args) (string, args, error) {
	report, err := theReport(a)
	if err != nil {
		return "", nil, err
	}
	answers, err := p.g.store.AnswersTo(ctx, p.tx, report)
	n := int(a["number"].Num)
	if err != nil || n < 1 || n > len(answers) {
		return "none", nil, err
	}
	answer := answers[n-1]
	if p.in.Channel == flows.Text && p.phone().Valid && p.current.Revealing(answer.Words) != "" {
		manner, err := p.g.store.MannerOf(ctx, p.tx, p.phone().UUID)
		if err != nil || manner.Quiet {
			return "by_call", nil, err
		}
	}
	if err := p.g.store.HearAnswer(ctx, p.tx, answer.ID, p.now); err != nil {
		return "", nil, err
	}
	return "told", args{
		"answer": {Words: map[flows.Lang]string{flows.Lang(answer.Lang): answer.Words}}, "at": p.moment(answer.At),
		"number": {Num: int64(n)}, "more": {Flag: n < len(answers)},
	}, nil
}
