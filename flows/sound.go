package flows

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// soundsFolder holds a set's recordings, as WAV or MP3.
const soundsFolder = "sounds"

// Bounds of the recordings of a set: of one in bytes (about three minutes on the phone), and how many there may be.
const (
	maxSound  = 4 << 20
	maxSounds = 5000
)

// readSounds adds a set's recordings to its files, each as the name that its content gives it.
func readSounds(fsys fs.FS, files map[string]string) (sounds map[string][]byte, err error) {
	sounds = map[string][]byte{}
	entries, err := fs.ReadDir(fsys, soundsFolder)
	if err != nil {
		return sounds, nil // there need be none
	}
	if len(entries) > maxSounds {
		return nil, fmt.Errorf("reading recordings: a set has at most %d, and this has %d", maxSounds, len(entries))
	}
	for _, e := range entries {
		name := path.Join(soundsFolder, e.Name())
		if e.IsDir() || !isSound(e.Name()) {
			continue
		}
		info, err := e.Info()
		if err != nil {
			return nil, fmt.Errorf("reading a recording: %w", err)
		}
		if info.Size() > maxSound {
			return nil, fmt.Errorf("reading a recording: %s is %d kB, and may be %d", name, info.Size()>>10, maxSound>>10)
		}
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, fmt.Errorf("reading a recording: %w", err)
		}
		digest := sha256.Sum256(data)
		files[name] = hex.EncodeToString(digest[:16]) + strings.ToLower(path.Ext(e.Name()))
		sounds[files[name]] = data
	}
	return sounds, nil
}

// isSound says whether a file may be played: by its name, which is also safe in a path.
func isSound(name string) bool {
	base, wav := strings.CutSuffix(name, ".wav")
	if !wav {
		var mp3 bool
		if base, mp3 = strings.CutSuffix(name, ".mp3"); !mp3 {
			return false
		}
	}
	return base != "" && len(base) <= 80 && strings.Trim(base, "abcdefghijklmnopqrstuvwxyz0123456789_-.") == ""
}

// Sound is a recording of the set by the name that Prompt.Play has; nil where the set was not loaded from a folder.
func (s *Set) Sound(name string) []byte { return s.sounds[name] }

// Sounds are the names of all of the set's recordings that it holds, as Sound takes them.
func (s *Set) Sounds() map[string][]byte { return s.sounds }

// recordings reads what is played: FILE, or a list of files and gaps.
func (l *loader) recordings(f *field, spoken bool) []part {
	nodes := []ast.Node{f.value}
	if _, ok := f.value.(*ast.SequenceNode); ok {
		nodes = l.list(f.value, f.key)
	}
	var parts []part
	missing := false
	for _, n := range nodes {
		name, ok := l.scalar(n, "a recording")
		at := l.place(n)
		switch {
		case !ok:
		case strings.HasPrefix(name, "{"):
			parts = append(parts, l.template(name, at).parts...)
		case !isSound(name):
			l.found.add(at, "%q is no recording; it is a file of the folder %s, as in hello.wav, or a gap like {code}", name, soundsFolder)
		case l.set.files[soundsFolder+"/"+name] == "":
			missing = true
			l.noRecording(at, name, spoken)
		default:
			parts = append(parts, part{sound: l.set.files[soundsFolder+"/"+name], at: at})
		}
	}
	if missing {
		return nil
	}
	return slices.Clip(parts)
}

// noRecording is worse where nobody can speak the words instead.
func (l *loader) noRecording(at place, name string, spoken bool) {
	if spoken {
		l.found.doubt(ruleRecording, at, l.owners(), "there is no recording %s/%s, so the words are spoken; record it", soundsFolder, name)
		return
	}
	l.found.violate(ruleRecording, at, "there is no recording %s/%s, and no words to speak instead; record it, or add \"say:\"", soundsFolder, name)
}

// record tells pieces of a recorded text: recordings, and between them what only this turn knows, in the voice of another language
// where this one has none. The words stand in the first, for whoever reads what was said.
func (t *turn) record(parts []part, g *language, words string, firm bool, label []part, key string) {
	for _, p := range parts {
		switch {
		case p.sound != "":
			t.add(Prompt{Lang: g.lang, Play: p.sound, Words: words, Firm: firm})
			words = ""
		case p.ref != nil:
			t.tell(p, g, firm)
		case p.path == nil:
			t.add(Prompt{Lang: t.set.speaker(g).lang, Words: p.words, Firm: firm})
		case p.path != nil && p.path[0] == "label":
			t.record(label, g, "", firm, nil, "")
		case p.path != nil && p.path[0] == "key":
			t.digits(key, g, firm)
		}
	}
}

// tell says one value between recordings.
func (t *turn) tell(p part, g *language, firm bool) {
	if p.ref.shape.Type == TypeCode && p.ref.list == nil && t.recordedDigits(g) != nil {
		t.digits(t.get(p.ref).Text, g, firm)
		return
	}
	speaker := t.set.speaker(g)
	t.add(Prompt{Lang: speaker.lang, Words: t.told(p, speaker), Firm: firm})
}

// digits says digits one by one, in the language's own recordings where it has them, with a rest after each four.
func (t *turn) digits(digits string, g *language, firm bool) {
	recorded := t.recordedDigits(g)
	if recorded == nil {
		speaker := t.set.speaker(g)
		t.add(Prompt{Lang: speaker.lang, Words: code(digits, Voice), Firm: firm})
		return
	}
	for i, r := range digits {
		if i > 0 && i%4 == 0 {
			t.pause(pauseInCode)
		}
		if r >= '0' && r <= '9' {
			t.add(Prompt{Lang: g.lang, Play: recorded[r-'0'].sound, Words: string(r), Firm: firm})
		}
	}
}

// speaker is the language whose voice says what a language has no voice for.
func (s *Set) speaker(g *language) *language {
	return s.instead(g, func(other *language) bool { return !other.noVoice })
}

// writer is the language in which its speakers are written to.
func (s *Set) writer(g *language) *language {
	return s.instead(g, func(other *language) bool { return !other.callsOnly })
}

// instead is a language, or the first that it falls back on, of which something holds; itself, if it holds of none.
func (s *Set) instead(g *language, holds func(*language) bool) *language {
	if holds(g) {
		return g
	}
	for _, lang := range g.chain {
		if other := s.language(lang); holds(other) {
			return other
		}
	}
	return g
}

// teller is the language in which this channel tells what has no words of its own in g.
func (t *turn) teller(g *language) *language {
	if t.env.Channel == Voice {
		return t.set.speaker(g)
	}
	return t.set.writer(g)
}
