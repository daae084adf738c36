package flows

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// Every text to a quiet phone holds none of the revealing words, and no workplace's name; also where organizers wrote it. (WORKERS.md)
func TestWhatIsMasked(t *testing.T) {
	set := eight(t)
	for text, want := range map[string]string{
		"Union hall, 12 Elm St":             "... hall, 12 Elm St",
		"Shall we STRIKE? The strikers say": "Shall we ...? The strikers say",
		"at the Dock  Workers' place":       "at the ...' place",
		"nothing to hide":                   "nothing to hide",
		"明天大会7点":                            "明天..7点",
		"明天大\u200b会, 大家":                    "明天..., 大家",
		"":                                  "",
	} {
		if got := set.Masked(text, []Lang{"en", "zh"}, []string{"Dock workers", "dock"}); got != want {
			t.Errorf("%q is told as %q, want %q", text, got, want)
		}
	}
}

func TestMaskedRevealsNothing(t *testing.T) {
	set := eight(t)
	var words []string
	for _, g := range set.languages {
		words = append(words, g.revealing...)
	}
	words = append(words, "Dock workers", "hall", "B", "ñ", "12", "s", "e\u0301", "\u200b")
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.OneOf(rapid.SampledFrom(words), rapid.String()), 0, 8).Draw(t, "words"),
			rapid.SampledFrom([]string{" ", "-", ", ", "", "\n"}).Draw(t, "between"))
		told := set.Masked(text, nil, []string{"Dock workers"})
		if w := set.Revealing(told); w != "" {
			t.Errorf("%q is told as %q, which holds %q", text, told, w)
		}
		if strings.Contains(spaced(told), " dock workers ") {
			t.Errorf("%q is told as %q, with the name", text, told)
		}
		if len([]rune(told)) > len([]rune(text)) {
			t.Errorf("%q is told as %q, which is longer", text, told)
		}
	})
}
