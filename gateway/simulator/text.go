package simulator

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Media is a picture or sound sent with a text.
type Media struct {
	ContentType string `json:"contentType"` // as image/jpeg
	Data        []byte `json:"data"`        // base64 in JSON
}

// Sent is what became of a text to a line.
type Sent struct {
	SID     string   `json:"sid"`
	Status  int      `json:"status"`            // HTTP status of the webhook's last answer; 0 when there was none
	Replies []Text   `json:"replies"`           // that arrived on this phone because of it, the carrier's own included
	Problem *Problem `json:"problem,omitempty"` // why the webhook, its fallback included, failed
	Last    int64    `json:"last"`              // id of the newest arrival on this phone
}

// receive takes a text to one of our lines: the carrier acts on its words, then the
// line's webhook is asked and its TwiML carried out.
func (c *Company) receive(from, to, body string, media []Media) Sent {
	line, _ := c.line(to)
	m := &message{from: from, to: to, body: body, direction: "inbound", status: "received"}
	for _, item := range media {
		m.media = append(m.media, c.storeMedia(item))
	}
	c.book(m)
	c.ownMedia(m)
	c.move(m, "received", 0)
	c.noteSent(m)
	sent := Sent{SID: m.sid, Replies: []Text{}}

	optOut, words := c.carrierAct(line, from, body)
	if words != "" {
		sent.Replies = append(sent.Replies, c.carrierText(line.Number, from, words))
	}
	params := c.textParams(m)
	if line.AdvancedOptOut && optOut != "" {
		params.Set("OptOutType", optOut)
	}
	var replies []Text
	replies, sent.Status, sent.Problem = c.answerText(line, m, params)
	sent.Replies = append(sent.Replies, replies...)
	sent.Last = c.phone(from).lastID()
	c.noteTaken(m, sent)
	return sent
}

// carrierText puts the company's own words on a phone. They reach stopped phones too.
func (c *Company) carrierText(line, phone, words string) Text {
	segments, encoding := Segments(words)
	t := Text{SID: newSID("SM"), From: line, To: phone, Body: words, Segments: segments, Encoding: encoding, At: c.now(), Carrier: true}
	c.phone(phone).add(Arrival{At: t.At, Text: &t})
	return t
}

// textParams are the documented parameters of a text's webhook.
// Source: Twilio's "TwiML for Programmable Messaging", request parameters.
func (c *Company) textParams(m *message) url.Values {
	segments, _ := Segments(m.body)
	p := url.Values{
		"MessageSid": {m.sid}, "SmsSid": {m.sid}, "SmsMessageSid": {m.sid}, "AccountSid": {c.account}, "ApiVersion": {"2010-04-01"},
		"From": {m.from}, "To": {m.to}, "Body": {m.body}, "SmsStatus": {"received"},
		"NumMedia": {strconv.Itoa(len(m.media))}, "NumSegments": {strconv.Itoa(segments)},
	}
	for i, sid := range m.media {
		n := strconv.Itoa(i)
		item, _ := c.medium(sid)
		p.Set("MediaUrl"+n, c.resource("/Messages/"+m.sid+"/Media/"+sid))
		p.Set("MediaContentType"+n, item.ContentType)
	}
	addPlaces(p, m.from, m.to)
	return p
}

// addPlaces adds where the two numbers were sold, which says nothing of where people are.
func addPlaces(p url.Values, from, to string) {
	for prefix, number := range map[string]string{"From": from, "To": to} {
		if !strings.HasPrefix(number, "+1") || isWithheld(number) {
			continue
		}
		for name, value := range map[string]string{"City": "NEW YORK", "State": "NY", "Zip": "10001", "Country": "US"} {
			p.Set(prefix+name, value)
		}
	}
}

