package simulator

import (
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// show writes a message as Twilio's JSON. It needs the lock.
func (m *message) show(c *Company) any {
	segments, _ := Segments(m.body)
	var code, words any
	if m.errorCode != 0 {
		code, words = m.errorCode, "Error "+strconv.Itoa(m.errorCode)
	}
	uri := c.uri("/Messages/" + m.sid)
	return map[string]any{
		"sid": m.sid, "account_sid": c.account, "api_version": "2010-04-01", "messaging_service_sid": nil,
		"from": m.from, "to": m.to, "body": m.body, "direction": m.direction, "status": m.status,
		"num_media": strconv.Itoa(m.files), "num_segments": strconv.Itoa(segments),
		"error_code": code, "error_message": words, "price": nil, "price_unit": "USD",
		"date_created": date(m.created), "date_sent": date(m.sent), "date_updated": date(m.upd),
		"uri": uri + ".json", "subresource_uris": map[string]string{"media": uri + "/Media.json"},
	}
}

func (c *Company) listMessages(r *http.Request) (reply, *apiError) {
	query := r.URL.Query()
	days, refused := newDateFilter(query, "DateSent")
	if refused != nil {
		return reply{}, refused
	}
	lists := c.faults.Plan().Lists
	if size, err := strconv.Atoi(query.Get("PageSize")); lists.APage > 0 && (err != nil || size > lists.APage) {
		query.Set("PageSize", strconv.Itoa(lists.APage))
		r.URL.RawQuery = query.Encode()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	var found []*message
	for _, m := range c.messages.newest() {
		late := c.now().Sub(m.created) < time.Duration(lists.Lag)
		if fits(query, "To", m.to) && fits(query, "From", m.from) && days.keeps(m.sent) && !late {
			found = append(found, m)
		}
	}
	return page(r, "messages", found, func(m *message) string { return m.sid }, func(m *message) any { return m.show(c) })
}

func fits(query url.Values, name, value string) bool {
	want := query.Get(name)
	return want == "" || want == value
}

// createMessage accepts a text and sends it off in the background.
func (c *Company) createMessage(r *http.Request) (reply, *apiError) {
	m := &message{
		to: r.PostForm.Get("To"), from: r.PostForm.Get("From"), body: r.PostForm.Get("Body"), mediaURLs: r.PostForm["MediaUrl"],
		callback: r.PostForm.Get("StatusCallback"), direction: "outbound-api", status: "queued", validity: defaultValidity,
	}
	if r.PostForm.Get("MessagingServiceSid") != "" {
		return reply{}, newAPIError(http.StatusNotFound, 21701, "The Messaging Service does not exist")
	}
	if v := r.PostForm.Get("ValidityPeriod"); v != "" {
		n, err := strconv.Atoi(v)
		if err != nil || n < 1 || n > 36_000 {
			return reply{}, refusal400(20001, "ValidityPeriod is 1 to 36000 seconds")
		}
		m.validity = secs(n)
	}
	if refused := c.refuseMessage(m); refused != nil {
		if refused.Code == c.sendable(m.from, m.to) { // a good request, and a phone that may not be texted
			c.noteMissed(m, FateRefused, refused.Code)
		}
		return reply{}, refused
	}
	c.book(m)
	c.mu.Lock()
	shown := m.show(c)
	c.mu.Unlock()
	c.background(func() { c.deliver(m) })
	return reply{status: http.StatusCreated, json: shown}, nil
}

// refuseMessage checks in the order Twilio does.
func (c *Company) refuseMessage(m *message) *apiError {
	line, ours := c.line(m.from)
	switch {
	case m.to == "":
		return refusal400(21604, "A 'To' phone number is required.")
	case m.from == "":
		return refusal400(21603, "A 'From' phone number is required.")
	case m.body == "" && len(m.mediaURLs) == 0:
		return refusal400(21602, "Message body is required.")
	case !e164.MatchString(m.to), isWithheld(m.to):
		return refusal400(21211, "Invalid 'To' Phone Number: %s", m.to)
	case !e164.MatchString(m.from):
		return refusal400(21212, "Invalid 'From' Phone Number: %s", m.from)
	case !ours:
		return refusal400(21659, "'From' %s is not a Twilio phone number or Short Code country mismatch", m.from)
	case line.VoiceOnly:
		return refusal400(21606, "The 'From' phone number %s is not a valid, message-capable Twilio phone number for this destination", m.from)
	case m.to == m.from:
		return refusal400(21266, "'To' and 'From' number cannot be the same")
	case len([]rune(m.body)) > maxBody:
		return refusal400(21617, "The concatenated message body exceeds the %d character limit", maxBody)
	case len(m.mediaURLs) > 10:
		return refusal400(21623, "Number of media files exceeds allowed limit")
	case m.callback != "" && !isAbsolute(m.callback):
		return refusal400(21609, "The 'StatusCallback' URL %s is not a valid URL", m.callback)
	}
	for _, ref := range m.mediaURLs {
		if !isAbsolute(ref) {
			return refusal400(21620, "Invalid media URL(s)")
		}
	}
	switch code := c.sendable(m.from, m.to); code {
	case 0:
		return nil
	case 21610:
		return refusal400(code, "Attempt to send to unsubscribed recipient")
	default:
		return refusal400(code, "The 'To' number %s cannot be texted", m.to)
	}
}

func isAbsolute(ref string) bool {
	u, err := url.Parse(ref)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}

func (c *Company) getMessage(r *http.Request) (reply, *apiError) {
	c.mu.Lock()
	defer c.mu.Unlock()
	m, known := c.messages.get(sidOf(r, "sid"))
	if !known {
		return reply{}, notFound(r)
	}
	return reply{json: m.show(c)}, nil
}

// updateMessage redacts: the one change a message takes is an empty Body, once it is final.
func (c *Company) updateMessage(r *http.Request) (reply, *apiError) {
	c.mu.Lock()
	defer c.mu.Unlock()
	m, known := c.messages.get(sidOf(r, "sid"))
	switch {
	case !known:
		return reply{}, notFound(r)
	case r.PostForm.Get("Status") != "":
		return reply{}, refusal400(30409, "Message is not in a cancelable state")
	case !r.PostForm.Has("Body") || r.PostForm.Get("Body") != "":
		return reply{}, refusal400(30400, "The only change to a message is an empty Body")
	case !c.settled(m):
		return reply{}, tooSoon()
	}
	m.body, m.upd = "", c.now()
	return reply{json: m.show(c)}, nil
}

func (c *Company) deleteMessage(r *http.Request) (reply, *apiError) {
	c.mu.Lock()
	defer c.mu.Unlock()
	m, known := c.messages.get(sidOf(r, "sid"))
	if !known {
		return reply{}, notFound(r)
	}
	if !c.settled(m) {
		return reply{}, tooSoon()
	}
	c.messages.drop(m.sid)
	for _, sid := range m.media {
		c.deleteMedia(sid)
	}
	return reply{}, nil
}

func tooSoon() *apiError {
	return newAPIError(http.StatusConflict, 20009, "Cannot delete or redact a message, or what came with it, before it is final")
}
