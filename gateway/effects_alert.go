package gateway

import (
	"context"

	"hotline/flows"
	"hotline/store"
)

// alertsEffects: word of danger, at any hour, for those who choose it.
func alertsEffects() map[string]effect {
	return map[string]effect{
		"alerts_now": {flows.Effect{
			Looks:    true,
			Outcomes: comes{"open": nil, "chosen": nil, "none": nil, "stopped": nil}, // none: nobody of this phone is on a list here
		}, (*playing).alertsNow},
		"choose_alerts": {flows.Effect{
			Args:     takes{"which": flows.TypeText}, // "yes": by text; "both": and by call; or "none"
			Outcomes: comes{"kept": nil, "none": nil, "stopped": nil},
		}, (*playing).chooseAlerts},
	}
}

// alertsNow tells how it stands with alerts to this phone.
func (p *playing) alertsNow(ctx context.Context, _ args) (string, args, error) {
	may, err := p.mayHaveAlerts(ctx)
	if err != nil || may != "" {
		return may, nil, err
	}
	chosen, err := p.g.store.Allowed(ctx, p.tx, p.phone().UUID, p.line.ID, store.ForAlerts, store.ByText)
	if err != nil || chosen {
		return "chosen", nil, err
	}
	return "open", nil, nil
}

// mayHaveAlerts tells why this phone cannot: "none" or "stopped"; empty: it can. After STOP no text would reach it, and only the carrier's own word
// brings those back; by text nothing could be answered, and a person reads it.
func (p *playing) mayHaveAlerts(ctx context.Context) (string, error) {
	phone := p.phone()
	if !phone.Valid {
		return "none", nil
	}
	stopped, err := p.g.store.SaidStop(ctx, p.tx, phone.UUID, p.line.ID)
	if err != nil {
		return "", err
	}
	if stopped {
		if p.in.Channel == flows.Text {
			err = p.keep(ctx)
		}
		return "stopped", err
	}
	here, err := p.g.store.OnAList(ctx, p.tx, phone.UUID, p.line.AssemblyID)
	if err != nil || here {
		return "", err
	}
	return "none", nil
}

// chooseAlerts writes down whether this phone wants alerts. None are ended on every line and by call too.
func (p *playing) chooseAlerts(ctx context.Context, a args) (string, args, error) {
	c := p.ledger(store.HowChosen + ", by " + string(p.in.Channel))
	c.Purpose = store.ForAlerts
	if a["which"].Text == "none" && p.phone().Valid { // this needs nobody's leave
		c.Channel = store.AnyChannel
		return "kept", nil, p.g.store.Withhold(ctx, p.tx, c, store.ForAlerts)
	}
	may, err := p.mayHaveAlerts(ctx)
	if err != nil || may != "" {
		return may, nil, err
	}
	c.Given = true
	if err := p.g.store.AddConsent(ctx, p.tx, c); err != nil || a["which"].Text != "both" {
		return "kept", nil, err
	}
	c.Channel = store.ByVoice
	return "kept", nil, p.g.store.AddConsent(ctx, p.tx, c)
}
