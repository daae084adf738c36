package gateway

import (
	"context"

	"hotline/flows"
	"hotline/store"
)

// quietly is what came of an effect as this turn may tell it: to a quiet phone, and in what nobody has just asked for, nothing that
// organizers wrote shows a revealing word or the name of an assembly. What flows say themselves was checked when they were loaded.
func (p *playing) quietly(effect, outcome string, values args) args {
	if !p.env.Quiet || p.in.Channel != flows.Text {
		return values
	}
	shapes := p.g.effects[effect].Outcomes[outcome]
	told := make(args, len(values))
	for name, v := range values {
		told[name] = p.masked(v, shapes[name])
	}
	return told
}

// quieted is what a talk remembers from before its phone was quiet.
func (p *playing) quieted(vars map[string]flows.Value) {
	for name, v := range vars {
		vars[name] = p.masked(v, flows.Shape{})
	}
}

// masked hides words within a value. A text without a bound is an id or a name that flows compare, and never tell.
func (p *playing) masked(v flows.Value, shape flows.Shape) flows.Value {
	if shape.Type == flows.TypeText && shape.Most > 0 {
		v.Text = p.mask(v.Text)
	}
	if v.Words != nil {
		words := make(map[flows.Lang]string, len(v.Words))
		for lang, w := range v.Words {
			words[lang] = p.mask(w)
		}
		v.Words = words
	}
	if v.Item != nil {
		item := make(flows.Item, len(v.Item))
		for name, one := range v.Item {
			item[name] = p.masked(one, shape.Fields[name])
		}
		v.Item = item
	}
	if v.List != nil {
		list := make([]flows.Item, len(v.List))
		for i, item := range v.List {
			list[i] = make(flows.Item, len(item))
			for name, one := range item {
				list[i][name] = p.masked(one, shape.Fields[name])
			}
		}
		v.List = list
	}
	return v
}

func (p *playing) mask(text string) string {
	return p.current.Masked(text, append(languages(p.line), p.talk.Lang), append(p.line.Names[:len(p.line.Names):len(p.line.Names)], p.workplaces...))
}

// findWorkplaces learns where those work who have a quiet phone: what organizers wrote may name it (WORKERS.md: what a phone may show).
func (p *playing) findWorkplaces(ctx context.Context) (err error) {
	if p.phone().Valid {
		p.workplaces, err = p.g.store.WorkplacesOf(ctx, p.tx, p.tx.Conversation.Phone)
	}
	return err
}

// hides says whether a quiet phone would be shown dots instead of some of these words.
func (p *playing) hides(all ...store.Words) bool {
	if !p.env.Quiet || p.in.Channel != flows.Text {
		return false
	}
	for _, words := range all {
		for _, w := range words {
			if p.mask(w) != w {
				return true
			}
		}
	}
	return false
}
