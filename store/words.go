package store

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/google/uuid"
)

// Words is one text in several languages: {"en": "Yes", "es": "Sí"}.
type Words map[string]string

// Languages lists the languages of w in alphabetical order.
func (w Words) Languages() []string { return slices.Sorted(maps.Keys(w)) }

// The longest words that texts have room for, in letters as a text counts them; the flows are measured with these.
const (
	LongestLineName = 20
	LongestName     = 26 // of an assembly
	LongestPlace    = 80
	LongestQuestion = 120
	LongestOption   = 26
)

// Letters is how much room words take in a text: some signs take two letters, and the one of three dots is sent as three.
func Letters(words string) int {
	n := 0
	for _, r := range words {
		switch {
		case r == '…':
			n += 3
		case strings.ContainsRune("^{}[]~\\|€\f", r):
			n += 2
		default:
			n++
		}
	}
	return n
}

// checkLength refuses what texts have no room for.
func checkLength(what, words string, most int) error {
	if n := Letters(words); n > most {
		return refuse("%s has %d letters, and texts have room for %d: say it shorter", what, n, most)
	}
	return nil
}

// check refuses words that somebody would not hear, or would hear as nothing.
func (w Words) check(what string, longest int) error {
	if len(w) == 0 {
		return refuse("%s needs words in at least one language", what)
	}
	for _, lang := range w.Languages() {
		if err := checkLanguage(lang); err != nil {
			return err
		}
		if strings.TrimSpace(w[lang]) == "" {
			return refuse("%s has no words in %s", what, lang)
		}
		if err := checkLength(what+" in "+lang, w[lang], longest); err != nil {
			return err
		}
	}
	return nil
}

// sealJSON keeps what has several parts in one sealed column.
func (s *Store) sealJSON(purpose string, id uuid.UUID, v any) ([]byte, error) {
	plain, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("sealing %s: %w", purpose, err)
	}
	return s.Keys.Seal(purpose, id, plain), nil
}

func (s *Store) openJSON(purpose string, id uuid.UUID, sealed []byte, v any) error {
	plain, err := s.Keys.Open(purpose, id, sealed)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(plain, v); err != nil {
		return fmt.Errorf("reading what %s held: %w", purpose, err)
	}
	return nil
}

// openText opens a column that may be null: then there is nothing.
func (s *Store) openText(purpose string, id uuid.UUID, sealed []byte) (string, error) {
	if sealed == nil {
		return "", nil
	}
	plain, err := s.Keys.Open(purpose, id, sealed)
	return string(plain), err
}
