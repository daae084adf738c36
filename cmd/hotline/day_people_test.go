package main

import (
	"regexp"
	"strings"
	"sync"
)

// What the kinds of people do. Each may run beside the others, and each goes on when the hotline is killed meanwhile.

// longCode leads back to a report, from any phone.
var longCode = regexp.MustCompile(`\d{4} \d{4} \d{4}`)

// speaks has a phone told in another language than the line's first two, which whoever writes out of the blue is answered in.
func (d *workday) speaks(p *person, lang string) {
	if word := map[string]string{"fr": "FRANCAIS", "pt": "PORTUGUES"}[lang]; word != "" {
		p.text(word)
	}
}

// tells sends a piece of a report.
func (d *workday) tells(p *person, words string) string {
	answer, sent := p.texts(words)
	d.note(func() {
		d.written[words], d.whose[words] = sent, p.phone.Number()
		d.secrets = append(d.secrets, words)
		if code := longCode.FindString(answer); code != "" {
			d.secrets = append(d.secrets, code)
		}
	})
	return answer
}

// writesAReport tells it in pieces, and lets the answer come by text.
func (d *workday) writesAReport(number, lang string, pieces ...string) {
	p := d.person(number)
	d.speaks(p, lang)
	for _, piece := range pieces {
		d.tells(p, piece)
	}
	p.text("1") // done
	p.text("1") // by text
}

// writesAtOnce sends all pieces at the same moment; they arrive in any order.
func (d *workday) writesAtOnce(number string, pieces ...string) {
	p := d.person(number)
	var sending sync.WaitGroup
	for _, piece := range pieces {
		sending.Go(func() { d.tells(p, piece) })
	}
	sending.Wait()
	p.text("1")
}

// How a call ends.
const (
	keeps      = "keeps it"
	hangsUp    = "hangs up once it is recorded"
	breaksOff  = "hangs up while speaking"
	saysNoMore = "says nothing more"
)

// callsAReport records one.
func (d *workday) callsAReport(number, lang, words, ending string) {
	p := d.person(number)
	made := p.calls(func(c *talking) {
		c.in(lang)
		switch lang {
		case "en":
			c.chooses("tell us what is happening")
		case "es":
			c.chooses("contarnos lo que pasa")
		default:
			c.press("0") // records at any time, in any language
		}
		if ending == breaksOff {
			c.records(words, "hangup")
			return
		}
		c.records(words, "#")
		switch ending {
		case keeps:
			c.press("1").in(lang)
			if code := spokenCode.FindString(c.last.Words()); !c.lost && code == "" {
				p.complains("no code is told")
			} else if !c.lost {
				d.secret(onlyDigits.ReplaceAllString(code, ""))
			}
		case saysNoMore:
			c.silentToTheEnd()
		}
	})
	d.note(func() {
		d.spoken[words], d.whose[words] = made, number
		d.secrets = append(d.secrets, words)
	})
}

var (
	spokenCode = regexp.MustCompile(`(?:\d, \d, \d, \d[. ]*){3}`)
	onlyDigits = regexp.MustCompile(`[^0-9]`)
)

// saysNothing calls and never makes a sound: it ends well, and nothing is filed.
func (d *workday) saysNothing(number string) {
	d.person(number).calls(func(c *talking) { c.silentToTheEnd() })
}

// readBack is the first of the digits that stand in a read-back alone: they count a vote, or do what was confirmed.
var readBack = regexp.MustCompile(`(?m)^(\d\d) `)

// votesByText votes, and looks again where nothing said that it was counted.
func (d *workday) votesByText(name string, choice string) {
	p := d.person(d.phoneOf(name))
	for range 6 {
		asked := p.text("VOTE")
		if !strings.Contains(asked, heatBreaks(asked)) { // they have voted
			p.text("2")
			break
		}
		m := readBack.FindStringSubmatch(p.text(map[string]string{"Yes": "1", "No": "2"}[choice]))
		if m == nil {
			continue
		}
		if _, sent := p.texts(m[1]); sent == 1 {
			break
		}
	}
	d.note(func() { d.votes[name] = choice })
}

// heatBreaks is the question in the language of a text, or what stands nowhere.
func heatBreaks(text string) string {
	for _, question := range dayQuestion {
		if strings.Contains(text, question) {
			return question
		}
	}
	return "\x00"
}

// votesByCall does it on the phone; with a PIN, where they share it.
func (d *workday) votesByCall(name, lang, pin, choice string) {
	d.person(d.phoneOf(name)).calls(func(c *talking) {
		vote := map[string]string{"en": "vote", "es": "votar"}[lang]
		if c.in(lang); pin == "" && !c.offers(vote) {
			return // it was counted, and the line could not say so any more
		}
		c.chooses(vote)
		if pin != "" {
			c.press(pin)
		}
		c.press(map[string]string{"Yes": "1", "No": "2"}[choice]).press("7").hears("Your vote is counted", "Voto confirmado")
	})
	d.note(func() { d.votes[name] = choice })
}

// comesByText says by numbers that they come, or not.
func (d *workday) comesByText(number, lang string, comes bool) {
	p := d.person(number)
	d.speaks(p, lang)
	p.wants("MEETING", "12 Elm St")
	said, key := "yes", "1"
	if !comes {
		said, key = "no", "2"
	}
	p.text(key)
	d.note(func() { d.coming[number] = said })
}
