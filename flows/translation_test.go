package flows

import (
	"strings"
	"testing"
	"testing/fstest"
)

const translated = "starts: {en: [GO]}\nsteps:\n  one:\n    say:\n      text: {en: Hello, es: Hola}\n      voice: {en: {say: Hello}, es: Hola}\n    then: end\n"

// again loads a set with a lock, after a change of its flow.
func again(t *testing.T, lock, before, after string) Findings {
	t.Helper()
	files := mustLoad(t, strings.Replace(translated, before, after, 1)).Files()
	files[LockFile] = lock
	s, err := LoadFiles(files, offered())
	if err != nil {
		t.Fatal(err)
	}
	return s.Warnings()
}

// TestTranslationsGrowOld: a translation is stale when its source has changed and it has not.
func TestTranslationsGrowOld(t *testing.T) {
	s := mustLoad(t, strings.Replace(translated, "{en: {say: Hello}, es: Hola}", "x", 1))
	lock := s.Translated()
	if !strings.Contains(lock, "\ntest.yaml one.say.text es ") || !strings.Contains(lock, "\nwords.yaml phrases.help.text es ") {
		t.Fatalf("the lock is\n%s", lock)
	}
	parted := "voice: {en: {say: Hello}, es: Hola}"
	for name, c := range map[string]struct{ before, after, want string }{
		"as it was":          {parted, "voice: x", ""},
		"source changed":     {"text: {en: Hello, es: Hola}\n      " + parted, "text: {en: Goodbye, es: Hola}\n      voice: x", `test.yaml:5:31: warning: these words (es) are older than what they translate, "Goodbye"`},
		"both changed":       {"text: {en: Hello, es: Hola}\n      " + parted, "text: {en: Goodbye, es: Adios}\n      voice: x", ""},
		"translation mended": {"text: {en: Hello, es: Hola}\n      " + parted, "text: {en: Hello, es: Buenas}\n      voice: x", ""},
		"a new text":         {"text: {en: Hello, es: Hola}\n      " + parted, "text: {en: Hello, es: Hola}\n      voice: {en: New, es: Nuevo}", ""},
	} {
		t.Run(name, func(t *testing.T) {
			found := again(t, lock, c.before, c.after)
			if c.want == "" && len(found) > 0 || !strings.Contains(found.Error(), c.want) {
				t.Errorf("got:\n%v\nwant:\n%s", found, c.want)
			}
		})
	}
}

// TestLockBelongsToTheSet: it comes from the folder, is kept with the files, and says what is wrong with a line.
func TestLockBelongsToTheSet(t *testing.T) {
	files := mustLoad(t, flowOf("  one:\n    say: Hi.\n    then: end\n")).Files()
	folder := fstest.MapFS{LockFile: {Data: []byte("# none yet\n")}}
	for name, text := range files {
		folder[name] = &fstest.MapFile{Data: []byte(text)}
	}
	s, err := Load(folder, offered())
	if err != nil {
		t.Fatal(err)
	}
	if s.Files()[LockFile] != "# none yet\n" || len(s.Warnings()) > 0 || strings.Contains(strings.Join(s.Flows(), " "), "lock") {
		t.Errorf("files %v, warnings %v", s.Files()[LockFile], s.Warnings())
	}
	files[LockFile] = "\ntest.yaml one.say es\n"
	if _, err := LoadFiles(files, offered()); err == nil || !strings.HasPrefix(err.Error(), "translations.lock:2:1: this is no line of translations; make the file anew") {
		t.Errorf("got %v", err)
	}
}

// TestTranslatedInPart: what is marked in one file leaves the others as they were.
func TestTranslatedInPart(t *testing.T) {
	files := mustLoad(t, flowOf("  one:\n    say: {en: Hello, es: Hola}\n    then: end\n")).Files()
	files[LockFile] = "test.yaml one.say es 0000000000 1111111111\n"
	s, err := LoadFiles(files, offered())
	if err != nil {
		t.Fatal(err)
	}
	if lock := s.Translated(wordsFile); !strings.Contains(lock, "test.yaml one.say es 0000000000 1111111111\n") || !strings.Contains(lock, "words.yaml ") {
		t.Errorf("the lock is\n%s", lock)
	}
	if lock := s.Translated("test.yaml"); strings.Contains(lock, "0000000000") || strings.Contains(lock, "words.yaml ") {
		t.Errorf("the lock is\n%s", lock)
	}
}
