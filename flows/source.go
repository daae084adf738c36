package flows

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// Limits of one file. They keep a hostile one from costing more than its size: the parser calls itself once per level.
const (
	maxFile   = 256 << 10
	maxLine   = 2000
	maxNested = 40
)

// source reads one YAML file. It hands out values with their places, and notes what is wrong instead of stopping.
type source struct {
	file    string
	found   *findings
	earlier bool // the set was right by the rules of an earlier program: it need not have what was added since, and may have what was taken out
}

// lacks notes something that every set has to have.
func (s *source) lacks(at place, format string, args ...any) {
	if !s.earlier {
		s.found.add(at, format, args...)
	}
}

// object is a mapping whose keys were checked.
type object struct {
	at     place
	fields []field
}

// field is one key of a mapping and its value.
type field struct {
	key   string
	at    place
	value ast.Node
}

// get finds a field; nil if it was left out.
func (o *object) get(key string) *field {
	for i := range o.fields {
		if o.fields[i].key == key {
			return &o.fields[i]
		}
	}
	return nil
}

// parse gives the one document of a file, nil if it cannot be read.
func (s *source) parse(text string) (root ast.Node) {
	text = strings.TrimPrefix(text, "\ufeff") // which editors of Windows put first
	if !s.bounded(text) {
		return nil
	}
	// The parser is not ours, and files come from outside: should it trip, that is a finding like any other.
	defer func() {
		if r := recover(); r != nil {
			s.found.add(place{s.file, 1, 1}, "this cannot be read as YAML")
			root = nil
		}
	}()
	file, err := parser.ParseBytes([]byte(text), 0)
	if err != nil {
		s.syntax(err)
		return nil
	}
	switch {
	case len(file.Docs) == 0 || len(file.Docs) == 1 && file.Docs[0].Body == nil:
		s.found.add(place{s.file, 1, 1}, "the file is empty; write the flow, or take the file away")
		return nil
	case len(file.Docs) > 1:
		s.found.add(place{s.file, 1, 1}, "a file holds one document, and this holds %d; take out the lines of \"---\"", len(file.Docs))
		return nil
	}
	return file.Docs[0].Body
}

// bounded refuses what would be costly to parse.
func (s *source) bounded(text string) bool {
	if len(text) > maxFile {
		s.found.add(place{s.file, 1, 1}, "the file is %d kB, and at most %d are read; split the flow", len(text)>>10, maxFile>>10)
		return false
	}
	open, number := 0, 0
	for line := range strings.Lines(text) {
		number++
		if !utf8.ValidString(line) {
			i := strings.IndexFunc(strings.ToValidUTF8(line, "\ufffd"), func(r rune) bool { return r == utf8.RuneError })
			s.found.add(place{s.file, number, i + 1}, "this letter is not written in UTF-8; save the file as UTF-8")
			return false
		}
		if i := strings.IndexFunc(strings.TrimRight(line, "\r\n"), func(r rune) bool { return unicode.IsControl(r) && r != '\t' }); i >= 0 {
			s.found.add(place{s.file, number, i + 1}, "a character that cannot be seen, %q; take it out", []rune(line[i:])[0])
			return false
		}
		if len(line) > maxLine {
			s.found.add(place{s.file, number, maxLine}, "the line is longer than %d bytes; break it", maxLine)
			return false
		}
		indent := len(line) - len(strings.TrimLeft(line, " "))
		if strings.HasPrefix(line[indent:], "\t") {
			s.found.add(place{s.file, number, indent + 1}, "a tab; indent with spaces")
			return false
		}
		open += strings.Count(line, "[") + strings.Count(line, "{") - strings.Count(line, "]") - strings.Count(line, "}")
		if open = max(open, 0); open > maxNested || indent > 10*maxNested || strings.Count(line, "- ")+strings.Count(line, "? ") > 4*maxNested {
			s.found.add(place{s.file, number, 1}, "too deeply nested; keep it flat")
			return false
		}
	}
	return true
}

// syntax keeps the parser's own sentence and place, without its drawing of the line.
func (s *source) syntax(err error) {
	at, message := place{s.file, 1, 1}, "this cannot be read as YAML"
	if e := yaml.Error(nil); errors.As(err, &e) {
		message = inPlainWords(e.GetMessage())
		if tk := e.GetToken(); tk != nil && tk.Position != nil {
			at.line, at.column = tk.Position.Line, tk.Position.Column
		}
	}
	s.found.add(at, "%s", message)
}

// slips are what the parser says of the commonest ones, and what whoever made them can do. It often notices a slip only behind it.
var slips = []struct{ says, means string }{
	{"value is not allowed in this context", "this does not fit what stands above it: look for spaces too many or too few at the beginning of this line or those above, or for a \":\" left out"},
	{"non-map value is specified", "this is no \"name: value\" line: look for a \":\" left out, here or just above, and for the space that comes after it"},
	{"',' or '}' must be specified", "a \"{\" opened here or above is not closed, or a \",\" is missing in it; words that hold a comma or a colon stand in quotes"},
	{"',' or ']' must be specified", "a \"[\" opened here or above is not closed, or a \",\" is missing in it"},
	{"could not find end character of double-quoted text", "a \" opened here is not closed"},
	{"could not find end character of single-quoted text", "a ' opened here is not closed"},
}

