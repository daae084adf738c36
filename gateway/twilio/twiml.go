package twilio

import (
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"hotline/gateway"
)

const (
	maxText  = 1600   // characters of one message (error 21617), counted as UTF-16 does, which is never fewer
	maxSay   = 1500   // characters of one Say; Amazon's voices refuse 3000
	maxSpeak = 60_000 // bytes of everything that a document says; with the rest it stays below the 64 kB that are read (error 11750)
	ellipsis = "..."  // not "…", which would make the whole text UCS-2
	prolog   = `<?xml version="1.0" encoding="UTF-8"?>` + "\n"
)

// Render writes a reply as TwiML. root is the path of the public URL: all addresses in the document are paths on our host, so that
// the same reply is the same bytes on any machine. The document is well-formed whatever words are in it.
func Render(channel gateway.Channel, reply gateway.Reply, root string) []byte {
	if channel == gateway.Text {
		return message(reply.Text(), root)
	}
	doc := document{root: root}
	return doc.of(reply)
}

// message is an answer by text. Its id is told to us only when its status is: the carrier keeps its words until we have them erased.
func message(words, root string) []byte {
	words = shorten(strings.TrimSpace(printable(words)))
	if words == "" {
		return []byte(prolog + "<Response/>\n")
	}
	doc := document{root: root}
	doc.element("Message", words, "action", root+replyRoute+statusFragment, "method", "POST")
	return doc.response()
}

// shorten cuts what is longer than a message may be. Flows are checked to stay far below it; words from people may not be.
func shorten(s string) string {
	length, fits := 0, 0
	for i, c := range s {
		length += utf16.RuneLen(c)
		if length <= maxText-len(ellipsis) {
			fits = i + utf8.RuneLen(c)
		}
	}
	if length <= maxText {
		return s
	}
	return s[:fits] + ellipsis
}

// document is the inside of a call's Response.
type document struct {
	strings.Builder
	root    string
	whisper string // where to ask what is said to whoever is rung
	spoken  int    // bytes
}

func (d *document) of(r gateway.Reply) []byte {
	d.call(r)
	return d.response()
}

func (d *document) response() []byte {
	return []byte(prolog + "<Response>\n" + d.String() + "</Response>\n")
}

// call says what is to be said and then waits, as the reply has it. What stands after the last firm prompt goes inside Gather,
// where a key cuts it short; everything else is heard to its end. Each wait is followed by a Redirect to the same turn: a
// recording of nothing calls no action, and the turn's number makes what comes twice count once.
func (d *document) call(r gateway.Reply) {
	turn := d.root + "/twilio/voice/" + strconv.Itoa(r.Turn) + voiceFragment
	switch {
	case r.Wait == nil:
		d.say(r.Say)
		d.WriteString("<Hangup/>\n")
		return
	case r.Wait.Ring != nil:
		d.say(r.Say)
		if r.Ring != nil { // else it counts as missed
			d.dial(*r.Wait, *r.Ring, turn)
		}
	case r.Wait.Record > 0:
		d.say(r.Say)
		d.record(*r.Wait, turn)
	default:
		firm := 0
		for i, p := range r.Say {
			if p.Firm {
				firm = i + 1
			}
		}
		d.say(r.Say[:firm])
		d.gather(*r.Wait, turn, r.Say[firm:])
	}
	d.element("Redirect", turn, "method", "POST")
}

// gather waits for keys. finishOnKey is always written: without it "#" would end what the flow wants to hear "#" in.
func (d *document) gather(w gateway.Wait, turn string, say []gateway.Prompt) {
	d.gathers(w, turn, say, true)
}

// offer is gather where a silence is no answer: what stands behind it follows.
func (d *document) offer(w gateway.Wait, turn string, say []gateway.Prompt) {
	d.gathers(w, turn, say, false)
}

func (d *document) gathers(w gateway.Wait, turn string, say []gateway.Prompt, silence bool) {
	attrs := []string{"input", "dtmf", "timeout", seconds(w.Timeout, 1), "finishOnKey", keys(w.Finish)}
	if w.Keys > 0 {
		attrs = append(attrs, "numDigits", strconv.Itoa(w.Keys))
	}
	if silence {
		attrs = append(attrs, "actionOnEmptyResult", "true")
	}
	attrs = append(attrs, "action", turn, "method", "POST")
	d.open("Gather", attrs...)
	d.WriteString(">\n")
	d.say(say)
	d.WriteString("</Gather>\n")
}

