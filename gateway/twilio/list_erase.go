package twilio

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	openapi "github.com/twilio/twilio-go/rest/api/v2010"

	"hotline/gateway"
)

// ListedRecording is a recording in the carrier's list.
type ListedRecording struct {
	SID     string
	Address string // where it lies, as the webhook of its call tells it
	At      time.Time
}

// ListRecordings lists the account's recordings since a moment, or somewhat earlier, the newest first.
func (c *Client) ListRecordings(ctx context.Context, since time.Time, each func(ListedRecording) error) error {
	params := new(openapi.ListRecordingParams).SetPageSize(listPage).SetDateCreatedAfter(since.UTC())
	page, err := within(ctx, func(api *openapi.ApiService) (*openapi.ListRecordingResponse, error) {
		return api.PageRecording(params, "", "")
	}, c)
	for ; err == nil; page, err = follow[openapi.ListRecordingResponse](ctx, c, *page.NextPageUri) {
		for _, r := range page.Recordings {
			one := ListedRecording{SID: deref(r.Sid), Address: c.cfg.recordingURL(deref(r.Sid)), At: dated(r.DateCreated)}
			if err := each(one); err != nil {
				return err
			}
		}
		if deref(page.NextPageUri) == "" {
			return nil
		}
	}
	return fmt.Errorf("listing recordings at the carrier: %w", err)
}

// FilesOf lists the ids of the files of a message that still lie at the carrier: at most maxMedia came with it.
func (c *Client) FilesOf(ctx context.Context, sid string) ([]string, error) {
	if !isSID(sid) {
		return nil, fmt.Errorf("listing the files of a message: %w", errors.New("the carrier has no such id"))
	}
	page, err := within(ctx, func(api *openapi.ApiService) (*openapi.ListMediaResponse, error) {
		return api.PageMedia(sid, new(openapi.ListMediaParams).SetPageSize(listPage), "", "")
	}, c)
	if err != nil {
		return nil, fmt.Errorf("listing the files of a message: %w", err)
	}
	var ids []string
	for _, m := range page.MediaList {
		ids = append(ids, deref(m.Sid))
	}
	return ids, nil
}

// Texts lists the texts to and from a line in the gateway's terms.
func (c *Client) Texts(ctx context.Context, line string, since time.Time, each func(gateway.CarrierText) error) error {
	take := func(m gateway.Listed) error {
		return each(gateway.CarrierText{
			ID: m.ID, Other: m.Phone, Inbound: m.Direction == "inbound", Placed: m.Direction == "outbound-api", At: m.Created, Words: m.Body != "",
			Files: m.Media,
		})
	}
	if err := c.ListMessages(ctx, gateway.ListFilter{To: line, Since: since}, take); err != nil {
		return err
	}
	return c.ListMessages(ctx, gateway.ListFilter{From: line, Since: since}, take)
}

// within asks for one page, in the time that one call may take.
func within[T any](ctx context.Context, ask func(*openapi.ApiService) (*T, error), c *Client) (*T, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	page, err := ask(c.api(ctx))
	if api := (*apiError)(nil); err != nil && !errors.As(err, &api) {
		err = plain(err) // what cannot be read may quote itself
	}
	return page, err
}

// follow brings the page that a list goes on with, by the address that stands in the list, which is a path on the carrier's host.
func follow[T any](ctx context.Context, c *Client, uri string) (*T, error) {
	if !strings.HasPrefix(uri, "/") || strings.HasPrefix(uri, "//") {
		return nil, errors.New("the next page is not at the carrier")
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	res, err := (&call{Client: c, ctx: ctx}).SendRequest(http.MethodGet, twilioAPI+uri, nil, nil)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	page := new(T)
	if err := json.NewDecoder(res.Body).Decode(page); err != nil {
		return nil, plain(err)
	}
	return page, nil
}

// dated is the first of the carrier's dates (RFC 2822) that is there; the zero time where there is none.
func dated(dates ...*string) time.Time {
	for _, d := range dates {
		if t, err := time.Parse(time.RFC1123Z, deref(d)); err == nil {
			return t
		}
	}
	return time.Time{}
}