// answerText asks a line what to do about a text, and its fallback when that fails.
func (c *Company) answerText(line Line, m *message, params url.Values) ([]Text, int, *Problem) {
	if line.SMSURL == "" {
		return nil, 0, nil
	}
	r := &textRun{co: c, line: line, about: m, params: params}
	fault := r.run(webhook{url: line.SMSURL, params: params, sid: m.sid})
	if fault != nil && line.SMSFallbackURL != "" {
		again := cloneValues(params)
		again.Set("ErrorCode", strconv.Itoa(fault.Code))
		again.Set("ErrorUrl", fault.URL)
		fault = r.run(webhook{url: line.SMSFallbackURL, params: again, sid: m.sid})
	}
	return r.replies, r.status, fault
}

func cloneValues(v url.Values) url.Values {
	clone := make(url.Values, len(v)+2)
	for name, values := range v {
		clone[name] = append([]string(nil), values...)
	}
	return clone
}

// textRun carries out the TwiML that answers one text.
type textRun struct {
	co      *Company
	line    Line
	about   *message
	params  url.Values
	replies []Text
	status  int
}

// run asks a URL and carries its document out, through Redirects. The first document to
// fail ends it; the texts before that have gone out.
func (r *textRun) run(hook webhook) *Problem {
	for range maxRedirects {
		got, fault := r.co.ask(hook)
		r.status = got.status
		if fault != nil {
			return fault
		}
		if got.status == http.StatusNoContent {
			return nil
		}
		doc, fault := parseTwiML(got, messagingGrammar)
		if fault != nil {
			fault.URL = got.url
			r.co.note(fault, r.about.sid)
			return fault
		}
		next, method := r.carryOut(doc, got.url)
		if next == "" {
			return nil
		}
		hook = webhook{method: method, url: next, params: cloneValues(r.params), sid: r.about.sid}
	}
	fault := problem(11215, "more than %d TwiML redirects", maxRedirects)
	fault.URL = withoutFragment(hook.url)
	r.co.note(fault, r.about.sid)
	return fault
}

// carryOut sends a document's messages until a Redirect, whose URL and method it returns.
func (r *textRun) carryOut(doc *node, base string) (next, method string) {
	for _, verb := range doc.kids {
		if verb.name == "Redirect" {
			return resolve(base, verb.text), verb.attr("method", http.MethodPost)
		}
		r.message(verb, base)
	}
	return "", ""
}

// defaultValidity is how long a message may wait when nothing else was said.
const defaultValidity = 36_000 * time.Second

// message carries out one Message verb.
func (r *textRun) message(verb *node, base string) {
	m := &message{
		from: verb.attr("from", r.line.Number), to: verb.attr("to", r.about.from),
		direction: "outbound-reply", status: "queued", validity: defaultValidity,
		body: strings.TrimSpace(verb.text),
	}
	for _, kid := range verb.kids {
		switch kid.name {
		case "Body":
			m.body = strings.TrimSpace(kid.text)
		case "Media":
			m.mediaURLs = append(m.mediaURLs, resolve(base, kid.text))
		}
	}
	if action := verb.attr("action", verb.attr("statusCallback", "")); action != "" {
		m.callback = resolve(base, action)
	}
	c := r.co
	if fault := r.refuse(m); fault != nil {
		c.note(fault, r.about.sid)
		c.noteMissed(m, FateRefused, fault.Code)
		return
	}
	c.book(m)
	if c.faults.Plan().Hold {
		c.background(func() { c.deliver(m) })
		return
	}
	if t, arrived := c.deliver(m); arrived && m.to == r.about.from {
		r.replies = append(r.replies, t)
	}
}

func (r *textRun) refuse(m *message) *Problem {
	if _, ours := r.co.line(m.from); !ours {
		return problem(14108, "Message from: not a line of this account")
	}
	if m.from == m.to {
		return problem(14101, "Message to: the line itself")
	}
	if len([]rune(m.body)) > maxBody {
		return problem(21617, "Message is longer than %d characters", maxBody)
	}
	if code := r.co.sendable(m.from, m.to); code != 0 {
		return problem(code, "a reply was not sent")
	}
	return nil
}

// maxBody is the longest text taken, in characters (21617).
const maxBody = 1600
