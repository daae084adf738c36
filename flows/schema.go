package flows

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// The schema is draft-07, since that is what the YAML language server of editors knows best; it uses nothing that means something
// else in 2020-12. Flows and words.yaml have one each, not one with a choice between them: editors then say what is wrong, rather
// than that neither fits.

// schema is a JSON Schema, or a part of one.
type schema = map[string]any

const schemaDraft = "http://json-schema.org/draft-07/schema#"

// Schema is a JSON Schema of flow files for editors: what the fields are, what they mean and what they may hold, with the effects,
// facts, languages and flows of this set. It is stricter in nothing, and laxer where a schema cannot see: whether a step exists,
// whether a path ends. The loader has the last word.
func (s *Set) Schema() ([]byte, error) {
	v := s.valueKinds()
	top := objectSchema(flowFields(), "", []string{"steps"})
	top["$schema"], top["title"] = schemaDraft, "A flow of the hotline"
	top["description"] = "A talk with somebody who texts or calls: steps with names, the first of which is where it begins."
	v["STEP"] = s.stepSchema()
	top["definitions"] = v
	return marshaled(top)
}

// WordsSchema is the same for words.yaml.
func (s *Set) WordsSchema() ([]byte, error) {
	v := s.valueKinds()
	v["LANGUAGE_BLOCK"] = languageBlock()
	phrases := schema{}
	for _, name := range phraseNames() {
		phrases[name] = kindRef("TEXT")
	}
	top := schema{
		"$schema": schemaDraft, "title": "The words of the hotline", "type": "object", "additionalProperties": false,
		"description": "What belongs to the languages, and what is said with no flow at hand.",
		"required":    []string{"languages", "phrases"},
		"properties": schema{
			"languages": schema{"type": "object", "minProperties": 1, "additionalProperties": false, "patternProperties": schema{"^[a-z]{2,3}$": kindRef("LANGUAGE_BLOCK")}},
			"allow":     described("ALLOW", "Warnings that are all right in this file, each with the reason."),
			"phrases":   schema{"type": "object", "additionalProperties": false, "required": phraseNames(), "properties": phrases},
		},
		"definitions": v,
	}
	return marshaled(top)
}

// languageBlock is a language, all of it; or what one has that exists on calls only.
func languageBlock() schema {
	block := objectSchema(languageFields(), "", []string{"name", "words", "press", "press_language"})
	whole := slices.DeleteFunc(languageFields().names(), func(name string) bool {
		return slices.Contains([]string{"locale", "falls_back", "complete", "read_by_speaker", "calls_only", "no_voice", "marks", "offer", "pace", "digits",
			"further_numbers", "joins", "stops", "stops_alone", "others_stop", "own_stops", "stops_with", "opens", "polite"}, name)
	})
	block["anyOf"] = []schema{
		{"required": whole},
		{"required": []string{"calls_only", "falls_back"}, "properties": schema{"calls_only": schema{"const": true}}},
	}
	return block
}

// marshaled writes a schema with those of its kinds that it uses.
func marshaled(top schema) ([]byte, error) {
	kinds := top["definitions"].(schema)
	delete(top, "definitions")
	text, err := json.Marshal(top)
	if err != nil {
		return nil, fmt.Errorf("writing the schema: %w", err)
	}
	used := schema{}
	if err := gatherKinds(string(text), kinds, used); err != nil {
		return nil, err
	}
	top["definitions"] = used
	if text, err = json.MarshalIndent(top, "", "  "); err != nil {
		return nil, fmt.Errorf("writing the schema: %w", err)
	}
	return append(text, '\n'), nil
}

// gatherKinds takes over the kinds that a text refers to, and those that these refer to.
func gatherKinds(text string, kinds, used schema) error {
	for _, part := range strings.Split(text, `"#/definitions/`)[1:] {
		name, _, _ := strings.Cut(part, `"`)
		if used[name] != nil {
			continue
		}
		used[name] = kinds[name]
		if used[name] == nil {
			return fmt.Errorf("a field of the language holds %s, and the schema has no such kind", name)
		}
		inner, err := json.Marshal(used[name])
		if err != nil {
			return fmt.Errorf("writing the schema: %w", err)
		}
		if err := gatherKinds(string(inner), kinds, used); err != nil {
			return err
		}
	}
	return nil
}

