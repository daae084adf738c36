package simulator

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// dialWithin is how long Dial looks for the phone company.
const dialWithin = 5 * time.Second

// Phone is a pretend phone, attached over HTTP to a company's phones' API. Several Phones
// of one number are one phone in several hands: each sees everything.
type Phone struct {
	base, number string
	client       *http.Client
}

// Dial attaches a phone to the company at baseURL ("http://127.0.0.1:8082"). number is
// E.164; "" or one of the words for it ("anonymous", "+266696687" …) is a caller who
// withholds theirs, and can only call; "client:name" is the app that a Client of a Dial
// rings, and can only be called. It fails when no company answers there.
func Dial(baseURL, number string) (*Phone, error) {
	if number == "" {
		number = withheld[0]
	}
	if !canRing(number) && !isWithheld(number) {
		return nil, fmt.Errorf("attach a phone: %q is not a phone number in E.164, as +12125550101", number)
	}
	p := &Phone{base: strings.TrimRight(baseURL, "/"), number: number, client: &http.Client{}}
	ctx, cancel := context.WithTimeout(context.Background(), dialWithin)
	defer cancel()
	if _, err := p.Lines(ctx); err != nil {
		return nil, fmt.Errorf("attach a phone: %w", err)
	}
	return p, nil
}

// Number is the phone's own number, as others see it.
func (p *Phone) Number() string { return p.number }

// Lines lists the numbers of the company's lines.
func (p *Phone) Lines(ctx context.Context) ([]string, error) {
	var got struct {
		Lines []string `json:"lines"`
	}
	err := p.get(ctx, "/phones/lines", &got)
	return got.Lines, err
}

// Text sends a text to a line and returns once the line's webhook, or its fallback, was
// answered and the replies have arrived.
func (p *Phone) Text(ctx context.Context, to, body string, media ...Media) (Sent, error) {
	var sent Sent
	err := p.post(ctx, "/phones/"+p.number+"/texts", textRequest{To: to, Body: body, Media: media}, &sent)
	return sent, err
}

// Inbox lists the newest thousand arrivals, oldest first.
func (p *Phone) Inbox(ctx context.Context) ([]Arrival, error) {
	var got struct {
		Arrivals []Arrival `json:"arrivals"`
	}
	err := p.get(ctx, "/phones/"+p.number+"/arrivals", &got)
	return got.Arrivals, err
}

// get and post carry JSON; what the company refuses becomes an error with its sentence.
func (p *Phone) get(ctx context.Context, path string, into any) error {
	return p.do(ctx, http.MethodGet, path, nil, into)
}

func (p *Phone) post(ctx context.Context, path string, body, into any) error {
	raw, err := json.Marshal(body)
	if err != nil {
		return err
	}
	return p.do(ctx, http.MethodPost, path, raw, into)
}

func (p *Phone) do(ctx context.Context, method, path string, body []byte, into any) error {
	req, err := http.NewRequestWithContext(ctx, method, p.base+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := p.ask(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if err := json.NewDecoder(res.Body).Decode(into); err != nil {
		return fmt.Errorf("the phone company's answer cannot be read: %w", err)
	}
	return nil
}

// ask makes a request; an answer is one of 200.
func (p *Phone) ask(req *http.Request) (*http.Response, error) {
	res, err := p.client.Do(req)
	if err != nil {
		return nil, fmt.Errorf("the phone company at %s does not answer: %w", p.base, err)
	}
	if err := refusal(res); err != nil {
		res.Body.Close()
		return nil, err
	}
	return res, nil
}

// refusal is the error of an answer other than 200.
func refusal(res *http.Response) error {
	if res.StatusCode == http.StatusOK {
		return nil
	}
	raw, err := io.ReadAll(io.LimitReader(res.Body, 4<<10))
	var said struct {
		Error string `json:"error"`
	}
	if err != nil || json.Unmarshal(raw, &said) != nil || said.Error == "" {
		return fmt.Errorf("no phone company there: HTTP %d", res.StatusCode)
	}
	return refusedError(said.Error)
}

// refusedError is what the company would not do, in its own sentence.
type refusedError string

func (e refusedError) Error() string { return "the phone company refuses: " + string(e) }

// Refused tells whether an error of a Phone is the company's refusal of the one act, after which the phone goes on as before.
func Refused(err error) bool {
	_, refused := errors.AsType[refusedError](err)
	return refused
}
