package flows

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// compiled is a schema as an editor would use it.
func compiled(t *testing.T, text []byte, err error) *jsonschema.Schema {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("flow.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("flow.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// validate reads YAML as an editor does and holds it against a schema.
func validate(t *testing.T, s *jsonschema.Schema, text string) error {
	t.Helper()
	var value any
	if err := yaml.Unmarshal([]byte(text), &value); err != nil {
		t.Fatal(err)
	}
	plain, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(string(plain)))
	if err != nil {
		t.Fatal(err)
	}
	return s.Validate(doc)
}

func flowSchema(t *testing.T, s *Set) *jsonschema.Schema {
	text, err := s.Schema()
	return compiled(t, text, err)
}

func wordsSchema(t *testing.T, s *Set) *jsonschema.Schema {
	text, err := s.WordsSchema()
	return compiled(t, text, err)
}

// TestSchemaTakesWhatIsRight: what the loader takes, an editor does not complain about.
func TestSchemaTakesWhatIsRight(t *testing.T) {
	s := mustLoad(t, errands)
	for name, text := range s.Files() {
		schema := flowSchema(t, s)
		if name == wordsFile {
			schema = wordsSchema(t, s)
		}
		if err := validate(t, schema, text); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	forty, err := os.ReadFile("testdata/forty.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if err := validate(t, flowSchema(t, s), string(forty)); err != nil {
		t.Error(err)
	}
}

// TestSchemaSeesSlips: what is misspelled or left out shows while it is being typed.
func TestSchemaSeesSlips(t *testing.T) {
	s := mustLoad(t, errands)
	schema := flowSchema(t, s)
	step := func(body string) string { return "steps:\n  one: " + body + "\n" }
	for name, text := range map[string]string{
		"unknown top":        "begins: {en: [GO]}\n" + step("{say: Hi., then: end}"),
		"unknown field":      step("{say: Hi., than: end}"),
		"no way on":          step("{say: Hi.}"),
		"no verb":            step("{sya: Hi., then: end}"),
		"two verbs":          step("{say: Hi., ask: Ho., then: end}"),
		"unknown effect":     step("{do: fiel, on: {filed: end}}"),
		"unknown outcome":    step("{do: find, on: {found: end, none: end, nonne: end}}"),
		"missing outcome":    step("{do: find, on: {found: end}}"),
		"missing argument":   step("{do: file, with: {about: line.name}, on: {filed: end}}"),
		"no arguments":       step("{do: file, on: {filed: end}}"),
		"unknown argument":   step("{do: file, with: {what: line.name, wat: 1}, on: {filed: end}}"),
		"missing language":   step("{say: {en: Hi.}, then: end}"),
		"missing channel":    step("{say: {text: Hi.}, then: end}"),
		"no gap":             step("{say: \"{two words}\", then: end}"),
		"two questions":      step("{ask: A, digits: {min: 1}, languages: true, save: x, then: end}"),
		"field out of place": step("{ask: A, confirm: {yes: A, no: B}, yes: end, no: end, voice: end}"),
		"nine tries":         step("{ask: A, languages: true, then: end, tries: 10}"),
		"no choices":         step("{ask: A, choices: {}, then: end}"),
		"lone if":            step("{branch: [{if: me.listed}]}"),
		"if and else":        step("{branch: [{if: me.listed, then: end, else: end}]}"),
		"a step called end":  "steps: {end: {say: Hi., then: end}}\n",
		"unknown type":       "takes: {a: txt}\n" + step("{say: Hi., then: end}"),
	} {
		if err := validate(t, schema, text); err == nil {
			t.Errorf("%s: nothing was said about\n%s", name, text)
		}
	}
	words := s.Files()[wordsFile]
	for _, change := range [][2]string{{"    name: English\n", ""}, {"  unsure:", "  unshure:"}, {"press_language", "press_langauge"}} {
		if err := validate(t, wordsSchema(t, s), strings.Replace(words, change[0], change[1], 1)); err == nil {
			t.Errorf("nothing was said about %q in words.yaml", change[1])
		}
	}
}

// TestSchemaAndLoaderKnowTheSameFields: every field that the schema offers for a step is read by the loader, and every name that the
// loader's source lists as a field is in the schema. Whoever adds a field to one and not to the other reads of it here.
func TestSchemaAndLoaderKnowTheSameFields(t *testing.T) {
	s := mustLoad(t, errands)
	offered := map[string]bool{}
	for _, write := range []func() ([]byte, error){s.Schema, s.WordsSchema} {
		text, err := write()
		if err != nil {
			t.Fatal(err)
		}
		var top any
		if err := json.Unmarshal(text, &top); err != nil {
			t.Fatal(err)
		}
		properties(top, offered)
	}
	for _, k := range stepKinds() {
		for _, f := range k.all() {
			if !offered[f.name] {
				t.Errorf("%s: the schema does not offer %q", k.verb, f.name)
			}
			body := "    " + k.verb + ": x\n"
			if f.name != k.verb {
				body += "    " + f.name + ": x\n"
			}
			_, err := with(t, "starts: {en: [GO]}\nsteps:\n  one:\n"+body)
			if err != nil && strings.Contains(err.Error(), "has no \""+f.name+"\"") {
				t.Errorf("%s: the loader does not know %q: %v", k.verb, f.name, err)
			}
		}
	}
	for place, name := range listedFields(t) {
		if !offered[name] {
			t.Errorf("%s: the loader reads %q, and the schema does not offer it; add it to fields.go or schema_values.go", place, name)
		}
	}
}

// properties gathers the names of everything that a schema offers.
func properties(node any, into map[string]bool) {
	switch n := node.(type) {
	case map[string]any:
		if p, ok := n["properties"].(map[string]any); ok {
			for name := range p {
				into[name] = true
			}
		}
		for _, inner := range n {
			properties(inner, into)
		}
	case []any:
		for _, inner := range n {
			properties(inner, into)
		}
	}
}

// listedFields finds, in the source of this package, the names that are written out where a mapping is read or a field of it got.
func listedFields(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	found, set := map[string]string{}, token.NewFileSet()
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(set, file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			method, ok := call.Fun.(*ast.SelectorExpr)
			skip, reads := map[string]int{"object": 2, "get": 0, "required": 1, "requiredList": 1}[selected(method, ok)]
			if !reads {
				return true
			}
			for _, arg := range call.Args[min(skip, len(call.Args)):] {
				if lit, ok := arg.(*ast.BasicLit); ok && lit.Kind == token.STRING {
					name, err := strconv.Unquote(lit.Value)
					if err != nil {
						t.Fatal(err)
					}
					found[set.Position(lit.Pos()).String()] = name
				}
			}
			return true
		})
	}
	if len(found) < 20 {
		t.Fatalf("only %d names were found: the test looks in the wrong place", len(found))
	}
	if !slices.Contains(slices.Collect(maps.Values(found)), "giveup") {
		t.Error("\"giveup\" was not found: the test looks in the wrong place")
	}
	return found
}

func selected(method *ast.SelectorExpr, ok bool) string {
	if !ok {
		return ""
	}
	return method.Sel.Name
}
