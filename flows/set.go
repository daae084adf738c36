package flows

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"slices"
	"strings"
)

// wordsFile holds the languages and the phrases that belong to no flow.
const wordsFile = "words.yaml"

// maxFiles is how many files a set may have.
const maxFiles = 500

// Set is a set of flows that passed every check. It never changes and may be used by many goroutines at once.
type Set struct {
	vocabulary   Vocabulary
	files        map[string]string
	hash         string
	languages    []*language
	counts       []string // the formats in which they tell a number with what it counts
	phrases      map[string]*text
	words        flow // stands for words.yaml: what its phrases read, and what it allows
	flows        map[string]*flow
	order        []*flow // by name
	commands     commands
	dialed       *flow // begun by # twice on a call; nil: none is
	facts        map[string][]string
	sounds       map[string][]byte // its recordings by what they are called in a Prompt, if it was loaded from a folder
	warnings     Findings
	sizes        *sizes // while it is checked
	steps        int    // how many it has
	hasQuiet     bool   // some text has words of its own for quiet phones
	hasBilingual bool   // something is said in two languages while it is not known which is spoken
	zones        zones
	machines     machines
}

// Load reads every *.yaml at the top of a folder, its recordings, and what its translations were made of. What is wrong in them comes
// back as Findings, all at once; any other error is one of reading.
func Load(fsys fs.FS, v Vocabulary) (*Set, error) { return loadFolder(fsys, v, LoadFiles) }

// Proved is Load for a folder that Load has accepted before: it takes a fifth of the time, since nothing is proved again, and nothing
// is known of what a person should look at.
func Proved(fsys fs.FS, v Vocabulary) (*Set, error) { return loadFolder(fsys, v, Restore) }

func loadFolder(fsys fs.FS, v Vocabulary, load func(map[string]string, Vocabulary) (*Set, error)) (*Set, error) {
	files, sounds, err := readFiles(fsys)
	if err != nil {
		return nil, err
	}
	s, err := load(files, v)
	if err == nil {
		s.sounds = sounds
	}
	return s, err
}

// readFiles reads the texts of a set by file name, and the recordings that it has.
func readFiles(fsys fs.FS) (files map[string]string, sounds map[string][]byte, err error) {
	names, err := fs.Glob(fsys, "*.yaml")
	if err != nil {
		return nil, nil, fmt.Errorf("listing flows: %w", err)
	}
	files = map[string]string{}
	for _, name := range names {
		if files[name], err = readFile(fsys, name); err != nil {
			return nil, nil, fmt.Errorf("reading flow %s: %w", name, err)
		}
	}
	if f, err := fs.Stat(fsys, LockFile); err == nil && !f.IsDir() {
		if f.Size() > maxLock {
			return nil, nil, fmt.Errorf("reading %s: it is %d kB, and may be %d", LockFile, f.Size()>>10, maxLock>>10)
		}
		lock, err := fs.ReadFile(fsys, LockFile)
		if err != nil {
			return nil, nil, fmt.Errorf("reading which translations are how old: %w", err)
		}
		files[LockFile] = string(lock)
	}
	sounds, err = readSounds(fsys, files)
	return files, sounds, err
}

// readFile reads no more of a file than shows that it is too long.
func readFile(fsys fs.FS, name string) (string, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	return string(text), err
}

// LoadFiles is Load for texts by file name, as Files gives them.
func LoadFiles(files map[string]string, v Vocabulary) (*Set, error) { return load(files, v, false) }

// Restore is LoadFiles for a set that was right when conversations began with it. They must be able to finish also where a newer
// program proves more than the one of that day did, or wants more of words.yaml, so it insists only on what running needs: that all
// names and types are known.
func Restore(files map[string]string, v Vocabulary) (*Set, error) { return load(files, v, true) }

