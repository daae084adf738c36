package flows

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// Talk is a transcript: one or more scenes that tell, and test, how flows talk. The file is read line by line:
//
//	# a comment
//	@ text en es                     a scene by text (or voice), on a line of these languages, in this order
//	@ flow report                    it begins in this flow and not at the door, by [call] or [begin]
//	@ lang es                        the phone has chosen this language
//	@ fact ballots.open 1            a fact, from here on in the scene
//	@ now 2026-11-27 19:00 America/New_York
//	                                 the moment of what follows
//	@ quiet                          the phone is to show nothing that tells what it is about
//	> REPORT                         what a person sends
//	> [idle] 1                       the same, long after the last text
//	> [photo] look                   the same, with a picture
//	> [blank]                        an empty text; "> [text] [so]" sends words that begin with a bracket
//	> [wait 3d]                      nothing is sent, for three days (or 90m, 36h)
//	> [begin]                        the flow of the scene begins by itself, as if its start word had been sent
//	> [call]                         by voice: the call begins; [call 1 3]: and these keys follow, of which only the last is told
//	> [keys 1]                       keys pressed
//	> [silence]                      nothing done
//	> [record 12s]                   a recording made; [record 12s, hangup]: ended by hanging up
//	> [taken] or [missed]            the phone that rings for the caller was taken, and they have talked; or it was not
//	> [hangup]                       the caller is gone
//	! file_report what="the lift" -> filed code=482719356620
//	                                 an effect, with the arguments worth checking, and what comes of it; lines that begin
//	                                 with spaces go on with its values
//	< We have it.                    a line of the answer: by text all of them are one message; by voice each is one prompt,
//	< [pause 1s]                     silence put into it,
//	< [plays hello.quc]              a recording of the set's, where no words are written for it,
//	< [tone]                         a recording beginning,
//	< [end]                          the call ended by us
//
// Settings (@) above the first scene hold in all of them. Values are words without spaces or "quoted". A moment is
// "2026-11-27 19:00 America/New_York"; words in several languages are place.en=… place.es=… (or place=… for all); the fields of items
// in a list meetings.1.at=… meetings.2.at=….
type Talk struct {
	name     string
	lines    []string  // as written, with their ends
	settings []setting // in every scene
	scenes   []scene
}

// String is the transcript as it was written, byte for byte.
func (t *Talk) String() string { return strings.Join(t.lines, "") }

type scene struct {
	at        place
	channel   Channel
	languages []spelt
	settings  []setting // before anything is said
	turns     []exchange
}

// setting is a line that begins with @ and is not a scene: "fact" with a name and a value, the others with a value.
type setting struct {
	word string
	pair
}

// exchange is one input and all that follows from it.
type exchange struct {
	at       place
	settings []setting // that change before it
	written  string    // the line of the input
	input
	effects []scripted
	said    []spelt // the lines of the answer
}

// scripted is an effect that a transcript expects, and its outcome.
type scripted struct {
	at      place
	more    []int    // the lines that go on with it
	arrow   int      // where "->" stands in its line, in bytes
	written []string // without spaces around them
	effect  string
	args    []pair
	outcome string
	brings  []pair
}

// line is the effect on one line.
func (e scripted) line() string { return strings.Join(e.written, " ") }

// pair is name=value, as written.
type pair struct {
	name, value string
	at          place
}

// spelt is something written at a place.
type spelt struct {
	words string
	at    place
}

// What bounds a transcript: bytes, scenes, settings above one, and lines of one answer.
const (
	maxTalk      = 1 << 20
	mostScenes   = 1000
	mostSettings = 200
	mostSaid     = 200
)

// ParseTalk reads a transcript. The name is for messages; the error is Findings.
func ParseTalk(name, src string) (*Talk, error) {
	p := talkParser{talk: &Talk{name: name}, found: &findings{}}
	if len(src) > maxTalk {
		p.found.add(place{file: name}, "longer than %d bytes; make two of it", maxTalk)
		return nil, p.found.err()
	}
	for line := range strings.Lines(src) {
		p.number++
		p.talk.lines = append(p.talk.lines, line)
		p.line = strings.TrimRight(line, " \r\n")
		p.offset, p.column = 0, 1
		if !p.read() || len(p.found.list) == mostFindings {
			break
		}
	}
	if len(p.talk.scenes) == 0 && len(p.found.list) == 0 {
		p.found.add(place{file: name}, "no scene; begin one with \"@ text\" or \"@ voice\"")
	}
	if err := p.found.err(); err != nil {
		return nil, err
	}
	return p.talk, nil
}