func kindRef(kind string) schema { return schema{"$ref": "#/definitions/" + kind} }

// described is a kind with what one field means by it. In draft-07 nothing counts beside a $ref, so that stands inside an allOf.
func described(kind, about string) schema {
	return schema{"description": about, "allOf": []schema{kindRef(kind)}}
}

// object is a mapping with these fields and no others; of an ask, those that go with its question.
func objectSchema(f fields, question string, needs []string) schema {
	properties := schema{}
	for _, one := range f {
		if question == "" || one.with == nil || slices.Contains(one.with, question) {
			properties[one.name] = described(one.holds, one.about)
		}
	}
	o := schema{"type": "object", "additionalProperties": false, "properties": properties}
	if len(needs) > 0 {
		o["required"] = needs
	}
	return o
}

// stepSchema is one of the verbs; an ask one of the questions, a do one of the effects.
func (s *Set) stepSchema() schema {
	var all []schema
	for _, k := range stepKinds() {
		switch k.verb {
		case "ask":
			for _, q := range questionKinds() {
				all = append(all, askSchema(k, q))
			}
		case "do":
			for _, name := range slices.Sorted(maps.Keys(s.vocabulary.Effects)) {
				all = append(all, doSchema(k, name, s.vocabulary.Effects[name]))
			}
		default:
			one := objectSchema(k.all(), "", append([]string{k.verb}, k.needs...))
			one["title"], one["description"] = k.verb, k.about
			all = append(all, one)
		}
	}
	return schema{"description": "A step does one thing: " + strings.Join(verbNames(), ", ") + ".", "anyOf": all}
}

func askSchema(k stepKind, q questionKind) schema {
	one := objectSchema(k.all(), q.field, append([]string{k.verb, q.field}, q.needs...))
	one["title"], one["description"] = "ask, "+q.field, k.about
	for _, other := range questionKinds() {
		if other.field != q.field && !slices.Contains(q.beside, other.field) {
			delete(one["properties"].(schema), other.field)
		}
	}
	return one
}

// doSchema is one effect: what it takes, and every outcome with its way on.
func doSchema(k stepKind, name string, e Effect) schema {
	var needs []string
	given, on := schema{}, schema{}
	for _, arg := range slices.Sorted(maps.Keys(e.Args)) {
		given[arg] = described("EXPRESSION", fmt.Sprintf("a %s", e.Args[arg]))
		if !e.Optional[arg] {
			needs = append(needs, arg)
		}
	}
	outcomes := slices.Sorted(maps.Keys(e.Outcomes))
	for _, outcome := range outcomes {
		on[outcome] = described("NEXT", brings(e.Outcomes[outcome]))
	}
	about := "Outcomes: " + strings.Join(outcomes, ", ") + "."
	if e.Irrevocable {
		about += " It cannot be undone: only the \"yes\" of a confirm may lead here."
	}
	one := objectSchema(k.all(), "", append([]string{k.verb}, k.needs...))
	one["title"], one["description"] = "do, "+name, about
	properties := one["properties"].(schema)
	properties["do"] = schema{"const": name, "description": about}
	with := schema{"type": "object", "additionalProperties": false, "properties": given, "description": k.fields().about("with")}
	if len(needs) > 0 {
		with["required"] = needs
		one["required"] = append(slices.Clone(one["required"].([]string)), "with")
	}
	properties["with"] = with
	properties["on"] = schema{"type": "object", "additionalProperties": false, "properties": on, "required": outcomes, "description": k.fields().about("on")}
	return one
}

func (f fields) about(name string) string {
	i := slices.IndexFunc(f, func(one fieldOf) bool { return one.name == name })
	if i < 0 {
		return ""
	}
	return f[i].about
}

// brings tells which variables an outcome sets.
func brings(values map[string]Shape) string {
	if len(values) == 0 {
		return "Where to go on then."
	}
	var all []string
	for _, name := range slices.Sorted(maps.Keys(values)) {
		all = append(all, name+" ("+shapeInWords(values[name])+")")
	}
	return "Where to go on then. Known from there: " + strings.Join(all, ", ") + "."
}

func shapeInWords(s Shape) string {
	if len(s.Fields) == 0 {
		return string(s.Type)
	}
	return string(s.Type) + " with " + strings.Join(slices.Sorted(maps.Keys(s.Fields)), ", ")
}
