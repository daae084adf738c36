package flows

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
)

// languagesOf is words.yaml in n languages: English, and others with its words, each word marked as its own.
func languagesIn(t testing.TB, n int) (words string, languages []string) {
	t.Helper()
	src, err := os.ReadFile("library/words.yaml")
	if err != nil {
		t.Fatal(err)
	}
	head, rest, _ := strings.Cut(string(src), "  en:\n")
	block, _, _ := strings.Cut(rest, "  es:\n")
	var b strings.Builder
	b.WriteString(head)
	for i := range n {
		lang := "en"
		if i > 0 {
			lang = "qa" + string(rune('a'+i)) // of the codes that stand for no language
		}
		languages = append(languages, lang)
		own := strings.Replace(block, "    offer: \"English: send ENGLISH\"\n", "", 1)
		if i > 0 { // of a language that nobody knows, all numbers are of one sort
			own = regexp.MustCompile(`(?m)^(      \w+: \{none: .*), one: [^,]*, other:`).ReplaceAllString(own, "$1, other:")
			for _, line := range []string{"words: [", "menu: [", "help: ["} {
				own = strings.Replace(own, line+"ENGLISH, INGLES, EN INGLES]", line+strings.ToUpper(lang)+"]", 1)
				own = strings.Replace(own, line+"MENU, START OVER, BACK]", line+"MENU"+strings.ToUpper(lang)+"]", 1)
			}
		}
		b.WriteString("  " + lang + ":\n" + own)
	}
	b.WriteString("\nphrases:\n")
	for _, name := range phraseNames() {
		fmt.Fprintf(&b, "  %s: {%s}\n", name, inEach(`"This is what `+name+` says."`, languages))
	}
	return b.String(), languages
}

func inEach(value string, languages []string) string {
	var all []string
	for _, lang := range languages {
		all = append(all, lang+": "+value)
	}
	return strings.Join(all, ", ")
}

// bigFlow is a flow of so many steps in all languages: menus, messages, conditions and effects in turns, as flows have them.
func bigFlow(name string, steps int, languages []string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "starts: {en: [%s]}\nsteps:\n", strings.ToUpper(name))
	words := func(s string) string { return "{" + inEach(`"`+s+`"`, languages) + "}" }
	for i := range steps {
		next := fmt.Sprintf("s%d", i+1)
		if i == steps-1 {
			next = "end"
		}
		fmt.Fprintf(&b, "  s%d:\n", i)
		switch i % 5 {
		case 0:
			fmt.Fprintf(&b, "    ask: %s\n    bilingual: true\n    choices:\n      tell: {label: %s, then: %s}\n      other: {label: %s, if: ballots.open > 0, then: %s}\n      more: {label: %s, then: flow report}\n",
				words("Which of these is it?"), words("The first one"), next, words("Another one"), next, words("Tell us"))
		case 1:
			fmt.Fprintf(&b, "    say: %s\n    then: %s\n", words("We heard that. {line.name} is run by workers."), next)
		case 2:
			fmt.Fprintf(&b, "    branch:\n      - {if: me.listed and ballots.open > 1, then: %s}\n      - {else: %s}\n", next, next)
		case 3:
			fmt.Fprintf(&b, "    set: {n%d: 1, m%d: ballots.open + 1}\n    then: %s\n", i, i, next)
		case 4:
			fmt.Fprintf(&b, "    do: find\n    on: {found: %s, none: %s}\n", next, next)
		}
	}
	return b.String()
}

// bigSet is a set of so many flows of so many steps in so many languages.
func bigSet(t testing.TB, flows, steps, n int) map[string]string {
	t.Helper()
	words, languages := languagesIn(t, n)
	files := map[string]string{wordsFile: words, "door.yaml": plainDoor, "report.yaml": plainReport}
	for i := range flows {
		name := "f" + string(rune('a'+i/26)) + string(rune('a'+i%26))
		files[name+".yaml"] = bigFlow(name, steps, languages)
	}
	files["door.yaml"] = strings.Replace(plainDoor, "      test: {label: Test, then: flow test}\n", "", 1)
	return files
}

// BenchmarkCheck100x40x8 reads and checks 100 flows of 40 steps in 8 languages: to stay under a second.
func BenchmarkCheck100x40x8(b *testing.B) { benchmarkCheck(b, bigSet(b, 100, 40, 8)) }

// BenchmarkCheck1000 reads and checks one flow of 1,000 steps: to stay under two seconds.
func BenchmarkCheck1000(b *testing.B) { benchmarkCheck(b, bigSet(b, 1, 1000, 2)) }

func benchmarkCheck(b *testing.B, files map[string]string) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := LoadFiles(files, offered()); err != nil {
			b.Fatal(err)
		}
	}
}

// TestTangledFlows: variables that follow from each other, last one first, and flows that call each other, twice on each level, cost
// no more than their number; else this would not end.
func TestTangledFlows(t *testing.T) {
	const variables, levels = 400, 40
	steps := "  ask:\n    ask: Which?\n    digits: {min: 1, max: 4}\n    save: v0\n    then: s0\n"
	for i := variables - 1; i >= 0; i-- {
		steps += fmt.Sprintf("  s%d:\n    set: {v%d: v%d}\n    then: s%d\n", i, i+1, i, i+1)
	}
	steps += fmt.Sprintf("  s%d:\n    call: f0\n    then: end\n", variables)
	var more []string
	for i := range levels {
		more = append(more, fmt.Sprintf("f%d.yaml", i), fmt.Sprintf("steps:\n  a:\n    call: f%d\n    then: b\n  b:\n    call: f%d\n    then: end\n", i+1, i+1))
	}
	more = append(more, fmt.Sprintf("f%d.yaml", levels), "steps:\n  a:\n    set: {x: 1}\n    then: end\n")
	if _, err := with(t, flowOf(steps), more...); err == nil || !strings.Contains(err.Error(), "steps follow here without anybody asked") {
		t.Errorf("ways without anybody asked, longer than a turn may be: %v", err)
	}
}
