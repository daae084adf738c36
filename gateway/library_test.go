package gateway

import (
	"io/fs"
	"testing"

	"hotline/flows"
	"hotline/flows/library"
)

// TestLibrary loads the flows that this program ships, against what it offers them, and plays their transcripts.
func TestLibrary(t *testing.T) {
	set, err := flows.Load(library.Files, vocabulary())
	if err != nil {
		t.Fatal(err)
	}
	names, err := fs.Glob(library.Files, "*.talk")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			src, err := fs.ReadFile(library.Files, name)
			if err != nil {
				t.Fatal(err)
			}
			talk, err := flows.ParseTalk(name, string(src))
			if err != nil {
				t.Fatal(err)
			}
			if err := set.Run(talk); err != nil {
				t.Error(err)
			}
		})
	}
}
