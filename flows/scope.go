package flows

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// origin is where a value comes from.
type origin int

const (
	fromFact origin = iota
	fromVar
	fromItem    // a field of the item of an each, while its label is told
	fromChannel // "text" or "voice"
	fromLang    // the chosen language; "" while none is
)

// ref names one value that is known while a step runs.
type ref struct {
	origin origin
	name   string // of the fact or the variable
	field  string // of an item
	shape  Shape
	list   *Shape // of a field that is told of each item of a list: the list
}

// scope is what may be named at one place.
type scope struct {
	facts map[string]Shape
	vars  map[string]Shape
	it    *Shape
}

// scope is what may be named in the flow that is being resolved; it is the shape of an each's item, nil elsewhere.
func (l *loader) scope(it *Shape) scope {
	return scope{l.set.vocabulary.Facts, l.flow.vars, it}
}

// resolve finds what a dotted path names. What is left over of the path is the format to tell it in. A nil ref comes with the reason.
func (s scope) resolve(path []string) (r *ref, rest []string, why string) {
	switch {
	case path[0] == "it":
		if s.it == nil {
			return nil, nil, "\"it\" is an item of an each, and there is none here"
		}
		return within(&ref{origin: fromItem, shape: *s.it}, path[1:])
	case path[0] == "channel":
		return &ref{origin: fromChannel, shape: Shape{Type: TypeText}}, path[1:], ""
	case path[0] == "lang":
		return &ref{origin: fromLang, shape: Shape{Type: TypeText}}, path[1:], ""
	}
	if shape, ok := s.vars[path[0]]; ok {
		return within(&ref{origin: fromVar, name: path[0], shape: shape}, path[1:])
	}
	for n := len(path); n > 0; n-- {
		name := strings.Join(path[:n], ".")
		if shape, ok := s.facts[name]; ok {
			return within(&ref{origin: fromFact, name: name, shape: shape}, path[n:])
		}
	}
	name := strings.Join(path, ".")
	known := slices.Concat(slices.Collect(maps.Keys(s.vars)), slices.Collect(maps.Keys(s.facts)))
	return nil, nil, fmt.Sprintf("there is no fact or variable %q%s", name, didYouMean(name, known))
}

// knows says whether a path begins with anything that may be named.
func (s scope) knows(path []string) bool {
	if _, ok := s.vars[path[0]]; ok || path[0] == "it" || path[0] == "channel" || path[0] == "lang" {
		return true
	}
	for n := len(path); n > 0; n-- {
		if _, ok := s.facts[strings.Join(path[:n], ".")]; ok {
			return true
		}
	}
	return false
}

// within goes into an item, or into every item of a list.
func within(r *ref, path []string) (*ref, []string, string) {
	if r.shape.Type != TypeItem && r.shape.Type != TypeList || len(path) == 0 {
		return r, path, ""
	}
	t, ok := r.shape.Fields[path[0]]
	if !ok {
		names := slices.Sorted(maps.Keys(r.shape.Fields))
		return nil, nil, fmt.Sprintf("it has no field %q, but %s%s", path[0], strings.Join(names, ", "), didYouMean(path[0], names))
	}
	of := &ref{origin: r.origin, name: r.name, field: path[0], shape: t}
	if r.shape.Type == TypeList {
		of.list = &r.shape
	}
	return of, path[1:], ""
}

// read notes that a step reads a value.
func (l *loader) read(r *ref, at place, given []saved) {
	l.flow.reads = append(l.flow.reads, read{ref: r, at: at, step: l.step, given: given})
}

// itemOf is the shape of one item of a list: its fields, and its number in the list, from 1.
func itemOf(list Shape) Shape {
	fields := map[string]Shape{"number": {Type: TypeNumber, Most: mostOptions}}
	maps.Copy(fields, list.Fields)
	return Shape{Type: TypeItem, Fields: fields}
}

func sameShape(a, b Shape) bool {
	return a.Type == b.Type && maps.EqualFunc(a.Fields, b.Fields, sameShape)
}

// fits says whether a value of one type may be given where another is taken. Words that somebody wrote are something said.
func fits(given, taken Type) bool {
	return given == taken || given == TypeText && taken == TypeSaid
}

// mostVariables bounds what is followed through a flow.
const mostVariables = 500

// infer finds the type of every variable of a flow: what is known at once, then what follows from it. False: they are too many.
func (l *loader) infer(f *flow) bool {
	l.flow = f
	var open []saved
	note := func(s saved, shape Shape) {
		known, ok := f.vars[s.name]
		if ok && fits(shape.Type, known.Type) && !sameShape(shape, known) {
			return
		}
		if ok && !sameShape(known, shape) && !fits(known.Type, shape.Type) {
			l.found.add(s.at, "%q is a %s here and a %s elsewhere; use two names", s.name, shape.Type, known.Type)
			return
		}
		f.vars[s.name] = shape
	}
	for _, s := range f.saves() {
		if s.from == nil {
			note(s, s.shape)
		} else {
			open = append(open, s)
		}
	}
	if names := map[string]bool{}; len(f.saves()) > mostVariables {
		for _, s := range f.saves() {
			names[s.name] = true
		}
		if len(names) > mostVariables && !l.earlier {
			l.found.add(f.at, "a flow knows at most %d variables, and this saves %d; part it in two", mostVariables, len(names))
			return false
		}
	}
	waiting := map[string][]saved{} // for the type of the variable of that name
	for len(open) > 0 {
		s := open[0]
		open = open[1:]
		shape, missing, ok := s.from.shapeIn(l.scope(nil))
		if !ok {
			if missing != "" {
				waiting[missing] = append(waiting[missing], s)
			}
			continue
		}
		if s.item {
			shape = itemOf(shape)
		}
		note(s, shape)
		open = append(open, waiting[s.name]...)
		delete(waiting, s.name)
	}
	return true
}

// saves is everything that a flow saves anywhere.
func (f *flow) saves() []saved {
	all := slices.Clone(f.takes)
	for _, s := range f.steps {
		for _, e := range s.verb.edges() {
			all = append(all, e.sets...)
		}
	}
	return all
}
