package twilio

import (
	"context"
	"errors"
	"fmt"
	"time"

	openapi "github.com/twilio/twilio-go/rest/api/v2010"

	"hotline/gateway"
	"hotline/store"
)

// ListCalls hands each call from one of our lines to a phone to a function. It returns nil only when every page was read, as ListMessages does. No
// day is asked for: a call that still waits in the carrier's queue has not begun on any.
func (c *Client) ListCalls(ctx context.Context, line string, to store.Phone, each func(gateway.ListedCall) error) error {
	return c.listCalls(ctx, new(openapi.ListCallParams).SetFrom(line).SetTo(to.String()).SetPageSize(listPage), each)
}

// CallsSince lists the calls from one of our lines that began since a day (GMT).
func (c *Client) CallsSince(ctx context.Context, line string, since time.Time, each func(gateway.ListedCall) error) error {
	day := since.UTC().Truncate(24 * time.Hour)
	return c.listCalls(ctx, new(openapi.ListCallParams).SetFrom(line).SetStartTimeAfter(day).SetPageSize(listPage), each)
}

func (c *Client) listCalls(ctx context.Context, params *openapi.ListCallParams, each func(gateway.ListedCall) error) error {
	page, err := within(ctx, func(api *openapi.ApiService) (*openapi.ListCallResponse, error) { return api.PageCall(params, "", "") }, c)
	for seen := map[string]bool{}; err == nil; page, err = follow[openapi.ListCallResponse](ctx, c, *page.NextPageUri) {
		for _, one := range page.Calls {
			l := gateway.ListedCall{ID: deref(one.Sid), Direction: deref(one.Direction), Status: deref(one.Status), Created: dated(one.DateCreated, one.StartTime)}
			if !isSID(l.ID) || l.Created.IsZero() {
				return errors.New("the carrier listed a call without an id or a time")
			}
			if err := each(l); err != nil {
				return err
			}
		}
		next := deref(page.NextPageUri)
		if next == "" {
			return nil
		}
		if seen[next] {
			return errSamePage
		}
		seen[next] = true
	}
	return fmt.Errorf("listing calls at the carrier: %w", err)
}
