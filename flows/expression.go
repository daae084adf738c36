package flows

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
	"github.com/expr-lang/expr/types"
	"github.com/expr-lang/expr/vm"
)

// maxExpression keeps expressions short enough to be read aloud (and their parser from nesting deep).
const maxExpression = 300

// expression is a small typed formula: comparing, counting, and, or, not, and the functions below. Nothing in it can loop or fail.
type expression struct {
	at       place
	src      string
	tree     ast.Node
	shape    Shape
	ref      *ref        // it only names a value
	constant *Value      // it is a literal
	program  *vm.Program // anything else
	refs     map[string]*ref
}

// Values of these types can be handed to a function and not be calculated with. Their names are what a message about types says.
type (
	said   Value
	moment Value
	words  Value
	item   Value
	list   Value
)

// functions are all that an expression may call.
func functions() []expr.Option {
	return []expr.Option{
		expr.Function("words", func(p ...any) (any, error) { return wordCount(written(p[0])), nil },
			new(func(string) int), new(func(said) int)),
		expr.Function("digits", func(p ...any) (any, error) { return len(codeIn(written(p[0]))), nil },
			new(func(string) int), new(func(said) int)),
		expr.Function("code", func(p ...any) (any, error) { return codeIn(written(p[0])), nil },
			new(func(string) string), new(func(said) string)),
		expr.Function("given", func(p ...any) (any, error) {
			switch v := p[0].(type) {
			case said:
				return v.Rec != "" || strings.TrimSpace(v.Text) != "", nil
			case moment:
				return v.Num != 0, nil
			case words:
				return slices.ContainsFunc(slices.Collect(maps.Values(v.Words)), func(s string) bool { return strings.TrimSpace(s) != "" }), nil
			}
			return strings.TrimSpace(written(p[0])) != "", nil
		}, new(func(string) bool), new(func(said) bool), new(func(moment) bool), new(func(words) bool)),
		expr.Function("text", func(p ...any) (any, error) {
			switch v := p[0].(type) {
			case int:
				return strconv.Itoa(v), nil
			case bool:
				return strconv.FormatBool(v), nil
			case moment:
				return plainTime(Value(v)), nil
			}
			return written(p[0]), nil
		}, new(func(int) string), new(func(bool) string), new(func(moment) string), new(func(string) string)),
		expr.Function("len", func(p ...any) (any, error) { return len(p[0].(list).List), nil }, new(func(list) int)),
	}
}

// plainTime is a moment as records write it, in its own zone; of a day alone, the day.
func plainTime(v Value) string {
	at := time.Unix(v.Num, 0).UTC()
	if zone, err := time.LoadLocation(v.Zone); err == nil {
		at = at.In(zone)
	}
	if at.Hour() == 0 && at.Minute() == 0 {
		return at.Format(time.DateOnly)
	}
	return at.Format(momentLayout)
}

// written is the words of a text or of something said.
func written(v any) string {
	if s, ok := v.(said); ok {
		return s.Text
	}
	s, _ := v.(string)
	return s
}

// expression reads a formula.
func (l *loader) expression(f *field) *expression {
	e := &expression{at: l.place(f.value)}
	src, ok := l.scalar(f.value, f.key)
	if !ok {
		return e
	}
	if len(src) > maxExpression {
		l.found.add(e.at, "the expression is longer than %d letters; use steps", maxExpression)
		return e
	}
	tree, err := parser.Parse(src)
	if err != nil {
		l.found.add(e.at, "the expression %q cannot be read: %s", src, inSimpleWords(firstLine(err)))
		return e
	}
	e.src, e.tree = src, tree.Node
	return e
}

// shapeIn is the expression's shape if all that it names is known; else the first name that is not, if that is what it lacks.
func (e *expression) shapeIn(s scope) (shape Shape, missing string, ok bool) {
	if e.tree == nil {
		return Shape{}, "", false
	}
	n := namer{scope: s, refs: map[string]*ref{}, paths: map[ast.Node][]string{}}
	ast.Walk(&e.tree, &n)
	for _, node := range n.order {
		if path := n.paths[node]; !slices.Contains(n.inner, node) && !s.knows(path) {
			return Shape{}, path[0], false
		}
	}
	trial := expression{at: e.at, src: e.src, tree: e.tree}
	if why := trial.compile(s); why != "" {
		return Shape{}, "", false
	}
	return trial.shape, "", true
}