type talkParser struct {
	talk     *Talk
	found    *findings
	number   int       // of the line, from 1
	line     string    // without its end
	offset   int       // of the last place asked for in the line
	column   int       // of that place
	settings []setting // waiting for the next input
	spoken   bool      // the last line was an answer
}

// at is the place of an offset of the line, in bytes.
func (p *talkParser) at(off int) place {
	if off = min(off, len(p.line)); off < p.offset {
		p.offset, p.column = 0, 1
	}
	p.column += utf8.RuneCountInString(p.line[p.offset:off])
	p.offset = off
	return place{p.talk.name, p.number, p.column}
}

// fail notes what is wrong at an offset.
func (p *talkParser) fail(off int, format string, args ...any) {
	p.found.add(p.at(off), format, args...)
}

// read reads one line; false: those that follow would all be wrong for the same reason.
func (p *talkParser) read() bool {
	if strings.TrimSpace(p.line) == "" || p.line[0] == '#' {
		return true
	}
	off := p.skip(1)
	switch p.line[0] {
	case '@':
		p.setting(off)
	case '>', '!', '<', ' ':
		return p.inScene(off)
	default:
		p.fail(0, "a line begins with one of # @ > ! <, and not %q", p.line)
	}
	return true
}

// skip is the offset of the first letter from one on that is no space.
func (p *talkParser) skip(off int) int {
	for off < len(p.line) && (p.line[off] == ' ' || p.line[off] == '\t') {
		off++
	}
	return off
}

// inScene reads a line that belongs to a scene.
func (p *talkParser) inScene(off int) bool {
	if len(p.talk.scenes) == 0 {
		p.fail(0, "there is no scene yet; begin one with \"@ text\" or \"@ voice\"")
		return false
	}
	s := &p.talk.scenes[len(p.talk.scenes)-1]
	if p.line[0] == '>' {
		p.input(s, off)
		return true
	}
	if len(s.turns) == 0 {
		p.fail(0, "nobody has said anything yet; begin with \">\"")
		return false
	}
	turn := &s.turns[len(s.turns)-1]
	switch p.line[0] {
	case '!':
		p.effect(turn, off)
	case '<':
		if len(turn.said) == mostSaid {
			p.fail(0, "an answer has at most %d lines", mostSaid)
			return false
		}
		turn.said = append(turn.said, spelt{strings.TrimPrefix(p.line[1:], " "), p.at(0)})
		p.spoken = true
	default:
		p.more(turn, off)
	}
	return true
}

// settingWords are the settings besides the two that begin a scene.
func settingWords() []string { return []string{"flow", "lang", "fact", "now", "quiet"} }

func (p *talkParser) setting(off int) {
	word, value, _ := strings.Cut(p.line[off:], " ")
	at := p.skip(off + len(word))
	value = strings.TrimSpace(value)
	if channel := Channel(word); channel == Text || channel == Voice {
		s := scene{at: p.at(0), channel: channel, settings: p.talk.settings[:len(p.talk.settings):len(p.talk.settings)]}
		for at < len(p.line) {
			lang, _, _ := strings.Cut(p.line[at:], " ")
			s.languages = append(s.languages, spelt{lang, p.at(at)})
			at = p.skip(at + len(lang))
		}
		p.talk.scenes, p.settings, p.spoken = append(p.talk.scenes, s), nil, false
		if len(p.talk.scenes) > mostScenes {
			p.fail(0, "a transcript has at most %d scenes; make two of it", mostScenes)
		}
		return
	}
	one := setting{word, pair{value: value, at: p.at(at)}}
	begun := len(p.talk.scenes) > 0 && len(p.talk.scenes[len(p.talk.scenes)-1].turns) > 0
	switch word {
	case "fact":
		name, v, ok := strings.Cut(value, " ")
		if one.name, one.value = name, strings.TrimSpace(v); !ok {
			p.fail(off, "a fact is \"@ fact name value\"")
		}
	case "flow":
		if begun {
			p.fail(off, "\"@ flow\" says where a scene begins; put it above the first \">\"")
		}
	case "lang", "now":
		if value == "" {
			p.fail(off, "\"@ %s\" needs a value: @ lang es, @ now 2026-11-27 19:00 America/New_York", word)
		}
	case "quiet":
		if value != "" {
			p.fail(at, "\"@ quiet\" stands alone")
		}
	default:
		known := append([]string{"text", "voice"}, settingWords()...)
		p.fail(off, "there is no setting %q; there are @ text, @ voice, @ %s%s", word, strings.Join(settingWords(), ", @ "), didYouMean(word, known))
	}
	to := &p.talk.settings
	switch {
	case begun:
		to = &p.settings
	case len(p.talk.scenes) > 0:
		to = &p.talk.scenes[len(p.talk.scenes)-1].settings
	}
	if *to = append(*to, one); len(*to) > mostSettings {
		p.fail(0, "at most %d settings stand in one place", mostSettings)
	}
}

