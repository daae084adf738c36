package simulator

import (
	"net/url"
	"slices"
	"strconv"
	"time"
)

// message is a text in the company's books, in either direction. Guarded by Company.mu.
type message struct {
	sid, from, to, body string
	direction           string // inbound, outbound-api, outbound-reply
	status              string // received, queued, sent, delivered, undelivered, failed
	errorCode           int
	mediaURLs           []string // of an outgoing text, as its sender gave them
	media               []string // ME… of an incoming one
	files               int      // that came with it, whatever was deleted since
	callback            string   // status callback URL
	validity            time.Duration
	created, sent, upd  time.Time
	ended               time.Time // when it became final
}

// final tells whether the status will not change any more.
func (m *message) final() bool {
	return slices.Contains([]string{"received", "delivered", "undelivered", "failed"}, m.status)
}

// settled tells whether all of the company is done with a message, which is a while after
// its status says so; only then may it be redacted or deleted (20009).
func (c *Company) settled(m *message) bool { return m.final() && c.done(m.ended) }

// done tells whether all of the company is done with what ended then.
func (c *Company) done(ended time.Time) bool {
	settling := max(c.settling, time.Duration(c.faults.Plan().Settling))
	return !c.now().Before(ended.Add(settling))
}

// book enters a new message.
func (c *Company) book(m *message) {
	m.sid = newSID("SM")
	if m.files = len(m.mediaURLs) + len(m.media); m.files > 0 {
		m.sid = "MM" + m.sid[2:]
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	m.created = c.now()
	m.upd = m.created
	c.messages.put(m.sid, m)
}

// move gives a message its next status and returns the callback that tells of it.
func (c *Company) move(m *message, status string, code int) callback {
	c.mu.Lock()
	defer c.mu.Unlock()
	m.status, m.errorCode, m.upd = status, code, c.now()
	if m.final() {
		m.ended = m.upd
	}
	if status == "sent" || status == "received" {
		m.sent = m.upd
	}
	params := url.Values{
		"AccountSid": {c.account}, "ApiVersion": {"2010-04-01"}, "From": {m.from}, "To": {m.to},
		"MessageSid": {m.sid}, "SmsSid": {m.sid}, "MessageStatus": {status}, "SmsStatus": {status},
	}
	if code != 0 {
		params.Set("ErrorCode", strconv.Itoa(code))
	}
	return callback{status: status, hook: webhook{url: m.callback, params: params, sid: m.sid}}
}

// sendable says why a line may not text a number: 0 when it may.
func (c *Company) sendable(from, to string) int {
	if c.isStopped(from, to) {
		return 21610
	}
	return c.faults.Plan().Numbers[to].Refuse
}

// deliver carries an accepted message to its phone and tells how that went. It returns
// what arrived there, if anything did, before any callback is sent.
func (c *Company) deliver(m *message) (Text, bool) {
	callbacks := []callback{c.move(m, "queued", 0)}
	if !c.waitInQueue(m) {
		callbacks = append(callbacks, c.move(m, "failed", 30036))
		c.noteMissed(m, FateUndelivered, 30036)
		c.background(func() { c.tell(callbacks...) })
		return Text{}, false
	}
	callbacks = append(callbacks, c.move(m, "sent", 0))
	fault := c.faults.Plan().Numbers[m.to]
	if line, _ := c.line(m.from); line.Unregistered {
		fault = NumberFault{Undelivered: 30034}
	}
	var arrived Text
	switch {
	case fault.Undelivered != 0 && fault.Failed:
		callbacks = append(callbacks, c.move(m, "failed", fault.Undelivered))
	case fault.Undelivered != 0:
		callbacks = append(callbacks, c.move(m, "undelivered", fault.Undelivered))
	default:
		if arrived = c.arrive(m); arrived.SID == "" {
			callbacks = append(callbacks, c.move(m, "failed", 14107))
			break
		}
		callbacks = append(callbacks, c.move(m, "delivered", 0))
	}
	if fault.Undelivered != 0 {
		c.noteMissed(m, FateUndelivered, fault.Undelivered)
	}
	c.background(func() { c.tell(callbacks...) })
	return arrived, arrived.SID != ""
}

// waitInQueue holds a message while the plan says so, at most for its validity.
func (c *Company) waitInQueue(m *message) bool {
	plan, changed := c.faults.watch()
	if !plan.Hold {
		return true
	}
	expired := time.NewTimer(m.validity)
	defer expired.Stop()
	for plan.Hold {
		select {
		case <-changed:
			plan, changed = c.faults.watch()
		case <-expired.C:
			return false
		case <-c.ctx.Done():
			return false
		}
	}
	return true
}

// arrive puts a message on its phone. A message to one of our own lines is a text to it.
func (c *Company) arrive(m *message) Text {
	segments, encoding := Segments(m.body)
	t := Text{
		SID: m.sid, From: m.from, To: m.to, Body: m.body, Segments: segments, Encoding: encoding,
		At: c.now(), MediaURLs: m.mediaURLs,
	}
	if _, ours := c.line(m.to); ours {
		if c.loopBroken(m.from, m.to) {
			c.note(problem(14107, "more than %d texts in %v between two lines", loopTexts, loopWindow), m.sid)
			return Text{}
		}
		c.background(func() { c.receive(m.from, m.to, m.body, nil) })
		return t
	}
	c.phone(m.to).add(Arrival{At: t.At, Text: &t})
	return t
}

// Two lines that answer each other are stopped like this (14107).
const (
	loopTexts  = 15
	loopWindow = 30 * time.Second
)

func (c *Company) loopBroken(from, to string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	key, now := from+" "+to, c.now()
	recent := slices.DeleteFunc(c.loops[key], func(t time.Time) bool { return now.Sub(t) > loopWindow })
	c.loops[key] = append(recent, now)
	if len(recent) >= loopTexts {
		c.loops[key] = recent
		return true
	}
	return false
}