// inPlainWords puts what the parser says for those who do not know YAML.
func inPlainWords(message string) string {
	for _, one := range slips {
		if strings.Contains(message, one.says) {
			return one.means
		}
	}
	if rest, ok := strings.CutPrefix(message, "mapping key "); ok {
		name, at, _ := strings.Cut(rest, " already defined at ")
		line, _, _ := strings.Cut(strings.Trim(at, "[]"), ":")
		return fmt.Sprintf("%s stands here twice, first in line %s; keep one", name, line)
	}
	return message
}

// place is where a value begins. The parser gives a mapping the place of its first colon, which is not where anybody looks.
func (s *source) place(n ast.Node) place {
	at := place{s.file, 1, 1}
	if n == nil {
		return at
	}
	if pair, ok := n.(*ast.MappingValueNode); ok {
		n = pair.Key // its own token is the colon
	}
	if m, ok := n.(*ast.MappingNode); ok && !m.IsFlowStyle && len(m.Values) > 0 {
		n = m.Values[0].Key
	}
	if tk := n.GetToken(); tk != nil && tk.Position != nil {
		at.line, at.column = tk.Position.Line, tk.Position.Column
	}
	return at
}

// object reads a mapping; what says in words where it stands. Keys other than the allowed ones are findings; none given: any key.
func (s *source) object(n ast.Node, what string, allowed ...string) *object {
	o := &object{at: s.place(n)}
	m, ok := n.(ast.MapNode)
	if !ok {
		s.found.add(o.at, "%s is written as \"name: value\" lines, and this is not", what)
		return o
	}
	for it := m.MapRange(); it.Next(); {
		f := field{key: it.Key().GetToken().Value, at: s.place(it.Key()), value: it.Value()}
		switch {
		case it.Key().IsMergeKey():
			s.found.add(f.at, "merging with << is not part of this language; write it out")
		case o.get(f.key) != nil:
			s.found.add(f.at, "%q stands here twice; keep one", f.key)
		case len(allowed) > 0 && !slices.Contains(allowed, f.key) && !s.earlier:
			s.found.add(f.at, "%s has no %q%s", what, f.key, didYouMean(f.key, allowed))
		default:
			o.fields = append(o.fields, f)
		}
	}
	return o
}

// list reads a sequence.
func (s *source) list(n ast.Node, what string) []ast.Node {
	if l, ok := n.(*ast.SequenceNode); ok {
		return l.Values
	}
	s.found.add(s.place(n), "%s is a list: [one, two]", what)
	return nil
}

// scalar reads one word, number or line of text, as it stands.
func (s *source) scalar(n ast.Node, what string) (string, bool) {
	switch n := n.(type) {
	case *ast.StringNode:
		return n.Value, true
	case *ast.LiteralNode:
		return strings.TrimRight(n.Value.Value, "\n"), true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		return n.GetToken().Value, true
	case *ast.AnchorNode, *ast.AliasNode, *ast.TagNode:
		s.found.add(s.place(n), "anchors, aliases and tags (& * !) are not part of this language; write it out, or put it in quotes")
	case *ast.NullNode, nil:
		s.found.add(s.place(n), "%s is empty; write it, or leave the field out", what)
	default:
		s.found.add(s.place(n), "%s is one piece of text, and this is not", what)
	}
	return "", false
}

// scalars reads a list of words.
func (s *source) scalars(n ast.Node, what string) []string {
	var all []string
	for _, one := range s.list(n, what) {
		if w, ok := s.scalar(one, what); ok {
			all = append(all, w)
		}
	}
	return all
}

func (s *source) flag(f *field) bool {
	if f == nil {
		return false
	}
	b, ok := f.value.(*ast.BoolNode)
	if !ok {
		s.found.add(f.at, "%s is true or false", f.key)
		return false
	}
	return b.Value
}

func (s *source) number(f *field, least, most, otherwise int) int {
	if f == nil {
		return otherwise
	}
	w, ok := s.scalar(f.value, f.key)
	if !ok {
		return otherwise
	}
	n, err := strconv.Atoi(w)
	if err != nil || n < least || n > most {
		s.found.add(f.at, "%s is a number from %d to %d, not %q", f.key, least, most, w)
		return otherwise
	}
	return n
}

func (s *source) duration(f *field, most, otherwise time.Duration) time.Duration {
	if f == nil {
		return otherwise
	}
	w, ok := s.scalar(f.value, f.key)
	if !ok {
		return otherwise
	}
	d, err := parseDuration(w)
	if err != nil || d <= 0 || d > most {
		as := "1s"
		switch {
		case most >= day:
			as = "3d"
		case most >= 10*time.Minute:
			as = "10m"
		case most > time.Minute:
			as = "90s"
		}
		s.found.add(f.at, "%s is a time up to %s, as in %s, not %q", f.key, shownDuration(most), as, w)
		return otherwise
	}
	return d
}

const day = 24 * time.Hour

// parseDuration reads 1s, 10m, 1h30m or 3d.
func parseDuration(s string) (time.Duration, error) {
	if days, ok := strings.CutSuffix(s, "d"); ok {
		n, err := strconv.Atoi(days)
		if err != nil || n < 0 || n > 10_000 {
			return 0, fmt.Errorf("%q is no number of days", days)
		}
		return time.Duration(n) * day, nil
	}
	return time.ParseDuration(s)
}

// shownDuration writes what parseDuration reads, shortly.
func shownDuration(d time.Duration) string {
	if d >= day && d%day == 0 {
		return strconv.Itoa(int(d/day)) + "d"
	}
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}
