package twilio

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	rest "github.com/twilio/twilio-go/client"
	openapi "github.com/twilio/twilio-go/rest/api/v2010"
)

const (
	twilioAPI   = "https://api.twilio.com"
	callTimeout = 10 * time.Second // for one call of the REST API
	connections = 512              // kept open, of those that carry one request at a time
	maxReply    = 4 << 20          // bytes of JSON: a page of a list is the longest
)

// Client calls the carrier's REST API. It keeps connections and nothing else; its methods may be called from any goroutine.
type Client struct {
	cfg     Config
	base    string // of the API, without a slash at its end
	http    *http.Client
	origins origins
}

// New makes a client. It connects to nothing yet.
func New(cfg Config) *Client {
	return &Client{
		cfg: cfg, base: cfg.api(), origins: carrierOrigins(cfg.APIURL),
		http: &http.Client{
			Transport: transport(),
			// Redirects are followed where they are expected (media.go), and never with credentials.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
}

// transport keeps as many connections as a broadcast uses: opening one anew for each text would cost more than the text.
func transport() *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxIdleConns, t.MaxIdleConnsPerHost = 0, connections
	return t
}

// api is the carrier's API for the length of one call. The handler is written out because its constructor reads the environment.
func (c *Client) api(ctx context.Context) *openapi.ApiService {
	return openapi.NewApiService(&rest.RequestHandler{Client: &call{Client: c, ctx: ctx}})
}

// call carries one request of the generated API. It stands in for twilio-go's own client, which takes no context.
type call struct {
	*Client
	ctx context.Context
}

var _ rest.BaseClient = (*call)(nil)

// AccountSid is the account that the generated paths are about.
func (c *call) AccountSid() string { return c.cfg.AccountSID }

// SetTimeout does nothing: the context has the deadline.
func (c *call) SetTimeout(time.Duration) {}

// SetOauth does nothing, and OAuth has none: the account's token is what we use.
func (c *call) SetOauth(rest.OAuth) {}

// OAuth is never set.
func (c *call) OAuth() rest.OAuth { return nil }

// SendRequest sends a request and returns an answer of 2xx, or an *apiError.
func (c *call) SendRequest(method, rawURL string, data url.Values, _ map[string]any, _ ...byte) (*http.Response, error) {
	target, body := c.base+strings.TrimPrefix(rawURL, twilioAPI), ""
	if method == http.MethodPost {
		body = data.Encode()
	} else if len(data) > 0 {
		target += "?" + data.Encode()
	}
	var written atomic.Bool
	ctx := httptrace.WithClientTrace(c.ctx, &httptrace.ClientTrace{WroteHeaders: func() { written.Store(true) }})
	req, err := http.NewRequestWithContext(ctx, method, target, strings.NewReader(body))
	if err != nil {
		return nil, &apiError{method: method, unsent: true, cause: plain(err)}
	}
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	req.Header.Set("Accept", "application/json")
	req.SetBasicAuth(c.cfg.AccountSID, c.token())
	res, err := c.http.Do(req)
	if err != nil {
		return nil, &apiError{method: method, unsent: !written.Load(), cause: plain(err)}
	}
	if res.StatusCode < 200 || res.StatusCode > 299 {
		defer res.Body.Close()
		return nil, refused(method, res)
	}
	res.Body = limited{io.LimitReader(res.Body, maxReply), res.Body}
	return res, nil
}

func (c *Client) token() string {
	if len(c.cfg.Tokens) == 0 {
		return ""
	}
	return c.cfg.Tokens[0]
}

type limited struct {
	io.Reader
	io.Closer
}

// apiError is a call that did not succeed. Of the carrier's answer it keeps the numbers only: its words repeat phone numbers.
type apiError struct {
	method string
	status int           // of HTTP; 0 when no answer came
	code   int           // the carrier's, 0 when it gave none
	wait   time.Duration // what the carrier asks us to wait, 0 when it does not say
	unsent bool          // the request never left
	cause  error         // why no answer came
}

func (e *apiError) Error() string {
	switch {
	case e.status != 0 && e.code != 0:
		return fmt.Sprintf("%s answered with error %d (HTTP %d)", e.method, e.code, e.status)
	case e.status != 0:
		return fmt.Sprintf("%s answered with HTTP %d", e.method, e.status)
	case e.unsent:
		return fmt.Sprintf("%s was not sent: %v", e.method, e.cause)
	}
	return fmt.Sprintf("%s got no answer: %v", e.method, e.cause)
}

func (e *apiError) Unwrap() error { return e.cause }

func refused(method string, res *http.Response) *apiError {
	e := &apiError{method: method, status: res.StatusCode}
	var body struct {
		Code int `json:"code"`
	}
	if err := json.NewDecoder(io.LimitReader(res.Body, maxReply)).Decode(&body); err == nil {
		e.code = body.Code // without one, the status has to tell
	}
	if s, err := strconv.Atoi(res.Header.Get("Retry-After")); err == nil && s > 0 {
		e.wait = time.Duration(s) * time.Second
	}
	return e
}

// plain keeps of an error of net/http what can hold no phone number: neither the address asked nor a piece of the answer.
func plain(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err
	}
	var network net.Error // deadlines too
	var certificate *tls.CertificateVerificationError
	if errors.As(err, &network) || errors.As(err, &certificate) || errors.Is(err, context.Canceled) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return err
	}
	return errors.New("the address or the answer is malformed")
}
