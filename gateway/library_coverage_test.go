package gateway

import (
	"io/fs"
	"testing"

	"hotline/flows"
)

// TestLibraryIsTold: the transcripts come to every step of the flows that this program ships, and take every way in them.
func TestLibraryIsTold(t *testing.T) {
	set := loadLibrary(t)
	names, err := fs.Glob(library, "*.talk")
	if err != nil {
		t.Fatal(err)
	}
	var played []flows.Played
	for _, name := range names {
		src, err := fs.ReadFile(library, name)
		if err != nil {
			t.Fatal(err)
		}
		talk, err := flows.ParseTalk(name, string(src))
		if err != nil {
			t.Fatal(err)
		}
		played = append(played, set.Play(talk))
	}
	for _, c := range set.Coverage(played...) {
		for _, m := range c.Missed {
			t.Error(m)
		}
	}
}