// input reads what somebody does. What is wrong in it is noted, and the lines below still belong to it.
func (p *talkParser) input(s *scene, off int) {
	rest := strings.TrimSpace(p.line[off:])
	in, err := parseInput(rest, s.channel)
	if err != nil {
		p.fail(off, "%v", err)
	}
	s.turns = append(s.turns, exchange{at: p.at(0), settings: p.settings, written: "> " + rest, input: in})
	p.settings, p.spoken = nil, false
}

const effectForm = "an effect is \"! name argument=value -> outcome value=…\""

func (p *talkParser) effect(turn *exchange, off int) {
	if p.spoken {
		p.fail(0, "an effect stands before the answer, which tells what came of it; move it up")
		return
	}
	turn.effects = append(turn.effects, scripted{at: p.at(0), written: []string{"! " + strings.TrimSpace(p.line[off:])}})
	if len(turn.effects) > mostEffects {
		p.fail(0, "one input has at most %d effects", mostEffects)
	}
	e := &turn.effects[len(turn.effects)-1]
	e.effect, _, _ = strings.Cut(p.line[off:], " ")
	var ok bool
	if e.args, e.arrow, ok = p.pairs(off + len(e.effect)); !ok {
		return
	}
	at := p.skip(min(e.arrow+len("->"), len(p.line)))
	e.outcome, _, _ = strings.Cut(p.line[at:], " ")
	if e.effect == "" || e.effect == "->" || e.outcome == "" {
		p.fail(off, effectForm)
		return
	}
	e.brings, _ = p.allPairs(at + len(e.outcome))
}

// more goes on with the values of the effect above.
func (p *talkParser) more(turn *exchange, off int) {
	if len(turn.effects) == 0 || p.spoken {
		p.fail(0, "a line that begins with a space goes on with an effect, and there is none above")
		return
	}
	values, _ := p.allPairs(off)
	e := &turn.effects[len(turn.effects)-1]
	e.brings, e.more = append(e.brings, values...), append(e.more, p.number)
	e.written = append(e.written, strings.TrimSpace(p.line[off:]))
}

// allPairs reads the values to the end of the line.
func (p *talkParser) allPairs(off int) ([]pair, bool) {
	all, end, ok := p.pairs(off)
	if ok && end < len(p.line) {
		p.fail(end, "a second \"->\" on one line; put quotes around a value that has spaces or \"->\"")
		return nil, false
	}
	return all, ok
}

// pairs reads name=value name="more words" up to an arrow or the end of the line, and says where that is.
func (p *talkParser) pairs(off int) (all []pair, end int, ok bool) {
	for {
		off = p.skip(off)
		if off == len(p.line) || strings.HasPrefix(p.line[off:], "->") {
			return all, off, true
		}
		name, rest, found := strings.Cut(p.line[off:], "=")
		if !found || name == "" || strings.ContainsAny(name, " \t\"") {
			p.fail(off, "values are name=value or name=\"more words\", and not %q", p.line[off:])
			return nil, 0, false
		}
		one, length := pair{name: name, at: p.at(off)}, 0
		if strings.HasPrefix(rest, "\"") {
			quoted, err := strconv.QuotedPrefix(rest)
			if err == nil {
				one.value, err = strconv.Unquote(quoted)
			}
			if err != nil {
				p.fail(off, "the quotes of %s are not closed", name)
				return nil, 0, false
			}
			length = len(quoted)
		} else {
			one.value, _, _ = strings.Cut(rest, " ")
			length = len(one.value)
		}
		all = append(all, one)
		off += len(name) + len("=") + length
	}
}
