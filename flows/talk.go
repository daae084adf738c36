package flows

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Talk is a transcript: one or more scenes that tell, and test, how flows talk. The file is read line by line:
//
//	# a comment
//	@ text en es                     a scene by text (or voice), on a line of these languages, in this order
//	@ lang es                        the phone has chosen this language before
//	@ now 2026-11-27 19:00 America/New_York
//	                                 what time it is, from here on in the scene; above the first scene, in all of them
//	@ fact ballots.open 1            a fact, from here on in the scene; above the first scene, in all of them
//	> REPORT                         what a person sends
//	> [idle] 1                       the same, long after the last text
//	> [photo] look                   the same, with a picture
//	> [blank]                        an empty text; "> [text] [so]" sends words that begin with a bracket
//	> [call]                         by voice: the call begins; [call 1 3]: and these keys follow, of which only the last is told
//	> [keys 1]                       keys pressed
//	> [silence]                      nothing done
//	> [record 12s]                   a recording made; [record 12s, hangup]: ended by hanging up
//	> [hangup]                       the caller is gone
//	! file_report what="the lift" -> filed code=482719356620
//	                                 an effect, with the arguments worth checking, and what comes of it; lines that begin
//	                                 with spaces go on with its values
//	< We have it.                    a line of the answer: by text all of them are one message; by voice each is one prompt,
//	< [pause 1s]                     silence put into it,
//	< [tone]                         a recording beginning,
//	< [end]                          the call ended by us
//
// Values are words without spaces or "quoted". A moment is "2026-11-27 19:00 America/New_York"; words in several languages are
// place.en=… place.es=… (or place=… for all); the fields of items in a list meetings.1.at=… meetings.2.at=….
type Talk struct {
	name   string
	facts  []pair // in every scene
	now    Value  // the same
	scenes []scene
}

type scene struct {
	line      int
	channel   Channel
	languages []Lang
	lang      Lang
	turns     []exchange
}

// exchange is one input and all that follows from it.
type exchange struct {
	line    int
	facts   []pair  // that change before it
	now     Value   // what time it has become; zero: as before
	written string  // the line of the input
	before  []Input // goes before, untold
	input   Input
	effects []scripted
	said    []string
}

// scripted is an effect that a transcript expects, and its outcome.
type scripted struct {
	written string
	effect  string
	args    []pair
	outcome string
	brings  []pair
}

// pair is name=value, as written.
type pair struct{ name, value string }

// maxTalk bounds a transcript.
const maxTalk = 1 << 20

// ParseTalk reads a transcript. The name is for messages.
func ParseTalk(name, src string) (*Talk, error) {
	if len(src) > maxTalk {
		return nil, fmt.Errorf("%s: longer than %d bytes", name, maxTalk)
	}
	p := talkParser{talk: &Talk{name: name}}
	for line := range strings.Lines(src) {
		p.number++
		if err := p.line(strings.TrimRight(line, " \r\n")); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", name, p.number, err)
		}
	}
	if len(p.talk.scenes) == 0 {
		return nil, fmt.Errorf("%s: no scene; begin one with \"@ text\" or \"@ voice\"", name)
	}
	return p.talk, nil
}

type talkParser struct {
	talk   *Talk
	number int
	facts  []pair // waiting for the next input
	now    Value  // the same
	spoken bool   // the last line was an answer
}

func (p *talkParser) line(line string) error {
	if strings.TrimSpace(line) == "" || line[0] == '#' {
		return nil
	}
	rest := strings.TrimSpace(line[1:])
	switch line[0] {
	case '@':
		return p.setting(rest)
	case '>':
		return p.input(rest)
	case '!':
		return p.effect(rest)
	case '<':
		turn, err := p.turn()
		if err == nil {
			turn.said = append(turn.said, rest)
			p.spoken = true
		}
		return err
	case ' ':
		return p.more(rest)
	}
	return fmt.Errorf("a line begins with one of # @ > ! <, and not %q", line)
}

func (p *talkParser) scene() (*scene, error) {
	if len(p.talk.scenes) == 0 {
		return nil, fmt.Errorf("there is no scene yet; begin one with \"@ text\" or \"@ voice\"")
	}
	return &p.talk.scenes[len(p.talk.scenes)-1], nil
}

func (p *talkParser) turn() (*exchange, error) {
	s, err := p.scene()
	if err == nil && len(s.turns) == 0 {
		err = fmt.Errorf("nobody has said anything yet; begin with \">\"")
	}
	if err != nil {
		return nil, err
	}
	return &s.turns[len(s.turns)-1], nil
}

func (p *talkParser) setting(rest string) error {
	word, value, _ := strings.Cut(rest, " ")
	value = strings.TrimSpace(value)
	if channel := Channel(word); channel == Text || channel == Voice {
		s := scene{line: p.number, channel: channel}
		for _, lang := range strings.Fields(value) {
			s.languages = append(s.languages, Lang(lang))
		}
		p.talk.scenes, p.facts, p.now, p.spoken = append(p.talk.scenes, s), nil, Value{}, false
		return nil
	}
	if word == "fact" {
		name, v, ok := strings.Cut(value, " ")
		fact := pair{name, strings.TrimSpace(v)}
		switch {
		case !ok:
			return fmt.Errorf("a fact is \"@ fact name value\"")
		case len(p.talk.scenes) == 0:
			p.talk.facts = append(p.talk.facts, fact)
		default:
			p.facts = append(p.facts, fact)
		}
		return nil
	}
	if word == "now" {
		var now Value
		if err := putWhole(&now, TypeTime, value); err != nil {
			return err
		}
		if p.now = now; len(p.talk.scenes) == 0 {
			p.talk.now, p.now = now, Value{}
		}
		return nil
	}
	s, err := p.scene()
	switch {
	case err != nil:
		return err
	case word == "lang" && len(s.turns) == 0:
		s.lang = Lang(value)
		return nil
	}
	return fmt.Errorf("a setting is @ text, @ voice, @ fact, @ now or, before anything is said, @ lang; not %q", rest)
}