// resolveExpression compiles an expression and checks that it gives one of the wanted types (any, if none is named).
func (l *loader) resolveExpression(e *expression, it *Shape, given []saved, wanted ...Type) {
	if e == nil || e.tree == nil {
		return // left out, or there is a finding already
	}
	if e.shape.Type == "" { // an expression on a way that several answers share is resolved for each
		if why := e.compile(l.scope(it)); why != "" {
			l.found.add(e.at, "%s", why)
			return
		}
	}
	if len(wanted) > 0 && !slices.ContainsFunc(wanted, func(t Type) bool { return fits(e.shape.Type, t) }) {
		l.found.add(e.at, "%s is a %s, and a %s is needed here", e.src, e.shape.Type, wanted[0])
	}
	for _, name := range slices.Sorted(maps.Keys(e.refs)) {
		l.read(e.refs[name], e.at, given)
	}
}

// inSimpleWords adds to what the compiler says of the commonest slips what to do.
func inSimpleWords(why string) string {
	switch {
	case strings.Contains(why, "mismatched types") && strings.Contains(why, "string"):
		return why + "; a number, a day or a flag becomes a text by text(name)"
	case strings.Contains(why, `Operator("=")`):
		return why + "; what is compared stands on both sides of =="
	case strings.Contains(why, "unexpected token Identifier"):
		return why + "; a text stands in quotes within the quotes: \"'Heat in the hall'\""
	}
	return why
}

// compile ties the names to values and checks the types. It gives the reason when it cannot.
func (e *expression) compile(s scope) (why string) {
	e.refs = map[string]*ref{}
	n := namer{scope: s, refs: e.refs, paths: map[ast.Node][]string{}}
	ast.Walk(&e.tree, &n)
	if why := n.verdict(); why != "" {
		return why
	}
	switch root := e.tree.(type) {
	case *ast.IdentifierNode, *ast.MemberNode:
		path := strings.Join(n.paths[root], ".")
		e.ref = e.refs[path]
		e.shape = e.ref.shape
		return ""
	case *ast.StringNode:
		e.constant, e.shape.Type = &Value{Text: root.Value}, TypeText
		return ""
	case *ast.BoolNode:
		e.constant, e.shape.Type = &Value{Flag: root.Value}, TypeFlag
		return ""
	case *ast.IntegerNode:
		e.constant, e.shape.Type = &Value{Num: int64(root.Value)}, TypeNumber
		return ""
	}
	env := types.Map{}
	for name, r := range e.refs {
		env[name] = types.TypeOf(r.zero())
	}
	options := append(functions(), expr.Env(env), expr.DisableAllBuiltins(), expr.Patch(&flattener{refs: e.refs}))
	program, err := expr.Compile(e.src, options...)
	if err != nil {
		return fmt.Sprintf("the expression %q: %s", e.src, inSimpleWords(strings.ReplaceAll(firstLine(err), "flows.", "")))
	}
	e.program = program
	switch kind := program.Node().Type(); {
	case kind == nil:
		return fmt.Sprintf("the expression %q has no type", e.src)
	case kind.Kind().String() == "bool":
		e.shape.Type = TypeFlag
	case kind.Kind().String() == "int":
		e.shape.Type = TypeNumber
	case kind.Kind().String() == "string" && calls(e.tree, "code"):
		e.shape = Shape{Type: TypeCode, Most: longestCode}
	case kind.Kind().String() == "string":
		e.shape.Type = TypeText
	default:
		return fmt.Sprintf("the expression %q gives neither a number nor a flag nor a text", e.src)
	}
	return ""
}

