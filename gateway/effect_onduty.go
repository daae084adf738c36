package gateway

import (
	"context"

	"hotline/store"
)

// byText is who acts in the journal where somebody puts themselves on duty, or off: only the row of the rota tells whose phone it was.
const byText = "a text from their phone"

// goOnDuty puts whoever has this phone on duty, if it is on the rota or an organizer's.
func (p *playing) goOnDuty(ctx context.Context, _ args) (string, args, error) {
	phone := p.phone()
	if !phone.Valid {
		return "stranger", nil, nil
	}
	speaks := []string{string(p.talk.Lang)} // of an organizer who is not on the rota yet nothing else is known
	if p.talk.Lang == "" {
		speaks = p.line.Languages[:1]
	}
	rota, err := p.g.store.GoOnDuty(ctx, p.tx, phone.UUID, p.line.AssemblyID, speaks, p.now)
	if err != nil || len(rota) == 0 {
		return "stranger", nil, err
	}
	if err := p.noteDuty(ctx, rota, "duty.on"); err != nil {
		return "", nil, err
	}
	allowed, err := p.g.store.Allowed(ctx, p.tx, phone.UUID, p.line.ID, store.ForAnswers, store.ByVoice)
	if err == nil && !allowed { // whoever goes on duty asks to be rung
		err = p.agreeToCalls(ctx)
	}
	if err != nil {
		return "", nil, err
	}
	var shifts []store.Shift
	for _, d := range rota {
		s := d.Shift
		if !d.Off.IsZero() { // only what they said by text counts
			s.Until = d.Off
		}
		shifts = append(shifts, s)
	}
	if _, until := store.OnDuty(shifts, "", p.now); !until.IsZero() {
		return "until", args{"until": p.moment(until)}, nil
	}
	return "on", nil, nil
}

// goOffDuty takes whoever has this phone off duty.
func (p *playing) goOffDuty(ctx context.Context, _ args) (string, args, error) {
	phone := p.phone()
	if !phone.Valid {
		return "stranger", nil, nil
	}
	rota, err := p.g.store.GoOffDuty(ctx, p.tx, phone.UUID, p.line.AssemblyID, p.now)
	if err != nil || len(rota) == 0 {
		return "stranger", nil, err
	}
	return "off", nil, p.noteDuty(ctx, rota, "duty.off")
}

func (p *playing) noteDuty(ctx context.Context, rota []store.Duty, act string) error {
	for _, d := range rota {
		deed := store.Deed{Assembly: d.Assembly, Actor: byText, Act: act, Object: d.ID.String(), At: p.now}
		if err := p.g.store.Note(ctx, p.tx, deed); err != nil {
			return err
		}
	}
	return nil
}
