package gateway

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"hotline/flows"
)

// TestLibraryFitsItsSchema: an editor that was given the schema of this program finds nothing wrong in the flows that it ships.
func TestLibraryFitsItsSchema(t *testing.T) {
	set := loadLibrary(t)
	names, err := fs.Glob(library, "*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		write := set.Schema
		if name == "words.yaml" {
			write = set.WordsSchema
		}
		written, err := write()
		if err != nil {
			t.Fatal(err)
		}
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(written))
		if err != nil {
			t.Fatal(err)
		}
		c := jsonschema.NewCompiler()
		if err := c.AddResource("schema.json", doc); err != nil {
			t.Fatal(err)
		}
		schema, err := c.Compile("schema.json")
		if err != nil {
			t.Fatal(err)
		}
		text, err := fs.ReadFile(library, name)
		if err != nil {
			t.Fatal(err)
		}
		var value any
		if err := yaml.Unmarshal(text, &value); err != nil {
			t.Fatal(err)
		}
		plain, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		if doc, err = jsonschema.UnmarshalJSON(bytes.NewReader(plain)); err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(doc); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if len(names) < 5 {
		t.Errorf("only %d files were looked at", len(names))
	}
}

// TestLibraryIsDrawn: every flow that this program ships has a picture, with nothing in red.
func TestLibraryIsDrawn(t *testing.T) {
	for _, name := range []string{"door", "report", "rsvp", "vote", "join", "who"} {
		d, err := flows.Sketch(library, Vocabulary(), name, "")
		if err != nil {
			t.Fatal(err)
		}
		if d.Red() != 0 || len(d.Findings()) != 0 || len(d.SVG()) == 0 {
			t.Errorf("%s: %d places in red", name, d.Red())
		}
	}
}
