package flows

import (
	"maps"
	"slices"
)

// A flow may say how it is answered from a notice: a text to many that carries a question, each answer of which has two digits of its own
// there. The answer comes days later, in any order with others, and begins the flow at its first step with what it takes:
//
//	notice:
//	  of: meeting          what the notice is about; the flow knows of it what it takes of that: its values by their names
//	  about: TEXT          how the question is told where somebody is asked which one they answer
//	  answer: reply        a text that it takes: the name of the answer
//	  more: told           a said that it takes: the whole text, where more stands behind the digits than a few words
//	  answers:
//	    yes: {label: TEXT, digits: to_yes}    a number that it takes: the two digits of this answer, to tell how to change it
//	  after: TEXT          stands behind the answers
//	  without: TEXT        stands in their place where a phone has no digits left
//
// Each item of a list may be an answer instead, as notice_each.go says.
type notice struct {
	at      place
	of      string
	about   *text
	answer  string
	more    string
	answers []noticeAnswer
	after   *text
	without *text
	each    noticeEach
}

// noticeAnswer is one answer that a notice prints.
type noticeAnswer struct {
	key    string
	at     place
	label  *text
	digits string
	folded []string // its label, in every language of the set
}

// mostNoticeAnswers keeps a group of digits small: there are few.
const mostNoticeAnswers = 5

func (l *loader) readNotice(f *flow, field *field) {
	if field == nil {
		return
	}
	l.step = &step{flow: f}
	o := l.object(field.value, "notice", noticeFields().names()...)
	n := &notice{at: field.at, about: l.text(o.get("about")), after: l.text(o.get("after")), without: l.text(o.get("without"))}
	f.notice = n
	for _, name := range n.needs(o) {
		if o.get(name) == nil {
			l.found.add(o.at, "a notice needs %q; add it", name)
		}
	}
	if of := o.get("of"); of != nil {
		n.of, _ = l.scalar(of.value, "of")
		l.noticeOf(f, n.of, of.at)
	}
	n.answer, n.more = l.taken(f, o.get("answer"), TypeText, 0), l.taken(f, o.get("more"), TypeSaid, 0)
	l.readEach(f, n, o)
	answers := o.get("answers")
	if answers == nil {
		return
	}
	for _, one := range l.object(answers.value, "answers").fields {
		ao := l.object(one.value, "an answer", noticeAnswerFields().names()...)
		a := noticeAnswer{key: one.key, at: one.at, label: l.text(ao.get("label")), digits: l.taken(f, ao.get("digits"), TypeNumber, mostNoticeDigits)}
		if a.label == nil {
			l.found.add(one.at, "answer %q needs a \"label:\"", one.key)
		}
		n.answers = append(n.answers, a)
	}
	if len(n.answers) == 0 || len(n.answers) > mostNoticeAnswers {
		l.found.add(answers.at, "there are %d answers, and a notice has room for 1 to %d", len(n.answers), mostNoticeAnswers)
	}
}

const mostNoticeDigits = 99

// noticeOf sees that what the flow takes of what the notice is about has the type that it is told with.
func (l *loader) noticeOf(f *flow, of string, at place) {
	brings, offered := l.set.vocabulary.Notices[of]
	if known := slices.Sorted(maps.Keys(l.set.vocabulary.Notices)); !offered {
		l.found.add(at, "a notice is about one of %s, and not %q%s", orNothing(known), of, didYouMean(of, known))
		return
	}
	for i, p := range f.takes {
		shape, told := brings[p.name]
		switch {
		case !told:
		case shape.Type != p.shape.Type:
			l.found.add(p.at, "%q of a %s is a %s; change its type under \"takes:\"", p.name, of, shape.Type)
		default:
			f.takes[i].shape.Most = shape.Most
		}
	}
}

// taken reads the name of one of what the flow takes, of that type.
func (l *loader) taken(f *flow, field *field, t Type, most int) string {
	if field == nil {
		return ""
	}
	name, _ := l.scalar(field.value, field.key)
	l.takes(f, name, field.at, Shape{Type: t, Most: most})
	return name
}

// takes sees that a flow takes something of that shape.
func (l *loader) takes(f *flow, name string, at place, shape Shape) {
	i := slices.IndexFunc(f.takes, func(s saved) bool { return s.name == name })
	switch {
	case i < 0:
		l.found.add(at, "it comes as %q, which this flow does not take; add it under \"takes:\"", name)
	case f.takes[i].shape.Type != shape.Type:
		l.found.add(at, "%q is a %s, and this is a %s; change its type under \"takes:\"", name, f.takes[i].shape.Type, shape.Type)
	default:
		f.takes[i].shape.Most = shape.Most
	}
}

// resolveNotice ties its texts, and folds the labels, so that reading an answer need not.
func (l *loader) resolveNotice(f *flow) {
	n := f.notice
	if n == nil {
		return
	}
	l.file, l.flow, l.step = f.at.file, f, &step{flow: f}
	before := len(f.reads)
	for _, x := range []*text{n.about, n.after, n.without, n.each.before} {
		l.resolveText(x, nil)
	}
	l.resolveText(n.each.label, &n.each.item)
	for i := range n.answers {
		a := &n.answers[i]
		l.resolveText(a.label, nil)
		if a.label == nil {
			continue
		}
		for _, g := range l.set.languages {
			if plain, ok := a.label.in(Text, g.lang).plain(); ok {
				a.folded = append(a.folded, fold(plain))
			} else {
				l.found.add(a.at, "the label of an answer in a notice is words without gaps: it is the same for everybody")
				break
			}
		}
	}
	for _, r := range f.reads[before:] { // no turn is under way when it is told
		if r.ref.origin != fromItem && !slices.ContainsFunc(f.takes, func(s saved) bool { return s.name == r.ref.name }) {
			l.found.add(r.at, "a notice tells nothing but what its flow takes, and {%s} is none of that", r.ref.key())
		}
	}
	f.reads = f.reads[:before]
}

// texts are those of a notice; some may be nil.
func (n *notice) texts() []*text {
	if n == nil {
		return nil
	}
	all := []*text{n.about, n.after, n.without, n.each.before, n.each.label}
	for _, a := range n.answers {
		all = append(all, a.label)
	}
	return all
}
