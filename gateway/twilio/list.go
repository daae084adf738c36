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

// listPage is how many things are listed at a time: a page of the longest texts stays below maxReply.
const listPage = 200

// MessageFilter says which messages to list. What is left out does not count.
type MessageFilter struct {
	To, From    string
	Since, Till time.Time // when they were sent; the carrier's list goes by whole days in GMT, so that somewhat more may come
}

// ListedMessage is a message in the carrier's list.
type ListedMessage struct {
	SID, From, To string
	Body          string // empty: it had none, or it was blanked
	Direction     string // inbound, outbound-api, outbound-call, outbound-reply
	Status        string // the carrier's word
	Error         int    // its code, 0 if none
	At            time.Time
	Media         int // files that came with it, whether or not they are still there
}

// Inbound tells whether somebody sent it to us.
func (m ListedMessage) Inbound() bool { return m.Direction == "inbound" }

// ListMessages lists messages, the newest first, and calls each for every one, until it fails.
func (c *Client) ListMessages(ctx context.Context, f MessageFilter, each func(ListedMessage) error) error {
	params := new(openapi.ListMessageParams).SetPageSize(listPage)
	if f.To != "" {
		params.SetTo(f.To)
	}
	if f.From != "" {
		params.SetFrom(f.From)
	}
	if !f.Since.IsZero() {
		params.SetDateSentAfter(f.Since.UTC())
	}
	if !f.Till.IsZero() {
		params.SetDateSentBefore(f.Till.UTC())
	}
	page, err := within(ctx, func(api *openapi.ApiService) (*openapi.ListMessageResponse, error) {
		return api.PageMessage(params, "", "")
	}, c)
	for ; err == nil; page, err = follow[openapi.ListMessageResponse](ctx, c, *page.NextPageUri) {
		for _, m := range page.Messages {
			if err := each(listed(m)); err != nil {
				return err
			}
		}
		if deref(page.NextPageUri) == "" {
			return nil
		}
	}
	return fmt.Errorf("listing messages at the carrier: %w", err)
}

func listed(m openapi.ApiV2010Message) ListedMessage {
	l := ListedMessage{
		SID: deref(m.Sid), From: deref(m.From), To: deref(m.To), Body: deref(m.Body), Direction: deref(m.Direction), Status: deref(m.Status),
		At: dated(m.DateSent, m.DateCreated),
	}
	if m.ErrorCode != nil {
		l.Error = *m.ErrorCode
	}
	if m.NumMedia != nil {
		fmt.Sscan(*m.NumMedia, &l.Media) // no number is none
	}
	return l
}

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

// MediaOf lists the ids of the files of a message that still lie at the carrier: at most maxMedia came with it.
func (c *Client) MediaOf(ctx context.Context, sid string) ([]string, error) {
	if !isSID(sid) {
		return nil, fmt.Errorf("listing the files of a message: %w", errNoID)
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
	take := func(m ListedMessage) error {
		other := m.To
		if m.Inbound() {
			other = m.From
		}
		return each(gateway.CarrierText{
			ID: m.SID, Other: caller(other), Inbound: m.Inbound(), Placed: m.Direction == "outbound-api", At: m.At, Words: m.Body != "", Files: m.Media,
		})
	}
	if err := c.ListMessages(ctx, MessageFilter{To: line, Since: since}, take); err != nil {
		return err
	}
	return c.ListMessages(ctx, MessageFilter{From: line, Since: since}, take)
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
