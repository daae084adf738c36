package main

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"hotline/flows/library"
	"hotline/gateway"
)

// A language of the flows is read aloud by a voice of the carrier, or says that none does (WORKERS.md: by call only where recorded).
func TestEveryLanguageHasAVoiceOrSaysThatNoneDoes(t *testing.T) {
	files := fstest.MapFS{}
	names, err := fs.Glob(library.Files, "*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		data, err := fs.ReadFile(library.Files, name)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = &fstest.MapFile{Data: data}
	}
	set, err := gateway.LoadFlows(files)
	if err != nil {
		t.Fatal(err)
	}
	if all := mute(set); len(all) > 0 {
		t.Errorf("the library: %v", all)
	}
	words := string(files["words.yaml"].Data)
	for line := range strings.SplitSeq(words, "\n") {
		if strings.HasPrefix(line, "    no_voice: true") {
			words = strings.Replace(words, line+"\n", "", 1)
		}
	}
	files["words.yaml"] = &fstest.MapFile{Data: []byte(words)}
	if set, err = gateway.LoadFlows(files); err != nil {
		t.Fatal(err)
	}
	if all := mute(set); len(all) != 1 || !strings.Contains(all[0], "the carrier has no voice for Kreyòl ayisyen (ht)") {
		t.Errorf("without a word of it: %v", all)
	}
}