// calls tells whether an expression is a call of a function, and nothing around it.
func calls(tree ast.Node, function string) bool {
	call, ok := tree.(*ast.CallNode)
	if !ok {
		return false
	}
	callee, ok := call.Callee.(*ast.IdentifierNode)
	return ok && callee.Value == function
}

// namer finds what the names in an expression stand for, and refuses what is no part of the language.
type namer struct {
	scope scope
	refs  map[string]*ref
	paths map[ast.Node][]string // of every name, and of every name.field
	order []ast.Node            // the same, as they come
	inner []ast.Node            // names that are only a part of a longer one, or a function's
	why   string
}

// Visit is called for a node after its parts.
func (n *namer) Visit(node *ast.Node) {
	switch v := (*node).(type) {
	case *ast.IdentifierNode:
		n.paths[v], n.order = []string{v.Value}, append(n.order, v)
	case *ast.MemberNode:
		property, ok := v.Property.(*ast.StringNode)
		base := n.paths[v.Node]
		if !ok || base == nil {
			n.why = "a name is written name.field"
			return
		}
		n.inner = append(n.inner, v.Node)
		n.paths[v], n.order = append(slices.Clone(base), property.Value), append(n.order, v)
	case *ast.CallNode:
		n.inner = append(n.inner, v.Callee)
	case *ast.BuiltinNode:
		if v.Name != "len" {
			n.why = fmt.Sprintf("there is no function %q; there are words, code, digits, given, text and len", v.Name)
		}
	case *ast.StringNode:
		if strings.Contains(v.Value, "{") {
			n.why = fmt.Sprintf("%q: gaps are not filled in an expression; write 'words ' + name, or text(name) for a number, a day or a flag", v.Value)
		}
	case *ast.UnaryNode, *ast.ConditionalNode, *ast.BoolNode, *ast.IntegerNode, *ast.ArrayNode, *ast.ConstantNode:
	case *ast.BinaryNode:
		if operators := "== != < <= > >= and or && || in + -"; !slices.Contains(strings.Fields(operators), v.Operator) {
			n.why = fmt.Sprintf("%q is no part of this language; there are %s, not", v.Operator, operators)
		}
	default:
		n.why = "only names, numbers, 'text', comparisons, and, or, not, and calls of words, code, digits, given, text and len may stand here"
	}
}

// verdict ties the whole names once all are known.
func (n *namer) verdict() string {
	for _, node := range n.order {
		path := n.paths[node]
		if n.why != "" || slices.Contains(n.inner, node) {
			continue
		}
		r, rest, why := n.scope.resolve(path)
		if r != nil && r.list != nil {
			why = fmt.Sprintf("%q is told of every item of a list, and can only be told; count the list with len", strings.Join(path, "."))
		} else if r != nil && len(rest) > 0 {
			why = fmt.Sprintf("%q has no %q", strings.Join(path[:len(path)-len(rest)], "."), strings.Join(rest, "."))
		}
		if why != "" {
			return why
		}
		n.refs[strings.Join(path, ".")] = r
	}
	return n.why
}

// flattener turns the dotted names into plain ones, so that running needs one flat table of values.
type flattener struct {
	refs  map[string]*ref
	paths map[ast.Node]string
}

// Visit is called for a node after its parts.
func (f *flattener) Visit(node *ast.Node) {
	if f.paths == nil {
		f.paths = map[ast.Node]string{}
	}
	switch v := (*node).(type) {
	case *ast.IdentifierNode:
		f.paths[v] = v.Value
	case *ast.MemberNode:
		property, ok := v.Property.(*ast.StringNode)
		if !ok {
			return
		}
		path := f.paths[v.Node] + "." + property.Value
		if f.refs[path] != nil {
			ast.Patch(node, &ast.IdentifierNode{Value: path})
		}
		f.paths[*node] = path
	case *ast.CallNode:
		v.SetType(nil) // it was typed before its arguments' names meant anything, and would not be again
	}
}

// firstLine keeps the sentence of an error and drops the drawing below it.
func firstLine(err error) string {
	if e := (*file.Error)(nil); errors.As(err, &e) {
		return e.Message
	}
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}
