package gateway

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"hotline/store"
)

// checkIn counts who sent or keyed the code that is shown at a meeting's door. A withheld number cannot be told from another, so that
// one caller could come forty times: they are told who counts them instead.
func (p *playing) checkIn(ctx context.Context, a args) (string, args, error) {
	code := a["keyed"].Text
	if code == "" {
		code = doorCode(a["written"].Text)
	}
	switch {
	case len(code) != store.DoorDigits:
		return "no_code", nil, nil
	case !p.phone().Valid:
		return "hidden", nil, nil
	}
	came, meeting, opens, err := p.g.store.CheckIn(ctx, p.tx, store.CheckIn{
		Line: p.line, Phone: p.tx.Conversation.Phone, Code: code, Share: int(a["share"].Num), Now: p.now,
	})
	if err != nil {
		return "", nil, err
	}
	switch came {
	case store.CheckedInNow, store.CheckedInAlready:
		return string(came), args{"meeting": {Text: meeting.String()}}, nil
	case store.CheckInEarly:
		return string(came), args{"opens": p.moment(opens)}, nil
	}
	return string(came), nil, nil
}

// doorCode is the code in a text of up to three words: "48213", "here 48213", "482 13". It is empty where there is none: a flyer's word
// has letters and digits in one.
func doorCode(written string) string {
	fields := strings.FieldsFunc(written, func(r rune) bool { return strings.ContainsRune(" \t\n.,-#:", r) })
	if len(fields) > fewWords {
		return ""
	}
	code := ""
	for _, f := range fields {
		digits := strings.Trim(f, "0123456789")
		switch {
		case digits == "":
			code += f
		case digits != f || code != "": // mixed, or words behind it
			return ""
		}
	}
	if len(code) != store.DoorDigits {
		return ""
	}
	return code
}

// bringAlong counts those who came with whoever has checked in.
func (p *playing) bringAlong(ctx context.Context, a args) (string, args, error) {
	meeting, err := uuid.Parse(a["meeting"].Text)
	if err != nil {
		return "", nil, fmt.Errorf("reading which meeting it is: %w", err)
	}
	counted, err := p.g.store.Bring(ctx, p.tx, meeting, p.tx.Conversation.Phone, int(a["many"].Num), p.now)
	if err != nil || !counted {
		return "gone", nil, err
	}
	return "counted", nil, nil
}
