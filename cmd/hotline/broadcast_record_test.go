package main

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"hotline/gateway"
	"hotline/gateway/simulator"
	"hotline/store"
)

// played is the address of the recording of a notice that a call has played last, and what is said in it; "": none.
func (c *talking) played() (url, words string) {
	for _, e := range c.last {
		if e.Heard != nil && e.Heard.Kind == simulator.HeardPlay && strings.Contains(e.Heard.Text, gateway.NoticeSoundName) {
			url, words = e.Heard.Text, e.Heard.Words
		}
	}
	return url, words
}

// A notice is said in Haitian Creole, which no voice reads, by an organizer's call through the pretend phone company, while the program is killed and the
// company is slow to give the recording out; another organizer hears it and approves it by call; whoever speaks that language hears it. Nothing of it
// is left at the company, and nobody fetches it who does not know its name. Before, Rosa has her own phone rung.
func TestANoticeIsRecordedThroughThePhoneCompany(t *testing.T) {
	v := newTown(t, time.Date(2026, 11, 23, 17, 0, 0, 0, time.UTC), "en", "es", "ht")
	numbers := []string{"+12125550150", "+12125550151", "+12125550152"}
	v.callees(numbers...)
	id, err := v.store.EnsurePhone(v.ctx, v.store.Pool, v.line.AssemblyID, store.Phone(numbers[2]))
	v.must(err)
	_, err = v.store.Pool.Exec(v.ctx, `update phones set lang = 'ht' where id = $1`, id)
	v.must(err)
	rosa, sam, marie := v.person(numbers[0]), v.person(numbers[1]), v.person(numbers[2])
	const words = "Pòt la louvri."
	v.organizer("Rosa", "", "broadcast", "draft", "--words", "en=The gate is open. / es=La puerta abre. / ht="+words, "--until", "2026-11-25 20:00")
	if told := v.organizer("Rosa", "", "broadcast", "preview", "1"); !strings.Contains(told, "ht: no voice reads it, and it is told in en") {
		t.Errorf("the preview says %s", told)
	}
	pin := v.recordedBy(rosa, words)
	if told := v.organizer("", "", "broadcast", "show", "1"); !strings.Contains(told, "ht: recorded, 7 s, by Rosa") {
		t.Errorf("show says %s", told)
	}
	v.testedBy(rosa, words)
	v.approvedByEar(sam)
	v.setClock(v.now().Add(20 * time.Minute)) // after whoever called last
	v.fetchedBy(marie.hearsRecorded(words))
	v.until(1, `select count(*) from outgoing where broadcast_id is not null and state = 'delivered'`)
	v.traces(words, pin)
	v.nothingLeftThere()
}

// recordedBy has Rosa say broadcast 1 in Haitian Creole. The digits that opened the call are given.
func (v *town) recordedBy(rosa *person, words string) (pin string) {
	v.Helper()
	var opens struct{ Pin string }
	v.must(json.Unmarshal([]byte(v.organizer("Rosa", "", "broadcast", "record", "1", "--language", "ht", "--json")), &opens))
	v.misbehaves(simulator.Plan{REST: []simulator.RESTFault{{Method: "GET", Path: "/Recordings/", Status: 404, Times: 2}}})
	rosa.calls(func(c *talking) {
		c.press("1").press("#").press("#").press("00000000").hears("Those digits do not open")
		c.press("1").press("#").press("#").press(opens.Pin).hears("You record message 1, in Krey")
		c.press("1").hears("The gate is open.")
		c.records("not this", "#").press("2")
		c.records(words, "#").press("1").hears("That was all of it.").over()
	})
	v.killed()
	v.until(1, `select count(*) from notice_recordings where bytes is not null`)
	return opens.Pin
}

