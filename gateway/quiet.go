package gateway

import (
	"hotline/flows"
)

// quietly is what came of an effect as this turn may tell it: to a quiet phone, and in what nobody has just asked for, nothing that
// organizers wrote shows a revealing word or the name of an assembly. What flows say themselves was checked when they were loaded.
func (p *playing) quietly(effect, outcome string, values args) args {
	if !p.env.Quiet || p.in.Channel != flows.Text {
		return values
	}
	langs := append(languages(p.line), p.talk.Lang)
	mask := func(text string) string { return p.current.Masked(text, langs, p.line.Names) }
	shapes := p.g.effects[effect].Outcomes[outcome]
	told := make(args, len(values))
	for name, v := range values {
		told[name] = masked(v, shapes[name], mask)
	}
	return told
}

// masked hides words within a value. A text without a bound is an id or a name that flows compare, and never tell.
func masked(v flows.Value, shape flows.Shape, mask func(string) string) flows.Value {
	switch shape.Type {
	case flows.TypeText:
		if shape.Most > 0 {
			v.Text = mask(v.Text)
		}
	case flows.TypeWords:
		words := make(map[flows.Lang]string, len(v.Words))
		for lang, w := range v.Words {
			words[lang] = mask(w)
		}
		v.Words = words
	case flows.TypeList:
		list := make([]flows.Item, len(v.List))
		for i, item := range v.List {
			list[i] = make(flows.Item, len(item))
			for name, one := range item {
				list[i][name] = masked(one, shape.Fields[name], mask)
			}
		}
		v.List = list
	}
	return v
}
