package flows

import (
	"sync"

	"github.com/expr-lang/expr/vm"
)

// machine runs compiled expressions. Its tables are reused, emptied in between: they hold what people wrote.
type machine struct {
	vm  vm.VM
	env map[string]any
}

// machines hands them out; each Set has its own.
type machines struct{ pool sync.Pool }

// value evaluates an expression; nil gives the zero Value.
func (t *turn) value(e *expression) Value {
	switch {
	case e == nil:
		return Value{}
	case e.ref != nil:
		return t.get(e.ref)
	case e.constant != nil:
		return *e.constant
	}
	m, _ := t.set.machines.pool.Get().(*machine)
	if m == nil {
		m = &machine{env: map[string]any{}}
	}
	for name, r := range e.refs {
		m.env[name] = r.native(t.get(r))
	}
	result, err := m.vm.Run(e.program, m.env)
	clear(m.env)
	clear(m.vm.Stack[:cap(m.vm.Stack)])
	t.set.machines.pool.Put(m)
	if err != nil {
		t.fail("%s: the expression %q: %v", t.st.Step, e.src, err)
	}
	switch r := result.(type) {
	case bool:
		return Value{Flag: r}
	case int:
		return Value{Num: int64(r)}
	case string:
		return Value{Text: r}
	}
	return Value{}
}

// isUnset says whether an expression only names a variable that was never saved.
func (t *turn) isUnset(e *expression) bool {
	if e.ref == nil || e.ref.origin != fromVar {
		return false
	}
	_, ok := t.st.Vars[e.ref.name]
	return !ok
}

// holds says whether a condition is met; none always is.
func (t *turn) holds(e *expression) bool {
	return e == nil || t.value(e).Flag
}

// get finds what a name stands for now.
func (t *turn) get(r *ref) Value {
	var v Value
	switch r.origin {
	case fromFact:
		known := false
		if v, known = t.env.Facts[r.name]; !known && t.err == nil {
			t.err = &MissingFact{r.name}
		}
	case fromVar:
		v = t.st.Vars[r.name]
	case fromItem:
		v = Value{Item: t.it}
	case fromChannel:
		return Value{Text: string(t.env.Channel)}
	case fromLang:
		if t.st.Lang == "" && len(t.speaks) == 1 { // there is nothing to choose
			return Value{Text: string(t.speaks[0].lang)}
		}
		return Value{Text: string(t.st.Lang)}
	}
	if r.field != "" && r.list == nil {
		return v.Item[r.field]
	}
	return v
}

// native is a value as an expression handles it.
func (r *ref) native(v Value) any {
	switch r.shape.Type {
	case TypeText, TypeCode:
		return v.Text
	case TypeNumber:
		return int(v.Num)
	case TypeFlag:
		return v.Flag
	case TypeTime:
		return moment(v)
	case TypeWords:
		return words(v)
	case TypeSaid:
		return said(v)
	case TypeList:
		return list(v)
	default:
		return item(v)
	}
}

// zero is an empty value of the same kind, to tell its type by.
func (r *ref) zero() any { return r.native(Value{}) }
