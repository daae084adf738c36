package twilio

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	openapi "github.com/twilio/twilio-go/rest/api/v2010"
)

// ErrNotFinal says that the carrier still works on a message, and refuses to erase it: try again later.
var ErrNotFinal = errors.New("the carrier erases a message only when it is final")

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
