package twilio

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	openapi "github.com/twilio/twilio-go/rest/api/v2010"
)

// ErrNotFinal says that the carrier still works on a message or a recording, and refuses to erase it: try again later.
var ErrNotFinal = errors.New("the carrier erases only what is final")

const notFinal = 20009

// Redact blanks the words of a message at the carrier. That it was sent stays on record there.
func (c *Client) Redact(ctx context.Context, sid string) error {
	return c.erase(ctx, "redacting a message", sid, func(api *openapi.ApiService) error {
		_, err := api.UpdateMessage(sid, new(openapi.UpdateMessageParams).SetBody(""))
		return err
	})
}

// DeleteMessage removes a message and its pictures at the carrier.
func (c *Client) DeleteMessage(ctx context.Context, sid string) error {
	return c.erase(ctx, "deleting a message", sid, func(api *openapi.ApiService) error { return api.DeleteMessage(sid, nil) })
}

// DeleteRecording removes a recording at the carrier.
func (c *Client) DeleteRecording(ctx context.Context, sid string) error {
	return c.erase(ctx, "deleting a recording", sid, func(api *openapi.ApiService) error { return api.DeleteRecording(sid, nil) })
}

// EraseMedia removes a recording or a picture at the carrier by the address under which it lies there. It fails with ErrNotFinal
// while that is too soon, and with ErrElsewhere, where trying again is no use, for an address that is not one of the carrier's.
func (c *Client) EraseMedia(ctx context.Context, address string) error {
	u, err := url.Parse(address)
	if err != nil || !c.origins.own(u) {
		return ErrElsewhere
	}
	parts := strings.Split(u.Path, "/")
	n := len(parts)
	switch {
	case n >= 2 && parts[n-2] == "Recordings":
		return c.DeleteRecording(ctx, bare(parts[n-1]))
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

// erase may be repeated at will: what is gone already counts as done.
func (c *Client) erase(ctx context.Context, doing, sid string, do func(*openapi.ApiService) error) error {
	if !isSID(sid) {
		return fmt.Errorf("%s: the carrier has no such id", doing)
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	err := do(c.api(ctx))
	var api *apiError
	if errors.As(err, &api) {
		switch {
		case api.status == http.StatusNotFound:
			return nil
		case api.code == notFinal:
			return ErrNotFinal
		}
	}
	if err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	return nil
}