// record waits for a recording. Without a finishing key any key ends it, which is the carrier's default: the grammar of Record has
// no word for none, and a caller who presses something is done.
func (d *document) record(w gateway.Wait, turn string) {
	attrs := []string{"maxLength", seconds(w.Record, 2), "timeout", seconds(w.Timeout, 1)}
	if finish := keys(w.Finish); finish != "" {
		attrs = append(attrs, "finishOnKey", finish)
	}
	attrs = append(attrs, "playBeep", "true", "action", turn, "method", "POST",
		"recordingStatusCallback", d.root+"/twilio/recording"+statusFragment, "recordingStatusCallbackMethod", "POST")
	d.open("Record", attrs...)
	d.WriteString("/>\n")
}

func (d *document) say(prompts []gateway.Prompt) {
	for _, p := range prompts {
		v := voiceOf(string(p.Lang))
		words := strings.TrimSpace(printable(p.Words))
		if soundKind(p.Play) != "" {
			d.play(p.Play, words)
			continue
		}
		if words == "" && p.Pause > 0 && d.room("") {
			d.open("Pause", "length", seconds(p.Pause, 1))
			d.WriteString("/>\n")
		}
		for words != "" {
			var part string
			if part, words = breath(words); d.room(part) {
				d.element("Say", part, "language", v.locale, "voice", v.name)
			}
		}
	}
}

// play has a recording fetched and heard. What is said in it stands before it, as a comment, for people who look at the document.
func (d *document) play(name, words string) {
	if words = strings.ReplaceAll(words, "-", "\u2010"); words != "" && d.room(words) { // a comment holds no "--"
		d.WriteString("<!-- " + words + " -->\n")
	}
	if d.room(name) {
		d.element("Play", d.root+soundPath+name)
	}
}

// room tells whether words still fit. What does not is longer than anybody listens; what follows it in the document must not be
// lost for it.
func (d *document) room(words string) bool {
	const tags = 80 // bytes around the words, rounded up
	d.spoken += len(escape(words)) + tags
	return d.spoken <= maxSpeak
}

// breath cuts off what one Say can hold, at a space where there is one.
func breath(s string) (part, rest string) {
	n, cut := 0, 0
	for i, c := range s {
		if n++; n > maxSay {
			if cut == 0 {
				cut = i
			}
			return strings.TrimSpace(s[:cut]), strings.TrimSpace(s[cut:])
		}
		if unicode.IsSpace(c) {
			cut = i
		}
	}
	return s, ""
}

func (d *document) element(name, text string, attrs ...string) {
	d.open(name, attrs...)
	d.WriteString(">" + escape(text) + "</" + name + ">\n")
}

// open writes a start tag up to its attributes, which come as name, value, name, value.
func (d *document) open(name string, attrs ...string) {
	d.WriteString("<" + name)
	for i := 0; i < len(attrs); i += 2 {
		d.WriteString(" " + attrs[i] + `="` + escape(attrs[i+1]) + `"`)
	}
}

// seconds rounds up to what the grammar takes, a whole number of at least the least.
func seconds(t time.Duration, least int) string {
	return strconv.Itoa(max(least, int((t+time.Second-1)/time.Second)))
}

// keys keeps of a finishing key what the grammar takes.
func keys(s string) string {
	return strings.Map(func(c rune) rune {
		if strings.ContainsRune("0123456789*#", c) {
			return c
		}
		return -1
	}, s)
}

// printable drops what XML 1.0 forbids even when escaped (control characters, lone surrogates, U+FFFE, U+FFFF), and bytes that are
// no UTF-8.
func printable(s string) string {
	s = strings.ToValidUTF8(s, "")
	return strings.Map(func(c rune) rune {
		if c != '\n' && c != '\t' && unicode.IsControl(c) || c == 0xFFFE || c == 0xFFFF {
			return -1
		}
		return c
	}, s)
}

func escape(s string) string {
	if !strings.ContainsAny(s, `&<>"`) {
		return s // nearly always
	}
	var b strings.Builder
	for _, c := range []byte(s) {
		switch c {
		case '&':
			b.WriteString("&amp;")
		case '<':
			b.WriteString("&lt;")
		case '>':
			b.WriteString("&gt;")
		case '"':
			b.WriteString("&quot;")
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}
