package flows

import (
	"slices"
	"strings"
)

// Update plays a transcript and gives its text as it would be right: answers are replaced by those that came, effects that were
// scripted and never asked for are taken out, and arguments that differ are those that came. All that people wrote stays: inputs,
// settings, comments, outcomes, blank lines. A scene is left alone from where it asks for an effect that it does not script, since
// what comes of it cannot be guessed; the failures say so. What they say of lines that do not fit concerns the whole transcript,
// which then comes back as it is.
func (t *Talk) Update(s *Set) (string, []Failure) {
	if wrong := s.misfits(t); len(wrong) > 0 {
		return t.String(), wrong
	}
	e := edit{talk: t, gone: map[int]bool{}, instead: map[int]string{}, behind: map[int][]string{}}
	var failures []Failure
	for _, one := range t.scenes {
		r := s.reading(one, nil)
		for _, turn := range one.turns {
			w, err := r.play(turn, byName)
			switch {
			case err != nil:
				failures = append(failures, *failed(turn.at, err.Error(), nil))
			case w.odd != nil:
				failures = append(failures, *failed(turn.at, r.unanswered(*w.odd), nil))
			default:
				e.effects(r, turn, w)
				e.answer(turn, w.said)
				continue
			}
			break // what follows would only follow from it
		}
	}
	return e.text(), failures
}

// byName answers an effect by the next of the same name, whatever its arguments; those before it are asked for no more.
func byName(script []scripted, do Request) int {
	return slices.IndexFunc(script, func(e scripted) bool { return e.effect == do.Effect })
}

// edit is what changes in the lines of a transcript, by their numbers.
type edit struct {
	talk    *Talk
	gone    map[int]bool
	instead map[int]string
	behind  map[int][]string // new lines behind one
}

// effects takes out those that were not asked for, and brings the arguments of the others up to date.
func (e *edit) effects(r *reading, turn exchange, w went) {
	for i, x := range turn.effects {
		at := slices.IndexFunc(w.did, func(d did) bool { return d.by == i })
		if at < 0 {
			for _, n := range append([]int{x.at.line}, x.more...) {
				e.gone[n] = true
			}
			continue
		}
		if do := w.did[at].Request; !r.matches(x, do) {
			types := r.set.vocabulary.Effects[do.Effect].Args
			line := "! " + do.Effect
			for _, a := range x.args {
				if v, given := do.Args[a.name]; given {
					line += " " + a.name + "=" + shown(v, types[a.name])
				}
			}
			e.instead[x.at.line] = line + " " + e.talk.lines[x.at.line-1][x.arrow:]
		}
	}
}

// answer replaces the lines that differ, each where one was taken out; those that are the same stay as they were written.
func (e *edit) answer(turn exchange, came []string) {
	var old []string
	behind := turn.at.line
	for _, x := range turn.effects {
		behind = max(behind, x.at.line, slices.Max(append(x.more, 0)))
	}
	for _, s := range turn.said {
		old = append(old, answerLine(s.words))
	}
	i := 0
	var out []int // lines taken out, in whose places nothing stands yet
	for _, line := range diff(old, came) {
		switch line[0] {
		case '+':
			if len(out) > 0 {
				behind, out = out[0], out[1:]
			}
			e.behind[behind] = append(e.behind[behind], line[2:])
		case '-':
			out = append(out, turn.said[i].at.line)
			e.gone[turn.said[i].at.line] = true
			i++
		default:
			behind, out = turn.said[i].at.line, nil
			i++
		}
	}
}

// text is the transcript with all that changed.
func (e *edit) text() string {
	end := "\n"
	if len(e.talk.lines) > 0 && strings.HasSuffix(e.talk.lines[0], "\r\n") {
		end = "\r\n"
	}
	var b strings.Builder
	for i, line := range e.talk.lines {
		n := i + 1
		if other, ok := e.instead[n]; ok {
			line = other
		}
		if !e.gone[n] {
			b.WriteString(line)
		}
		for _, added := range e.behind[n] {
			if b.Len() > 0 && !strings.HasSuffix(b.String(), "\n") {
				b.WriteString(end)
			}
			b.WriteString(added + end)
		}
	}
	return b.String()
}
