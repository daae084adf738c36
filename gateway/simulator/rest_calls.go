package simulator

import (
	"net/http"
	"net/url"
	"strconv"
)

// show writes a call as Twilio's JSON.
func (l *leg) show() any {
	seconds := l.seconds()
	l.mu.Lock()
	defer l.mu.Unlock()
	c := l.co
	var parent, duration any
	if l.parent != nil {
		parent = l.parent.sid
	}
	if !l.ended.IsZero() {
		duration = strconv.Itoa(seconds)
	}
	uri := c.uri("/Calls/" + l.sid)
	return map[string]any{
		"sid": l.sid, "account_sid": c.account, "api_version": "2010-04-01", "parent_call_sid": parent,
		"from": l.from, "from_formatted": l.from, "to": l.to, "to_formatted": l.to, "direction": l.direction, "status": l.state,
		"answered_by": orNull(l.answeredBy), "duration": duration, "price": nil, "price_unit": "USD",
		"caller_name": nil, "forwarded_from": nil, "group_sid": nil, "phone_number_sid": nil, "queue_time": "0", "trunk_sid": nil,
		"date_created": date(l.created), "date_updated": date(l.created), "start_time": date(l.started), "end_time": date(l.ended),
		"uri": uri + ".json", "subresource_uris": map[string]string{"recordings": uri + "/Recordings.json"},
	}
}

func (c *Company) listCalls(r *http.Request) (reply, *apiError) {
	query := r.URL.Query()
	days, refused := newDateFilter(query, "StartTime")
	if refused != nil {
		return reply{}, refused
	}
	c.mu.Lock()
	all := c.calls.newest()
	c.mu.Unlock()
	var found []*leg
	for _, l := range all {
		if fits(query, "To", l.to) && fits(query, "From", l.from) && fits(query, "Status", l.callStatus()) && days.keeps(l.created) {
			found = append(found, l)
		}
	}
	return page(r, "calls", found, func(l *leg) string { return l.sid }, (*leg).show)
}

func (c *Company) call(r *http.Request) (*leg, *apiError) {
	c.mu.Lock()
	defer c.mu.Unlock()
	l, known := c.calls.get(sidOf(r, "sid"))
	if !known {
		return nil, notFound(r)
	}
	return l, nil
}

func (c *Company) getCall(r *http.Request) (reply, *apiError) {
	l, refused := c.call(r)
	if refused != nil {
		return reply{}, refused
	}
	return reply{json: l.show()}, nil
}

// deleteCall drops the record of a call that is over.
func (c *Company) deleteCall(r *http.Request) (reply, *apiError) {
	l, refused := c.call(r)
	if refused != nil {
		return reply{}, refused
	}
	switch l.callStatus() {
	case "completed", "busy", "no-answer", "failed", "canceled":
	default:
		return reply{}, newAPIError(http.StatusConflict, 20009, "Cannot delete a call before it is over")
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.calls.drop(l.sid)
	return reply{}, nil
}

// createCall places a call and returns while it is still queued.
func (c *Company) createCall(r *http.Request) (reply, *apiError) {
	form := r.PostForm
	l := &leg{from: form.Get("From"), to: form.Get("To"), fallback: form.Get("FallbackUrl"), detectsMachine: form.Get("MachineDetection") != ""}
	if refused := c.refuseCall(l); refused != nil {
		return reply{}, refused
	}
	src, refused := documentOf(form)
	if refused != nil {
		return reply{}, refused
	}
	if src == nil {
		return reply{}, refusal400(21205, "Url parameter is required.")
	}
	timeout := 60
	if v := form.Get("Timeout"); v != "" {
		n, err := strconv.Atoi(v)
		if err != nil || n < 1 || n > 600 {
			return reply{}, refusal400(20001, "Timeout is 1 to 600 seconds")
		}
		timeout = n
	}
	l.status = statusTarget{url: form.Get("StatusCallback"), method: form.Get("StatusCallbackMethod"), events: []string{"completed"}}
	if l.status.url != "" && !isAbsolute(l.status.url) {
		return reply{}, refusal400(21609, "The 'StatusCallback' URL is not a valid URL")
	}
	if events := form["StatusCallbackEvent"]; len(events) > 0 {
		l.status.events = nil
		for _, e := range events {
			l.status.events = append(l.status.events, splitList(e)...)
		}
	}
	l.direction, l.state = "outbound-api", "queued"
	c.newLeg(l)
	shown := l.show()
	c.callOut(l, *src, timeout)
	return reply{status: http.StatusCreated, json: shown}, nil
}

func (c *Company) refuseCall(l *leg) *apiError {
	_, ours := c.line(l.from)
	switch {
	case l.to == "":
		return refusal400(21201, "No 'To' number is specified")
	case l.from == "":
		return refusal400(21213, "'From' phone number is required")
	case !e164.MatchString(l.to), isWithheld(l.to):
		return refusal400(21211, "Invalid 'To' Phone Number: %s", l.to)
	case !e164.MatchString(l.from):
		return refusal400(21212, "Invalid 'From' Phone Number: %s", l.from)
	case !ours:
		return refusal400(21210, "Source phone number %s is not yet verified for your account", l.from)
	}
	if code := c.faults.Plan().Numbers[l.to].Refuse; code != 0 {
		return refusal400(code, "The 'To' number %s cannot be called", l.to)
	}
	return nil
}

// documentOf reads Url (with Method) or Twiml; nil when neither is given.
func documentOf(form url.Values) (*source, *apiError) {
	if inline := form.Get("Twiml"); inline != "" {
		if _, fault := readTwiML([]byte(inline), voiceGrammar); fault != nil {
			return nil, refusal400(fault.Code, "%s", fault.Message)
		}
		return &source{inline: inline}, nil
	}
	ref := form.Get("Url")
	if ref == "" {
		return nil, nil
	}
	if !isAbsolute(ref) {
		return nil, refusal400(21205, "Url is not a valid URL: %s", ref)
	}
	return &source{hook: webhook{method: form.Get("Method"), url: ref, voice: true}}, nil
}

// updateCall ends a call or has it play something else. What the call's own goroutine
// makes of it comes a moment later.
func (c *Company) updateCall(r *http.Request) (reply, *apiError) {
	l, refused := c.call(r)
	if refused != nil {
		return reply{}, refused
	}
	src, refused := documentOf(r.PostForm)
	if refused != nil {
		return reply{}, refused
	}
	status, state := r.PostForm.Get("Status"), l.callStatus()
	begun := state == "in-progress"
	waits := state == "queued" || state == "initiated" || state == "ringing"
	switch {
	case status == "" && src == nil:
		return reply{}, refusal400(20001, "Url, Twiml or Status is required")
	case status != "" && status != "completed" && status != "canceled":
		return reply{}, refusal400(20001, "Status is completed or canceled")
	case !begun && !waits, src != nil && !begun, status == "canceled" && begun:
		return reply{}, refusal400(21220, "Invalid call state: the call is %s", state)
	case status != "":
		l.orderEnd(EndedByREST)
	default:
		if src.inline == "" {
			src.hook.params, src.hook.sid = l.params(), l.sid
		}
		l.order(order{src: src})
	}
	return reply{json: l.show()}, nil
}
