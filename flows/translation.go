package flows

import (
	"bufio"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// LockFile says of every translation which words of the set's first language it was made from. Each line is a file, the place of a
// text in it (step.field…), a language, a digest of the words translated, and one of the translation:
//
//	report.yaml tell.ask.text es 3f2a9c01d4 88e10b7c2a
//
// Where it is missing, nothing is known of any translation's age. Set.Translated writes it.
const LockFile = "translations.lock"

// maxLock bounds it, in bytes.
const maxLock = 4 << 20

// translation is the words of one text in a language other than the first.
type translation struct {
	file, path   string
	lang         Lang
	source, made string // the words in the first language, and in this
	at           place
}

func (t *translation) key() string { return t.file + " " + t.path + " " + string(t.lang) }

// digest is enough to tell that words have changed; nobody gains by making two alike.
func digest(words string) string {
	sum := sha256.Sum256([]byte(words))
	return hex.EncodeToString(sum[:5])
}

// translations are all of a file, in its order.
func (s *Set) translations(file string) []translation {
	l := source{file: file, found: &findings{}} // what is wrong in it was found before
	root := l.parse(s.files[file])
	var all []translation
	var walk func(ast.Node, []string)
	walk = func(n ast.Node, path []string) {
		m, ok := n.(ast.MapNode)
		if !ok {
			return
		}
		words, places := map[Lang]string{}, map[Lang]place{}
		for it := m.MapRange(); it.Next(); {
			key := it.Key().GetToken().Value
			if text, ok := l.told(it.Value()); ok && s.language(Lang(key)) != nil {
				words[Lang(key)], places[Lang(key)] = text, l.place(it.Value())
			} else {
				walk(it.Value(), append(path[:len(path):len(path)], key))
			}
		}
		original, ok := words[s.languages[0].lang]
		if !ok {
			return
		}
		where := strings.Join(path, ".")
		for _, g := range s.languages[1:] {
			if made, ok := words[g.lang]; ok {
				all = append(all, translation{file, strings.TrimPrefix(where, "steps."), g.lang, original, made, places[g.lang]})
			}
		}
	}
	if root != nil {
		walk(root, nil)
	}
	return all
}

// told is the words of a text in one language: as they are, or those beside a recording.
func (s *source) told(n ast.Node) (string, bool) {
	if m, ok := n.(ast.MapNode); ok {
		for it := m.MapRange(); it.Next(); {
			switch it.Key().GetToken().Value {
			case "say":
				return s.told(it.Value())
			case "count":
				return s.toldByNumber(m), true
			}
		}
		return "", false
	}
	switch n.(type) {
	case *ast.StringNode, *ast.LiteralNode:
		return s.scalar(n, "")
	}
	return "", false
}

// toldByNumber is all the words of a text that go with a number.
func (s *source) toldByNumber(m ast.MapNode) string {
	var all []string
	for it := m.MapRange(); it.Next(); {
		if words, ok := s.told(it.Value()); ok {
			all = append(all, it.Key().GetToken().Value+": "+words)
		}
	}
	return strings.Join(all, "\n")
}

// made is what one line of the lock says: digests of the source and of the translation.
type made struct{ source, translation string }

// lock reads the lock file by file, path and language. What is no such line is a finding.
func (s *Set) lock(found *findings) map[string]made {
	all := map[string]made{}
	lines := bufio.NewScanner(strings.NewReader(s.files[LockFile]))
	for number := 1; lines.Scan(); number++ {
		line := strings.TrimSpace(lines.Text())
		f := strings.Fields(line)
		switch {
		case line == "" || line[0] == '#':
		case len(f) != 5:
			found.add(place{LockFile, number, 1}, "this is no line of translations; make the file anew with `hotline flow translated`")
		default:
			all[strings.Join(f[:3], " ")] = made{f[3], f[4]}
		}
	}
	if lines.Err() != nil {
		found.add(place{file: LockFile}, "this cannot be read: %v; make the file anew with `hotline flow translated`", lines.Err())
	}
	return all
}

// translated are the files that may hold translations.
func (s *Set) translated() []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(s.files)), func(name string) bool { return !strings.HasSuffix(name, ".yaml") })
}

// checkStale finds translations that are as they were when their source was other.
func checkStale(s *Set, found *findings) {
	if s.files[LockFile] == "" {
		return
	}
	lock := s.lock(found)
	for _, file := range s.translated() {
		f := s.flows[strings.TrimSuffix(file, ".yaml")]
		for _, t := range s.translations(file) {
			was, known := lock[t.key()]
			if !known || was.source == digest(t.source) || was.translation != digest(t.made) {
				continue
			}
			var owners []*allowed
			if f != nil {
				name, _, _ := strings.Cut(t.path, ".")
				if owners = f.owners(); f.byName[name] != nil {
					owners = f.byName[name].owners()
				}
			}
			found.doubt(ruleStale, t.at, owners, "these words (%s) are older than what they translate, %q; translate them again, or say with `hotline flow translated` that they still hold",
				t.lang, opening(t.source))
		}
	}
}

// opening is the beginning of a text, for a message.
func opening(words string) string {
	const most = 40
	runes := []rune(strings.Join(strings.Fields(words), " "))
	if len(runes) <= most {
		return string(runes)
	}
	return string(runes[:most]) + "…"
}

// Translated is the lock file with every translation in the named files (none: in all of them) marked as made from the words that
// it stands beside now. What it said of other files stays.
func (s *Set) Translated(files ...string) string {
	old := s.lock(&findings{})
	var lines []string
	for _, file := range s.translated() {
		for _, t := range s.translations(file) {
			m, known := old[t.key()]
			if len(files) == 0 || slices.Contains(files, file) {
				m, known = made{digest(t.source), digest(t.made)}, true
			}
			if known {
				lines = append(lines, fmt.Sprintf("%s %s %s", t.key(), m.source, m.translation))
			}
		}
	}
	slices.SortFunc(lines, cmp.Compare)
	return "# Which words each translation was made from; `hotline flow translated` writes this.\n" + strings.Join(append(lines, ""), "\n")
}