// load reads a set, ties its names together and has it proved, if it is not of an earlier day.
func load(files map[string]string, v Vocabulary, earlier bool) (*Set, error) {
	s := &Set{vocabulary: v, files: maps.Clone(files), hash: hashOf(files), flows: map[string]*flow{}, phrases: map[string]*text{}}
	found := &findings{}
	l := &loader{source: source{found: found, earlier: earlier}, set: s}
	l.readWords(files[wordsFile])
	if err := found.err(); err != nil {
		return nil, err // without languages every sentence of every flow would be a finding
	}
	names := slices.DeleteFunc(slices.Sorted(maps.Keys(files)), func(name string) bool {
		return name == LockFile || strings.HasPrefix(name, soundsFolder+"/")
	})
	if len(names) > maxFiles {
		found.add(place{file: names[maxFiles]}, "a set has at most %d files, and this has %d", maxFiles, len(names))
		return nil, found.err()
	}
	for _, name := range names {
		l.readFile(name, files[name])
	}
	for _, name := range []string{doorFlow, reportFlow} {
		if s.flows[name] == nil {
			found.add(place{file: name + ".yaml"}, "a set needs a flow %q", name)
		}
	}
	l.checkPartial()
	l.bind()
	if err := found.err(); err != nil {
		return nil, err
	}
	for _, f := range s.order {
		if !l.infer(f) {
			return nil, found.err() // its variables are not known, and every use of one would be a finding
		}
	}
	for _, f := range s.order {
		l.file, l.flow = f.at.file, f
		for _, l.step = range f.steps {
			l.step.verb.resolve(l)
		}
		l.resolveTargets(f)
		l.resolveNotice(f)
	}
	l.readCommands()
	if err := found.err(); err != nil {
		return nil, err
	}
	if !earlier {
		check(s, found)
	}
	if err := found.err(); err != nil {
		return nil, err
	}
	for _, f := range s.order {
		f.findLive()
	}
	s.gatherFacts()
	s.warnings, s.sizes = found.sorted(), nil
	return s, nil
}

// Warnings are what a person should look at in a set that is right, in the order of its files.
func (s *Set) Warnings() Findings { return slices.Clone(s.warnings) }

// readFile reads one flow and adds it to the set.
func (l *loader) readFile(name, text string) {
	base, ok := strings.CutSuffix(name, ".yaml")
	switch {
	case name == wordsFile:
		return
	case !ok || !isName(base):
		l.found.add(place{file: name}, "a flow's file is called like the flow: letters, digits and _, then .yaml")
		return
	}
	l.file = name
	if root := l.parse(text); root != nil {
		f := l.readFlow(base, root)
		l.set.flows[base] = f
		l.set.order = append(l.set.order, f)
	}
}

// resolveTargets checks what is handed to other flows.
func (l *loader) resolveTargets(f *flow) {
	for _, l.step = range f.steps {
		for _, e := range l.step.verb.edges() {
			if e.to == nil || e.to.step == nil {
				continue
			}
			into := e.to.step.flow
			for _, a := range e.to.with {
				i := slices.IndexFunc(into.takes, func(p saved) bool { return p.name == a.name })
				if i < 0 {
					l.found.add(a.at, "flow %q does not take %q, but %s%s", into.name, a.name, orNothing(takenBy(into)), didYouMean(a.name, takenBy(into)))
					continue
				}
				l.resolveExpression(a.value, nil, e.sets, into.takes[i].shape.Type)
			}
		}
	}
}

func takenBy(f *flow) []string {
	var names []string
	for _, p := range f.takes {
		names = append(names, p.name)
	}
	return names
}

// hashOf names a set by everything in it: each file's name, length and content.
func hashOf(files map[string]string) string {
	h := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		fmt.Fprintf(h, "%d:%s%d:%s", len(name), name, len(files[name]), files[name])
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Hash names the set: sha256 in hex over the name, length and content of every file.
func (s *Set) Hash() string { return s.hash }

// Files is the text of every YAML file and of the lock, by name, and what every recording is called. LoadFiles makes the same Set of it.
func (s *Set) Files() map[string]string { return maps.Clone(s.files) }

// Languages are those the set speaks, in its order.
func (s *Set) Languages() []Lang {
	all := make([]Lang, len(s.languages))
	for i, g := range s.languages {
		all[i] = g.lang
	}
	return all
}

func (s *Set) language(lang Lang) *language {
	for _, g := range s.languages {
		if g.lang == lang {
			return g
		}
	}
	return nil
}

func (s *Set) languageNames() []string {
	var names []string
	for _, g := range s.languages {
		names = append(names, string(g.lang))
	}
	return names
}

func (s *Set) flowNames() []string { return slices.Sorted(maps.Keys(s.flows)) }

// Flows are the names of its flows, sorted.
func (s *Set) Flows() []string { return s.flowNames() }
