package simulator

import (
	"context"
	"errors"
	"io"
	"mime"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"time"
)

// maxAnswer is the size of a TwiML document that Twilio still reads (error 11750).
const maxAnswer = 64 << 10

// maxRedirects is how many HTTP redirects one webhook follows (error 11215).
const maxRedirects = 10

// webhook is one question to a customer's server.
type webhook struct {
	method string // "" is POST
	url    string // with its fragment
	params url.Values
	voice  bool   // decides how the signed URL is spelt
	sid    string // the message or call it is about
	token  string // I-Twilio-Idempotency-Token; "" makes one
}

// answer is what came back. Beside a Problem only its status counts.
type answer struct {
	status      int
	contentType string // media type only
	body        []byte
	url         string // where it came from in the end, without fragment
}

// dialTimeoutKey carries a URL's own connect timeout to the shared transport's dialer.
type dialTimeoutKey struct{}

func newWebhookClient() *http.Client {
	dial := func(ctx context.Context, network, addr string) (net.Conn, error) {
		timeout, _ := ctx.Value(dialTimeoutKey{}).(time.Duration)
		return (&net.Dialer{Timeout: timeout}).DialContext(ctx, network, addr)
	}
	return &http.Client{
		// A connection for each webhook: an idle one that the other side has closed would
		// look like an answer lost, which it is not.
		Transport: &http.Transport{DialContext: dial, DisableKeepAlives: true},
		// Redirects are followed by hand: each hop is signed for its own URL.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// ask sends a webhook, with the retries its URL allows, within its total time. It notes
// what went wrong in the error log and returns it.
func (c *Company) ask(hook webhook) (answer, *Problem) {
	plan := c.faults.Plan()
	c.addNovelty(hook.params)
	if hook.token == "" {
		hook.token = newSID("")
	}
	var got answer
	var fault *Problem
	for range 1 + plan.Webhooks.Repeat {
		if got, fault = c.askOnce(hook); fault != nil {
			break
		}
	}
	if fault != nil {
		fault.URL = withoutFragment(hook.url)
		c.note(fault, hook.sid)
	}
	return got, fault
}

// addNovelty gives every third webhook a parameter nobody has documented, because Twilio
// adds parameters without notice and signs them.
func (c *Company) addNovelty(params url.Values) {
	if params != nil && c.webhooks.Add(1)%3 == 0 {
		params.Set("NetworkGeneration", "6")
	}
}

func (c *Company) askOnce(hook webhook) (answer, *Problem) {
	if !isAbsolute(hook.url) {
		return answer{}, problem(11100, "the webhook URL is not absolute")
	}
	o, fault := parseOverrides(hook.url)
	if fault != nil {
		return answer{}, fault
	}
	ctx, cancel := context.WithTimeout(c.ctx, o.total)
	defer cancel()
	ctx = context.WithValue(ctx, dialTimeoutKey{}, o.connect)
	for tries := 0; ; tries++ {
		got, failure, fault := c.attempt(ctx, hook, o)
		if fault == nil || tries >= o.retries || !o.retry(failure) || ctx.Err() != nil {
			return got, fault
		}
	}
}

// attempt makes one try, through its redirects. failure names the kind of failure as the
// retry policy does.
func (c *Company) attempt(ctx context.Context, hook webhook, o overrides) (got answer, failure string, fault *Problem) {
	for range maxRedirects {
		res, failure, fault := c.exchange(ctx, hook, o)
		if fault != nil {
			return res.answer, failure, fault
		}
		if res.location == "" {
			return res.answer, "", nil
		}
		// The form is lost on the way: that is why a webhook must never redirect.
		hook.method, hook.url, hook.params = http.MethodGet, res.location, nil
	}
	return answer{}, "", problem(11215, "more than %d HTTP redirects", maxRedirects)
}

type exchanged struct {
	answer
	location string // of a redirect, made absolute
}

// exchange sends one HTTP request and reads its answer.
func (c *Company) exchange(ctx context.Context, hook webhook, o overrides) (exchanged, string, *Problem) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	silence := time.AfterFunc(o.connect+o.read, cancel)
	defer silence.Stop()
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		WroteRequest: func(httptrace.WroteRequestInfo) { silence.Reset(o.read) },
	})

	req, err := c.newRequest(ctx, hook)
	if err != nil {
		return exchanged{}, "", problem(11100, "the webhook URL is invalid")
	}
	res, err := c.client.Do(req)
	if err != nil {
		failure, fault := classify(err)
		return exchanged{}, failure, fault
	}
	defer res.Body.Close()
	if location, err := res.Location(); err == nil && res.StatusCode >= 300 && res.StatusCode < 400 {
		return exchanged{location: location.String()}, "", nil
	}
	if failure, fault := refuseStatus(res.StatusCode); fault != nil {
		return exchanged{answer: answer{status: res.StatusCode}}, failure, fault
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer+1))
	if err != nil {
		return exchanged{}, "rt", problem(11200, "the answer broke off")
	}
	if len(body) > maxAnswer {
		return exchanged{}, "", problem(11750, "the answer is larger than 64 kB")
	}
	mediaType, _, err := mime.ParseMediaType(res.Header.Get("Content-Type"))
	if err != nil {
		mediaType = "" // judged where a document is wanted
	}
	return exchanged{answer: answer{status: res.StatusCode, contentType: mediaType, body: body, url: withoutFragment(hook.url)}}, "", nil
}

func (c *Company) newRequest(ctx context.Context, hook webhook) (*http.Request, error) {
	target := withoutFragment(hook.url)
	method, form := hook.method, hook.params
	var body io.Reader
	if method == http.MethodGet {
		if len(form) > 0 {
			sep := "?"
			if strings.Contains(target, "?") {
				sep = "&"
			}
			target += sep + form.Encode()
		}
		form = nil
	} else {
		method, body = http.MethodPost, strings.NewReader(form.Encode())
	}
	req, err := http.NewRequestWithContext(ctx, method, target, body)
	if err != nil {
		return nil, err
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8")
	}
	req.Header.Set("User-Agent", "TwilioProxy/1.1")
	req.Header.Set("Accept", "*/*")
	req.Header.Set("I-Twilio-Idempotency-Token", hook.token)
	req.Header.Set("X-Twilio-Signature", Sign(c.token, signedURL(target, hook.voice), form))
	return req, nil
}

// classify tells a connection that never stood from an answer that never came.
func classify(err error) (failure string, fault *Problem) {
	var op *net.OpError
	var dns *net.DNSError
	switch {
	case errors.As(err, &dns):
		return "ct", problem(11210, "the host name is not known")
	case errors.As(err, &op) && op.Op == "dial":
		return "ct", problem(11205, "the connection was not established")
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return "rt", problem(11200, "no answer in time")
	}
	return "rt", problem(11200, "the connection broke before an answer")
}

func refuseStatus(status int) (failure string, fault *Problem) {
	switch {
	case status == http.StatusTooManyRequests:
		return "4xx", problem(11217, "webhooks do not support rate limiting: HTTP 429")
	case status >= 500:
		return "5xx", problem(11200, "HTTP %d", status)
	case status < 200 || status >= 300:
		return "4xx", problem(11200, "HTTP %d", status)
	}
	return "", nil
}

func withoutFragment(raw string) string {
	raw, _, _ = strings.Cut(raw, "#")
	return raw
}
