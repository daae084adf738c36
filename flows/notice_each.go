package flows

import (
	"maps"
	"slices"
	"strconv"
)

// A notice may have one answer for each item of a list that what it is about brings: the options of a ballot. What is printed behind the digits is
// told from the item, in the language of whoever gets it:
//
//	notice:
//	  of: ballot
//	  before: TEXT         stands above these answers: what has to be known before one is chosen
//	  each: options        the list
//	  label: "{it.name}"   how one of it is printed
//	  save: {choice: number, chosen: name}    what the flow takes of the one that was answered: a field of it, or its number in the list
//	  answer: reply        and these, where the list cannot be offered: it does not fit, or the phone has too few digits left
//	  answers: …
type noticeEach struct {
	at     place
	list   string // "": the notice has none
	item   Shape
	before *text
	label  *text
	saves  []noticeSave
}

// noticeSave is what the flow takes of an answer.
type noticeSave struct {
	name  string
	at    place
	field string
	shape Shape
}

// needs are the fields that a notice has to have.
func (n *notice) needs(o *object) []string {
	all := []string{"of", "about", "without"}
	if o.get("each") == nil || o.get("answers") != nil || o.get("answer") != nil {
		all = append(all, "answer", "answers")
	}
	for _, name := range []string{"each", "label", "save", "before"} {
		if o.get(name) != nil {
			return append(all, "each", "label", "save")
		}
	}
	return all
}

// readEach reads the answers of a list; o is the notice.
func (l *loader) readEach(f *flow, n *notice, o *object) {
	n.each.before, n.each.label = l.text(o.get("before")), l.text(o.get("label"))
	each := o.get("each")
	if each == nil {
		return
	}
	n.each.at = each.at
	n.each.list, _ = l.scalar(each.value, "each")
	brings := l.set.vocabulary.Notices[n.of]
	list, known := brings[n.each.list]
	if !known || list.Type != TypeList {
		lists := slices.Sorted(maps.Keys(brings))
		lists = slices.DeleteFunc(lists, func(name string) bool { return brings[name].Type != TypeList })
		l.found.add(each.at, "a %s brings no list %q, but %s%s", n.of, n.each.list, orNothing(lists), didYouMean(n.each.list, lists))
	}
	n.each.item = itemOf(list)
	save := o.get("save")
	if save == nil {
		return
	}
	for _, one := range l.object(save.value, "save").fields {
		field, _ := l.scalar(one.value, one.key)
		shape, known := n.each.item.Fields[field]
		if !known {
			fields := slices.Sorted(maps.Keys(n.each.item.Fields))
			l.found.add(one.at, "an item of it has no field %q, but %s%s", field, orNothing(fields), didYouMean(field, fields))
			continue
		}
		l.takes(f, one.key, one.at, shape)
		n.each.saves = append(n.each.saves, noticeSave{one.key, one.at, field, shape})
	}
}

// offered are the answers of the list, where what is known of what the notice is about holds it; else there are the fixed ones.
func (n *notice) offered(known map[string]Value) []Item {
	if n.each.list == "" {
		return nil
	}
	return known[n.each.list].List
}

// names are what the answers are called, in the order in which they are printed: those of a list by their numbers.
func (n *notice) names(known map[string]Value) (all []string) {
	for i := range n.offered(known) {
		all = append(all, strconv.Itoa(i+1))
	}
	if len(all) > 0 {
		return all
	}
	for _, a := range n.answers {
		all = append(all, a.key)
	}
	return all
}

// labels are how they are printed, in the same order.
func (n *notice) labels(t *turn, g *language, known map[string]Value) (all []string) {
	for i, item := range n.offered(known) {
		t.it = numberedItem(item, i+1)
		all = append(all, t.words(n.each.label, g))
	}
	t.it = nil
	if len(all) > 0 {
		return all
	}
	for _, a := range n.answers {
		all = append(all, t.words(a.label, g))
	}
	return all
}

// listGiven is what holds where an answer of the list, and no more, begins the flow, and where anything else does; nil: its notice has no list.
func (f *flow) listGiven() (given, not map[string]any) {
	if f.notice == nil || f.notice.each.list == "" {
		return nil, nil
	}
	given, not = map[string]any{"given(" + f.notice.more + ")": false}, map[string]any{"given(" + f.notice.more + ")": false}
	for _, s := range f.notice.each.saves {
		if s.shape.Type == TypeNumber {
			given[s.name], not[s.name] = 1, 0
		} else {
			given["given("+s.name+")"], not["given("+s.name+")"] = true, false
		}
	}
	return given, not
}

// leadsEach says whether the flow begins with a branch that tells an answer of the list from all else.
func (f *flow) leadsEach() bool {
	given, not := f.listGiven()
	i := f.rungOf(given)
	return i >= 0 && f.steps[0].verb.(*branch).rungs[i].condition != nil && i != f.rungOf(not)
}