// testedBy has Rosa's own phone rung with broadcast 1, as it would be heard in English and in Haitian Creole.
func (v *town) testedBy(rosa *person, words string) {
	v.Helper()
	v.organizer("Rosa", "", "broadcast", "preview", "1", "--test", "--call")
	test := rosa.rings().hears("There is a message for the person who asked for it")
	test.press("1").hears("The gate is open.")
	test.hangup()
	v.until(1, `select count(*) from test_calls where ended_at is not null and heard_at is not null`)

	v.organizer("Rosa", "", "broadcast", "preview", "1", "--test", "--call", "--language", "ht")
	v.until(2, `select count(*) from test_calls`)
	v.until(2, `select count(*) from outgoing where channel = 'voice' and sent_at is not null`)
	test = rosa.ringsAgain(1)
	if _, said := test.press("1").played(); !strings.Contains(said, words) {
		rosa.complains("in the language of others: %q", test.last.Words())
	}
	test.hangup()
	v.until(2, `select count(*) from test_calls where ended_at is not null`)
}

// approvedByEar has Sam asked to approve broadcast 1, hear the recording once in a call, and approve.
func (v *town) approvedByEar(sam *person) {
	v.Helper()
	v.organizer("Rosa", "", "broadcast", "approve", "1")
	code := regexp.MustCompile(`\d{7}`).FindString(sam.hears("a message to many waits for you"))
	sam.calls(func(c *talking) {
		c.press("1").chooses("hear what else there is").chooses("hear and approve a message to many").press(code)
		heard := 0
		for range 6 {
			if _, said := c.played(); said != "" {
				heard++
				c.hears("Rosa recorded this, in Krey")
			}
			if strings.Contains(c.last.Words(), "Not sent yet") {
				break
			}
			c.press("1")
		}
		if !c.lost && heard != 1 {
			c.complains("the recording was heard %d times", heard)
		}
		c.press("7").hears("Approved.")
	})
}

// hearsRecorded has somebody rung, who hears a recording after a key and nothing of it before. Its address is given.
func (p *person) hearsRecorded(words string) (url string) {
	heard := p.rings()
	if url, _ := heard.played(); url != "" || strings.Contains(heard.last.Words(), words) {
		p.complains("before a key: %q", heard.last.Words())
	}
	heard.press("1")
	url, said := heard.played()
	if !strings.Contains(said, words) {
		p.complains("she hears %q, in %q", said, url)
	}
	heard.hangup()
	return url
}

// nothingLeftThere is that the phone company keeps neither recordings nor records of calls.
func (v *town) nothingLeftThere() {
	v.Helper()
	v.must(v.company.Settle(v.ctx))
	v.setClock(v.now().Add(10 * time.Minute))
	v.works("erase_at_carrier", "carrier")
	v.until(0, `select count(*) from carrier_erasures where done_at is null and (kind in ('recording', 'call') or due_at is null)`)
	if told := v.organizer("", "", "erase", "--check", "--older", "0s"); !strings.Contains(told, "nothing stands at the carrier any more") {
		v.Errorf("at the phone company: %s", told)
	}
}

// fetchedBy fetches a recording as the phone company does; by a name that differs in one digit there is none.
func (v *town) fetchedBy(url string) {
	v.Helper()
	get := func(url string) *http.Response {
		req, err := http.NewRequestWithContext(v.ctx, http.MethodGet, url, nil)
		v.must(err)
		res, err := http.DefaultClient.Do(req)
		v.must(err)
		v.must(res.Body.Close())
		return res
	}
	if res := get(url); res.StatusCode != http.StatusOK || res.Header.Get("Cache-Control") != "no-store" || res.Header.Get("ETag") != "" {
		v.Errorf("%s, %v", res.Status, res.Header)
	}
	at := len(url) - len("0.wav")
	other := "0"
	if url[at:at+1] == other {
		other = "1"
	}
	if res := get(url[:at] + other + ".wav"); res.StatusCode != http.StatusNotFound {
		v.Errorf("another name: %s", res.Status)
	}
}
