package gateway

import (
	"context"
	"strings"

	"hotline/flows"
)

// keep takes a text on a line that cannot answer texts yet, because it is not registered with the carriers: an answer would be
// blocked, and be held against the line. Nothing is asked that nobody would see; what people write is a report, where organizers
// find it, and everything one phone writes is the same one.
func (p *playing) keep(ctx context.Context) error {
	if strings.TrimSpace(p.in.Text) == "" && len(p.in.Media) == 0 {
		return nil
	}
	what := flows.Value{Text: p.in.Text}
	if p.talk.Kept != "" {
		outcome, _, err := p.addToReport(ctx, args{"code": {Text: p.talk.Kept}, "what": what})
		if err != nil || outcome == "added" {
			return err
		}
	}
	_, filed, err := p.fileReport(ctx, args{"what": what})
	p.talk.Kept = filed["code"].Text
	return err
}
