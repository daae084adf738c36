package twilio

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	openapi "github.com/twilio/twilio-go/rest/api/v2010"

	"hotline/gateway"
	"hotline/store"
)

// ErrNotFinal says that the carrier still works on a message or a recording, and refuses to erase it: try again later.
var ErrNotFinal = errors.New("the carrier erases only what is final")

const notFinal = 20009

var (
	errGone  = errors.New("it is not there any more")
	errStand = errors.New("the carrier blanked a message, and its words still stand there")
	errNoID  = fmt.Errorf("the carrier has no such id: %w", gateway.ErrNever)
)

// Redact blanks the words of a message at the carrier. That it was sent stays on record there.
func (c *Client) Redact(ctx context.Context, sid string) error { return done(c.redact(ctx, sid)) }

func (c *Client) redact(ctx context.Context, sid string) error {
	return c.erase(ctx, "redacting a message", sid, func(api *openapi.ApiService) error {
		m, err := api.UpdateMessage(sid, new(openapi.UpdateMessageParams).SetBody(""))
		if err == nil && deref(m.Body) != "" {
			return errStand
		}
		return err
	})
}

// DeleteMessage removes a message and its pictures at the carrier.
func (c *Client) DeleteMessage(ctx context.Context, sid string) error {
	return done(c.erase(ctx, "deleting a message", sid, func(api *openapi.ApiService) error { return api.DeleteMessage(sid, nil) }))
}

// DeleteRecording removes a recording at the carrier.
func (c *Client) DeleteRecording(ctx context.Context, sid string) error {
	return done(c.deleteRecording(ctx, sid))
}

func (c *Client) deleteRecording(ctx context.Context, sid string) error {
	return c.erase(ctx, "deleting a recording", sid, func(api *openapi.ApiService) error { return api.DeleteRecording(sid, nil) })
}

// EraseMedia removes a recording or a picture at the carrier by the address under which it lies there. It fails with ErrNotFinal
// while that is too soon, and with ErrElsewhere, where trying again is no use, for an address that is not one of the carrier's.
func (c *Client) EraseMedia(ctx context.Context, address string) error {
	return done(c.eraseMedia(ctx, address))
}

func (c *Client) eraseMedia(ctx context.Context, address string) error {
	u, err := url.Parse(address)
	if err != nil || !c.origins.own(u) {
		return ErrElsewhere
	}
	parts := strings.Split(u.Path, "/")
	n := len(parts)
	switch {
	case n >= 2 && parts[n-2] == "Recordings":
		return c.deleteRecording(ctx, bare(parts[n-1]))
	case n >= 4 && parts[n-4] == "Messages" && parts[n-2] == "Media" && isSID(parts[n-3]):
		return c.erase(ctx, "deleting a picture", bare(parts[n-1]), func(api *openapi.ApiService) error {
			return api.DeleteMedia(parts[n-3], bare(parts[n-1]), nil)
		})
	}
	return ErrElsewhere
}

// bare is the name of a file without the ending that says in which form it is wanted (".wav", ".json").
func bare(name string) string {
	name, _, _ = strings.Cut(name, ".")
	return name
}

// erase may be repeated at will: it fails with errGone for what was gone already. Only the carrier's own word counts for that, and not
// the 404 of something between, or every id would be gone at a wrong address.
func (c *Client) erase(ctx context.Context, doing, sid string, do func(*openapi.ApiService) error) error {
	if !isSID(sid) {
		return fmt.Errorf("%s: %w", doing, errNoID)
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	err := do(c.api(ctx))
	var api *apiError
	if errors.As(err, &api) {
		switch {
		case api.status == http.StatusNotFound && api.code != 0:
			return errGone
		case api.code == notFinal:
			return ErrNotFinal
		}
	}
	if err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	return nil
}

// done takes what is gone for erased.
func done(err error) error {
	if errors.Is(err, errGone) {
		return nil
	}
	return err
}

// deleteCall removes the record of a call that is over. What was paid for it stays on the bill.
func (c *Client) deleteCall(ctx context.Context, sid string) error {
	return c.erase(ctx, "deleting a call", sid, func(api *openapi.ApiService) error { return api.DeleteCall(sid, nil) })
}

// Erase erases something in the gateway's terms: the words of a text and the record of a call by its id, a recording or picture by its address.
func (c *Client) Erase(ctx context.Context, kind store.ErasureKind, what string) gateway.Erased {
	switch kind {
	case store.ErasureText:
		return erased(c.redact(ctx, what))
	case store.ErasureCall:
		return erased(c.deleteCall(ctx, what))
	}
	return erased(c.eraseMedia(ctx, what))
}

// erased is what the carrier's answer means for what is done next. An answer that was cut off is none.
func erased(err error) gateway.Erased {
	r := gateway.Erased{Came: gateway.AwayThere, Cause: err}
	var api *apiError
	switch {
	case err == nil:
		r.Came = gateway.ErasedThere
	case errors.Is(err, errGone):
		r.Came = gateway.GoneThere
	case errors.Is(err, ErrNotFinal):
		r.Came, r.Code = gateway.TooSoonThere, notFinal
	case errors.Is(err, gateway.ErrNever), errors.Is(err, errStand):
		r.Came = gateway.RefusedThere
	case errors.As(err, &api):
		r.Came, r.Code, r.Wait = erasing(api), api.code, api.wait
	}
	return r
}

func erasing(e *apiError) gateway.EraseCame {
	switch s := e.status; {
	case s == http.StatusTooManyRequests, e.code != 0 && Judge(e.code) == Busy:
		return gateway.BusyThere
	case s == http.StatusUnauthorized, s == http.StatusForbidden, e.code != 0 && Judge(e.code) == Ours:
		return gateway.HaltedThere
	case s == 0, s >= 500, s == http.StatusRequestTimeout:
		return gateway.AwayThere
	}
	return gateway.RefusedThere
}
