package gateway

import (
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"pgregory.net/rapid"

	"hotline/store"
)

func flyerHouse(t *testing.T) *house {
	t.Helper()
	h := newHouse(t, houseOptions{})
	err := h.store.InTx(t.Context(), func(tx pgx.Tx) error {
		_, err := h.store.AddFlyer(t.Context(), tx, store.NewFlyer{Assembly: h.line.AssemblyID, Line: h.line, Word: "SOL27", Lang: "es"})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// WORKERS.md, "How people really write": the word of a flyer is found with a word or two about it, and in the flyer's language.
func TestAFlyersWordWithOthersAroundIt(t *testing.T) {
	h := flyerHouse(t)
	right := h.text(ana, "SOL27")
	for i, words := range []string{"SOL27 please", "flyer SOL27", "sol 27", "hola, SOL27.", "(SOL27)", "flyer sol 27"} {
		if said := h.text("+121255502"+string(rune('0'+i))+"0", words); said != right {
			t.Errorf("%q is answered %q", words, said)
		}
	}
	for i, words := range []string{"SOL28 please", "sol por favor", "27 SOL", "SOLX27 SOL27"} {
		if said := h.text("+121255503"+string(rune('0'+i))+"0", words); said == right {
			t.Errorf("%q opens it", words)
		}
	}
}

// WORKERS.md, "Three steps of trust": five wrong ones from a phone in an hour are answered like a greeting, each of them.
func TestFiveWrongFlyerWordsAreAnsweredLikeAGreeting(t *testing.T) {
	h := flyerHouse(t)
	greeting := h.text(ben, "hello")
	for i, words := range []string{"SOL21", "SOL22", "SOL23", "SOL24", "SOL25"} {
		if said := h.text(ana, words); said != greeting {
			t.Errorf("wrong word %d is answered %q", i+1, said)
		}
	}
	if said := h.text(ana, "SOL27"); said != greeting {
		t.Errorf("the right one after five wrong ones is answered %q", said)
	}
}

// Several words in one text are as many tries.
func TestWordsOfAFlyerInOneTextCountEach(t *testing.T) {
	h := flyerHouse(t)
	for _, words := range []string{"SOL21 please", "SOL22 please", "SOL23 please"} {
		h.text(ana, words)
	}
	h.text(ana, "MENU")
	if said := h.text(ana, "SOL27"); strings.Contains(said, "Warehouse") {
		t.Errorf("after six words: %q", said)
	}
}

// At most two words are looked for in one text, and the first is always the whole of it.
func TestWhatMayBeTheWordOfAFlyer(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		written := rapid.StringMatching(`[ A-Za-z0-9ñ.,]{0,40}`).Draw(r, "written")
		all := flyerWords(written)
		if len(all) > 2 || all[0] != written {
			r.Fatalf("%q may be %q", written, all)
		}
		if len(all) == 2 && !strings.ContainsAny(all[1], "0123456789") {
			r.Fatalf("%q has no digit", all[1])
		}
	})
	if got := flyerWords("flyer sol 27"); !slices.Equal(got, []string{"flyer sol 27", "sol27"}) {
		t.Errorf("%q", got)
	}
}

// WORKERS.md, "Language": what this phone chose, else the flyer's, else the word's, also of a word with more behind it.
func TestAWordWithMoreBehindItSuggestsItsLanguage(t *testing.T) {
	h := newHouse(t, houseOptions{})
	for from, c := range map[string]struct{ words, want string }{
		ana: {"REPORTE el jefe no paga", "Ya lo tenemos"}, ben: {"Report the boss does not pay", "We have it"},
	} {
		if said := h.text(from, c.words); !strings.HasPrefix(said, c.want) || strings.Contains(said, "Ya lo tenemos") == strings.Contains(said, "We have it") {
			t.Errorf("%q is answered %q", c.words, said)
		}
	}
}
