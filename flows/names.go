package flows

import (
	"slices"
	"strings"
)

// isName says whether steps and variables may be called so: letters a to z, digits and _, beginning with a letter.
func isName(s string) bool {
	for i, r := range s {
		if !(r >= 'a' && r <= 'z' || r == '_' || i > 0 && r >= '0' && r <= '9') {
			return false
		}
	}
	return s != "" && len(s) <= 40
}

// cutPrefixWord takes "flow report" apart.
func cutPrefixWord(s, word string) (rest string, ok bool) {
	rest, ok = strings.CutPrefix(s, word+" ")
	return strings.TrimSpace(rest), ok
}

// variable checks the name of something saved.
func (l *loader) variable(name string, at place) string {
	_, isFact := l.set.vocabulary.Facts[name]
	switch {
	case !isName(name):
		l.found.add(at, "a variable cannot be called %q; use small letters, digits and _, beginning with a letter", name)
	case isFact || name == "it" || name == "channel" || name == "lang":
		l.found.add(at, "%q is known already, and cannot be saved; choose another name", name)
	}
	return name
}

// takenTypes are the types of what a flow may take.
func takenTypes() []string {
	return []string{string(TypeText), string(TypeNumber), string(TypeFlag), string(TypeTime), string(TypeWords), string(TypeCode), string(TypeSaid)}
}

// typeName reads the type of something a flow takes.
func (l *loader) typeName(f field) Type {
	name, _ := l.scalar(f.value, f.key)
	simple := takenTypes()
	if !slices.Contains(simple, name) {
		l.found.add(f.at, "%q is no type; it is one of %s%s", name, strings.Join(simple, ", "), didYouMean(name, simple))
	}
	return Type(name)
}

// bind finds what each target names.
func (l *loader) bind() {
	for _, p := range l.targets {
		to, f := p.target, p.flow
		switch {
		case to.flow != "":
			into := l.set.flows[to.flow]
			if _, unread := l.set.files[to.flow+".yaml"]; into == nil && unread {
				continue // its file has findings of its own
			}
			if into == nil {
				l.found.add(to.at, "there is no flow %q%s", to.flow, didYouMean(to.flow, l.set.flowNames()))
			} else if len(into.steps) > 0 {
				to.step = into.steps[0]
			}
		case to.name != "end":
			if to.step = f.step(to.name); to.step == nil {
				l.found.add(to.at, "this goes to %q, which is not a step of this flow%s", to.name, didYouMean(to.name, f.stepNames()))
			}
		}
	}
}