func (p *talkParser) input(rest string) error {
	s, err := p.scene()
	if err != nil {
		return err
	}
	ins, err := parseInput(rest, s.channel)
	if err != nil {
		return err
	}
	last := len(ins) - 1
	s.turns = append(s.turns, exchange{line: p.number, facts: p.facts, now: p.now, written: "> " + rest, before: ins[:last], input: ins[last]})
	p.facts, p.now, p.spoken = nil, Value{}, false
	return nil
}

// parseInput reads what somebody does; it is one thing, but for a call with the keys that follow.
func parseInput(rest string, c Channel) ([]Input, error) {
	what, after, bracket := strings.Cut(rest, "]")
	bracket = bracket && strings.HasPrefix(what, "[")
	verb, arg, _ := strings.Cut(strings.TrimPrefix(what, "["), " ")
	after = strings.TrimSpace(after)
	if c == Text {
		switch {
		case !bracket:
			return []Input{{Kind: KindText, Text: rest}}, nil
		case verb == "text":
			return []Input{{Kind: KindText, Text: after}}, nil
		case verb == "idle":
			return []Input{{Kind: KindText, Text: after, Idle: true}}, nil
		case verb == "photo":
			return []Input{{Kind: KindText, Text: after, Photos: 1}}, nil
		case verb == "blank":
			return []Input{{Kind: KindText}}, nil
		}
		return nil, fmt.Errorf("by text there are [idle], [photo], [blank] and [text], and not %q", rest)
	}
	switch {
	case !bracket || after != "":
	case verb == "call":
		all := []Input{{Kind: KindCall}}
		for key := range strings.FieldsSeq(arg) {
			all = append(all, Input{Kind: KindKeys, Text: key})
		}
		return all, nil
	case verb == "silence":
		return []Input{{Kind: KindSilence}}, nil
	case verb == "hangup":
		return []Input{{Kind: KindHangup}}, nil
	case verb == "keys" && arg != "":
		return []Input{{Kind: KindKeys, Text: arg}}, nil
	case verb == "record":
		length, hung := strings.CutSuffix(arg, ", hangup")
		if _, err := time.ParseDuration(length); err != nil {
			return nil, fmt.Errorf("a recording has a length, as in [record 12s]")
		}
		return []Input{{Kind: KindRecording, Rec: length, HungUp: hung}}, nil
	}
	return nil, fmt.Errorf("by voice there are [call], [keys 1], [silence], [record 12s] and [hangup], and not %q", rest)
}

func (p *talkParser) effect(rest string) error {
	turn, err := p.turn()
	if err != nil {
		return err
	}
	if p.spoken {
		return fmt.Errorf("an effect stands before the answer, which tells what came of it; move it up")
	}
	before, after, ok := strings.Cut(rest, "->")
	name, args, _ := strings.Cut(strings.TrimSpace(before), " ")
	outcome, brings, _ := strings.Cut(strings.TrimSpace(after), " ")
	if !ok || name == "" || outcome == "" {
		return fmt.Errorf("an effect is \"! name argument=value -> outcome value=…\"")
	}
	e := scripted{written: "! " + rest, effect: name, outcome: outcome}
	if e.args, err = parsePairs(args); err != nil {
		return err
	}
	if e.brings, err = parsePairs(brings); err != nil {
		return err
	}
	turn.effects = append(turn.effects, e)
	return nil
}

// more goes on with the values of the effect above.
func (p *talkParser) more(rest string) error {
	turn, err := p.turn()
	if err != nil {
		return err
	}
	if len(turn.effects) == 0 || p.spoken {
		return fmt.Errorf("a line that begins with a space goes on with an effect, and there is none above")
	}
	values, err := parsePairs(rest)
	e := &turn.effects[len(turn.effects)-1]
	e.brings, e.written = append(e.brings, values...), e.written+" "+rest
	return err
}

// parsePairs reads name=value name="more words".
func parsePairs(s string) ([]pair, error) {
	var all []pair
	for s = strings.TrimSpace(s); s != ""; s = strings.TrimSpace(s) {
		name, rest, ok := strings.Cut(s, "=")
		if !ok || name == "" || strings.ContainsAny(name, " \"") {
			return nil, fmt.Errorf("values are name=value or name=\"more words\", and not %q", s)
		}
		value, after, _ := strings.Cut(rest, " ")
		if strings.HasPrefix(rest, "\"") {
			quoted, err := strconv.QuotedPrefix(rest)
			if err != nil {
				return nil, fmt.Errorf("the quotes of %s are not closed", name)
			}
			if value, err = strconv.Unquote(quoted); err != nil {
				return nil, fmt.Errorf("the value of %s: %w", name, err)
			}
			after = rest[len(quoted):]
		}
		all = append(all, pair{name, value})
		s = after
	}
	return all, nil
}
